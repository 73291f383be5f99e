package io.normact.sql.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Rows in another memory than Spark's own operators give. */
class FeatureRowsTest {

  @Test
  void rowsOfObjects() {
    GatheredRow.Kept relu =
        new GatheredRow.Kept(
            Activations.values(ActivationFunction.parse("relu")), new int[] {0, 1}, null);
    FeatureRows.Plan plan =
        new FeatureRows.Plan(
            List.of(DataTypes.DoubleType, DataTypes.IntegerType),
            List.of(new FeatureRows.Source(relu, new int[] {1, 0})),
            List.of(
                new FeatureRows.Field(DataTypes.IntegerType, FeatureRows.AS_IT_IS, 1),
                new FeatureRows.Field(DataTypes.DoubleType, 0, 0),
                new FeatureRows.Field(DataTypes.FloatType, 0, 1)));
    List<InternalRow> rows =
        List.of(
            new GenericInternalRow(new Object[] {null, 3}),
            new GenericInternalRow(new Object[] {-2.5, null}),
            new GenericInternalRow(new Object[] {2.5, -4}));
    FeatureRows found = new FeatureRows(rows.iterator(), plan);
    InternalRow row = found.next();
    assertThat(row.getInt(0)).isEqualTo(3);
    assertThat(row.getDouble(1)).isEqualTo(3);
    assertThat(row.isNullAt(2)).isTrue();
    row = found.next();
    assertThat(List.of(row.isNullAt(0), row.isNullAt(1), row.isNullAt(2)))
        .containsExactly(true, true, false);
    assertThat(row.getFloat(2)).isEqualTo(0);
    row = found.next();
    assertThat(row.anyNull()).isFalse();
    assertThat(row.getInt(0)).isEqualTo(-4);
    assertThat(row.getDouble(1)).isEqualTo(0);
    assertThat(row.getFloat(2)).isEqualTo(2.5f);
    assertThat(found.hasNext()).isFalse();
  }
}
