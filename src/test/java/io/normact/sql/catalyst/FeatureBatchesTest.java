package io.normact.sql.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** Batches one by one: their memory, and what is asked of them in vain. */
class FeatureBatchesTest {

  private static final FeatureFunction RELU = Activations.values(ActivationFunction.parse("relu"));

  /** A column of doubles, NaN for null, that says whether it was closed. */
  private static final class Watched extends ColumnVector {
    private final double[] x;
    private boolean closed;
    private boolean freed;

    Watched(double... x) {
      super(DataTypes.DoubleType);
      this.x = x;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public void closeIfFreeable() {
      freed = true;
    }

    @Override
    public boolean hasNull() {
      return numNulls() > 0;
    }

    @Override
    public int numNulls() {
      return (int) Arrays.stream(x).filter(Double::isNaN).count();
    }

    @Override
    public boolean isNullAt(int row) {
      return Double.isNaN(x[row]);
    }

    @Override
    public double getDouble(int row) {
      return x[row];
    }

    @Override
    public boolean getBoolean(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public byte getByte(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public short getShort(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public int getInt(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public long getLong(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public float getFloat(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public ColumnarArray getArray(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public ColumnarMap getMap(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public Decimal getDecimal(int row, int precision, int scale) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public UTF8String getUTF8String(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public byte[] getBinary(int row) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public ColumnVector getChild(int row) {
      throw new AssertionError("Nobody asks for that.");
    }
  }

  private static Iterator<ColumnarBatch> mapped(Watched... columns) {
    return new FeatureBatches(
        List.of(columns).stream()
            .map(column -> new ColumnarBatch(new ColumnVector[] {column}, 3))
            .iterator(),
        List.of(
            new FeatureBatches.Field(0, DataTypes.DoubleType, DataTypes.DoubleType, RELU, 0),
            new FeatureBatches.Field(0, DataTypes.DoubleType, DataTypes.FloatType, RELU, 0)));
  }

  /** As Spark's scans of Parquet do, which fill one batch again and again. */
  @Test
  void aBatchThatIsFilledAgainHasTheValuesOfTheNextRows() {
    double[] x = {1, -1, 2};
    ColumnarBatch batch = new ColumnarBatch(new ColumnVector[] {new Watched(x)}, 3);
    FeatureBatches mapped =
        new FeatureBatches(
            List.of(batch, batch, batch).iterator(),
            List.of(
                new FeatureBatches.Field(0, DataTypes.DoubleType, DataTypes.DoubleType, RELU, 0)));
    assertThat(mapped.next().column(0).getDoubles(0, 3)).containsExactly(1, 0, 2);
    x[0] = -5;
    x[1] = 5;
    assertThat(mapped.next().column(0).getDoubles(0, 3)).containsExactly(0, 5, 2);
    batch.setNumRows(2);
    x[1] = Double.NaN;
    ColumnVector fewer = mapped.next().column(0);
    assertThat(fewer.getDouble(0)).isEqualTo(0);
    assertThat(fewer.isNullAt(1)).isTrue();
  }

  /** As Spark's cached tables do: who reads them may keep a batch while the next one is made. */
  @Test
  void batchesOfTheirOwnKeepTheirValues() {
    Iterator<ColumnarBatch> mapped = mapped(new Watched(1, -1, 2), new Watched(3, 4, -5));
    ColumnVector first = mapped.next().column(0);
    ColumnVector second = mapped.next().column(0);
    assertThat(first.getDoubles(0, 3)).containsExactly(1, 0, 2);
    assertThat(second.getDoubles(0, 3)).containsExactly(3, 4, 0);
  }

  @Test
  void sourceIsClosedWithWhatCameOfIt() {
    Watched source = new Watched(-1, 2, 3);
    ColumnarBatch batch = mapped(source).next();
    batch.closeIfFreeable();
    assertThat(source.freed).isTrue();
    assertThat(source.closed).isFalse();
    assertThat(batch.column(0).getDouble(1)).isEqualTo(2);
    batch.close();
    assertThat(source.closed).isTrue();
  }

  @Test
  void featureIsANumberAndNothingElse() {
    ColumnarBatch batch = mapped(new Watched(-1, 2.1, Double.NaN)).next();
    ColumnVector y = batch.column(0);
    assertThat(y.numNulls()).isEqualTo(1);
    assertThat(y.isNullAt(2)).isTrue();
    assertThat(y.isNullAt(1)).isFalse();
    assertThat(batch.column(1).getFloat(1)).isEqualTo(2.1f);
    assertThat(mapped(new Watched(1, 2, 3)).next().column(0).numNulls()).isZero();
    assertThatThrownBy(() -> y.getUTF8String(0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("A feature is a double, and has no string.");
    for (Runnable other :
        List.<Runnable>of(
            () -> y.getBoolean(0),
            () -> y.getByte(0),
            () -> y.getShort(0),
            () -> y.getInt(0),
            () -> y.getLong(0),
            () -> y.getArray(0),
            () -> y.getMap(0),
            () -> y.getDecimal(0, 9, 2),
            () -> y.getBinary(0),
            () -> y.getChild(0))) {
      assertThatThrownBy(other::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("A feature is a double, and has no ");
    }
  }

  private static final FeatureBatches.Field MAPPED =
      new FeatureBatches.Field(0, DataTypes.DoubleType, DataTypes.DoubleType, RELU, 0);
  private static final FeatureBatches.Field PASSED =
      new FeatureBatches.Field(0, DataTypes.DoubleType, DataTypes.DoubleType, null, 0);

  /** Rows -1, 1, -2, 2, ..., each seventh of them null. */
  private static Watched rows(int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = i % 7 == 6 ? Double.NaN : (i / 2 + 1) * (i % 2 == 0 ? -1 : 1);
    }
    return new Watched(x);
  }

  @Test
  void aLongBatchIsHandedOnInRangesOfItsRows() {
    for (int n : new int[] {0, 1, 1023, 1024, 1025, 2048, 2500}) {
      Watched source = rows(n);
      ColumnarBatch batch = new ColumnarBatch(new ColumnVector[] {source}, n);
      FeatureBatches mapped =
          new FeatureBatches(List.of(batch, batch).iterator(), List.of(MAPPED, PASSED));
      for (int time = 0; time < 2; time++) {
        int row = 0;
        do {
          assertThat(source.freed).as("%d of %d", row, n).isFalse();
          ColumnarBatch range = mapped.next();
          assertThat(range.numRows()).isEqualTo(Math.min(n - row, FeatureBatches.MOST_ROWS));
          for (int i = 0; i < range.numRows(); i++, row++) {
            for (int j = 0; j < 2; j++) {
              assertThat(range.column(j).isNullAt(i)).isEqualTo(source.isNullAt(row));
            }
            if (!source.isNullAt(row)) {
              assertThat(range.column(0).getDouble(i)).isEqualTo(Math.max(source.x[row], 0));
              assertThat(range.column(1).getDouble(i)).isEqualTo(source.x[row]);
            }
          }
          range.closeIfFreeable();
        } while (row < n);
        assertThat(source.freed).isTrue();
        source.freed = false;
      }
      assertThat(mapped.hasNext()).isFalse();
    }
  }

  /** Who has read a part of a batch may close it, and still gets the rest. */
  @Test
  void sourceIsClosedWithItsLastRows() {
    Watched source = rows(1500);
    FeatureBatches mapped =
        new FeatureBatches(
            List.of(new ColumnarBatch(new ColumnVector[] {source}, 1500)).iterator(),
            List.of(MAPPED, PASSED));
    mapped.next().close();
    assertThat(source.closed).isFalse();
    mapped.next().close();
    assertThat(source.closed).isTrue();
  }

  /** Hands values on, and takes no 7. */
  private static final class NoSeven implements FeatureFunction {

    private static final long serialVersionUID = 1L;

    @Override
    public int features() {
      return 1;
    }

    @Override
    public boolean keepsZeros() {
      return true;
    }

    @Override
    public FeatureFunction slice(int from, int length) {
      return this;
    }

    @Override
    public double value(int feature, double x) {
      if (x == 7) {
        throw new IllegalArgumentException("Seven.");
      }
      return x;
    }

    @Override
    public void apply(double[] x) {
      throw new AssertionError("Nobody asks for that.");
    }

    @Override
    public void apply(int[] indices, double[] x) {
      throw new AssertionError("Nobody asks for that.");
    }
  }

  @Test
  void rowsBeforeARejectedOneAreHandedOnFirst() {
    double[] x = new double[3000];
    x[1300] = 7;
    Watched source = new Watched(x);
    FeatureBatches mapped =
        new FeatureBatches(
            List.of(new ColumnarBatch(new ColumnVector[] {source}, 3000)).iterator(),
            List.of(
                new FeatureBatches.Field(
                    0, DataTypes.DoubleType, DataTypes.DoubleType, new NoSeven(), 0)));
    assertThat(mapped.next().numRows()).isEqualTo(1024);
    assertThat(mapped.next().numRows()).isEqualTo(1300 - 1024);
    assertThat(mapped.hasNext()).isTrue();
    assertThatThrownBy(mapped::next)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Seven.");
  }

  /** How Spark reads an interval differs from line to line, so it reads it from its own column. */
  @Test
  void batchesWithIntervalsStayWhole() {
    ColumnVector intervals = new OnHeapColumnVector(1500, DataTypes.CalendarIntervalType);
    FeatureBatches mapped =
        new FeatureBatches(
            List.of(new ColumnarBatch(new ColumnVector[] {rows(1500), intervals}, 1500)).iterator(),
            List.of(
                MAPPED,
                new FeatureBatches.Field(
                    1, DataTypes.CalendarIntervalType, DataTypes.CalendarIntervalType, null, 0)));
    ColumnarBatch batch = mapped.next();
    assertThat(batch.numRows()).isEqualTo(1500);
    assertThat(batch.column(1)).isSameAs(intervals);
  }

  @Test
  void batchesEnd() {
    Iterator<ColumnarBatch> batches = mapped(new Watched(1, 2, 3), new Watched(-4, 5, 6));
    batches.next();
    assertThat(batches.next().column(0).getDouble(0)).isZero();
    assertThat(batches.hasNext()).isFalse();
    assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
  }
}
