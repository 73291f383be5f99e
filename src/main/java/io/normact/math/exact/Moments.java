package io.normact.math.exact;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/**
 * Weighted mean and population variance of every feature, in one pass over the rows.
 *
 * <p>With weights w and values x, {@code W = sum w}, {@code S = sum w x} and {@code Q = sum w x^2}
 * over the valid rows of a feature,
 *
 * <pre>  mean = S / W,    variance = (W Q - S^2) / W^2</pre>
 *
 * <p>The three sums are held without any rounding error, and the quotients are rounded once. So the
 * results are the doubles nearest to the exact values. They have the same bits however the rows are
 * ordered, split up and merged. The textbook formula's cancellation does no harm to exact numbers.
 *
 * <p>NaN (which stands for null as well) and infinite values are left out of their feature's sums
 * and counted, see {@link #invalid}. An empty feature has the mean and variance NaN. A constant
 * column has the variance 0, and only a constant column, unless its variance is below 2^-1075.
 *
 * <p>Not safe for use by several threads at a time, reading included: give each its own and merge.
 */
public final class Moments implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient int features;
  private final transient PowerSums powers;

  /** What this shares with others, or null. */
  private final transient Workspace workspace;

  /** Rows of positive weight, and how many of those had the weight 1. */
  private transient long rows;

  /** The sum of all weights. */
  private final transient ExactSum totalWeight = new ExactSum();

  private transient long unitRows;

  /** Null while there are none. */
  private transient LeftOutRows leftOut;

  /** The moments of no rows at all. */
  public Moments(int features) {
    if (features < 0) {
      throw new IllegalArgumentException(
          "Number of features is " + features + ", expected 0 or more");
    }
    this.features = features;
    workspace = null;
    powers = new PowerSums(features, (j, weight) -> leaveOut(j, 1).add(weight, 0));
  }

  /**
   * The moments of no rows at all, in the least memory: for many of them, each of few rows. They
   * merge with others that were made so.
   *
   * @param workspace for the intermediate results of all that a thread has
   */
  public Moments(Workspace workspace) {
    features = workspace.features;
    this.workspace = workspace;
    powers = new PowerSums(features, workspace.block, (j, weight) -> leaveOut(j, 1).add(weight, 0));
  }

  /** Memory for intermediate results, which the moments of one thread may share. */
  public static final class Workspace {
    private final int features;
    private final PowerSums.Block block;
    private final double[] sum = new double[3];
    private final double[] square = new double[3];
    private final ExactSum exact = new ExactSum();

    /** A workspace for rows of so many features. */
    public Workspace(int features) {
      this.features = features;
      block = new PowerSums.Block(1, features);
    }
  }

  /** Forgets all rows. */
  public void clear() {
    powers.clear();
    rows = 0;
    unitRows = 0;
    totalWeight.clear();
    leftOut = null;
  }

  /** The number of features. */
  public int features() {
    return features;
  }

  /** Adds a row of weight 1. */
  public void add(double[] row) {
    add(row, 1);
  }

  /** Adds a row. The weight is finite. A row of weight 0 changes nothing. */
  public void add(double[] row, double weight) {
    if (row.length != features) {
      throw new IllegalArgumentException("Row has " + row.length + " values, expected " + features);
    }
    if (countRow(weight)) {
      powers.add(row, weight);
    }
  }

  /**
   * Adds a sparse row: {@code values[k]} at feature {@code indices[k]} for each k below {@code
   * active}, no index twice, and 0 elsewhere. Takes time in proportion to {@code active}.
   */
  public void add(int[] indices, double[] values, int active, double weight) {
    for (int k = 0; k < active; k++) {
      Objects.checkIndex(indices[k], features);
    }
    if (!countRow(weight)) {
      return;
    }
    for (int k = 0; k < active; k++) {
      powers.add(indices[k], values[k], weight);
    }
  }

  /** Adds all rows of other moments, exactly, and returns this; the other ones keep their rows. */
  public Moments merge(Moments other) {
    if (other.features != features) {
      throw new IllegalArgumentException(
          "Moments to merge have " + other.features + " features, expected " + features);
    }
    if (other == this) {
      return merge(copy());
    }
    powers.add(other.powers);
    if (other.leftOut != null) {
      leftOut().add(other.leftOut);
    }
    rows += other.rows;
    unitRows += other.unitRows;
    totalWeight.add(other.totalWeight);
    return this;
  }

  /** The number of rows of positive weight in which the feature is neither NaN nor infinite. */
  public long count(int feature) {
    return rows - invalid(feature);
  }

  /** The number of rows of positive weight in which the feature is NaN or infinite. */
  public long invalid(int feature) {
    Objects.checkIndex(feature, features);
    powers.flush();
    return leftOut == null ? 0 : leftOut.rows(feature);
  }

  /** The sum of the weights of the rows that {@link #count} counts, rounded once. */
  public double weight(int feature) {
    return weight(feature, 0);
  }

  /** {@link #weight(int)} times 2^exponent, still rounded once: a double where that is none. */
  public double weight(int feature, int exponent) {
    return ExactRounding.weight(exactWeight(feature), exponent);
  }

  /** The e for which the weight of all rows is from 2^e to below 2^(e + 1); 0 without any. */
  public int weightExponent() {
    ExactSum weight = exactTotalWeight();
    int bits = weight.significand().bitLength();
    return bits == 0 ? 0 : weight.exponent() + bits - 1;
  }

  /** The mean {@code S / W}, or NaN without a valid row. */
  public double mean(int feature) {
    double mean = isPlain(feature) ? sureMean(feature) : Double.NaN;
    return Double.isNaN(mean) ? mean(feature, 0) : mean;
  }

  private double sureMean(int feature) {
    powers.sums().leading(feature, workspace.sum);
    return workspace.sum[2] == 0
        ? SureRounding.mean(workspace.sum[0], workspace.sum[1], rows)
        : Double.NaN;
  }

  private double sureVariance(int feature) {
    powers.sums().leading(feature, workspace.sum);
    powers.squares().leading(feature, workspace.square);
    double[] sum = workspace.sum;
    double[] square = workspace.square;
    return sum[2] == 0
        ? SureRounding.variance(sum[0], sum[1], square[0], square[1] + square[2], (double) rows)
        : Double.NaN;
  }

  /** Whether a feature has one lane, and all its rows are valid and of weight 1. */
  private boolean isPlain(int feature) {
    return workspace != null && unitRows == rows && invalid(feature) == 0;
  }

  /** {@link #mean(int)} times 2^exponent, still rounded once. */
  public double mean(int feature, int exponent) {
    if (count(feature) == 0) {
      return Double.NaN;
    }
    if (isBlank(feature)) {
      return 0;
    }
    return ExactRounding.mean(exactWeight(feature), powers.sums().sum(feature), exponent);
  }

  /**
   * The population variance {@code (W Q - S^2) / W^2}, or NaN without a valid row; infinite where
   * it exceeds the largest double.
   */
  public double variance(int feature) {
    double variance = rows > 1 && isPlain(feature) ? sureVariance(feature) : Double.NaN;
    return Double.isNaN(variance) ? variance(feature, 0) : variance;
  }

  /** {@link #variance(int)} of values times 2^exponent, still rounded once. */
  public double variance(int feature, int exponent) {
    long count = count(feature);
    if (count == 0) {
      return Double.NaN;
    }
    return count == 1 ? 0 : variance(feature, 1, 1, exponent);
  }

  /**
   * The population variance times {@code n / (n - 1)}, n = {@link #count}, rounded once: for rows
   * of weight 1 the unbiased sample variance. NaN with less than two valid rows.
   */
  public double sampleVariance(int feature) {
    long n = count(feature);
    return n < 2 ? Double.NaN : variance(feature, n, n - 1, 0);
  }

  /** The {@link #mean} of every feature. */
  public double[] means() {
    return forEach(this::mean);
  }

  /** The {@link #variance} of every feature. */
  public double[] variances() {
    return forEach(this::variance);
  }

  /**
   * These moments as bytes, which {@link #fromBytes} continues from exactly. They depend on nothing
   * but the rows: not on their order, nor on how they were split up and merged.
   */
  public byte[] toBytes() {
    ByteOutput out = new ByteOutput(64 + 32L * features);
    writeBytes(out);
    return out.toArray();
  }

  /** Writes {@link #toBytes}. */
  public void writeBytes(ByteOutput out) {
    MomentsFormat.write(this, workspace == null ? new ExactSum() : workspace.exact, out);
  }

  /** Writes what {@link #writeBytes} writes of one row of weight 1, whose values are finite. */
  public static void writeRow(double[] row, ByteOutput out) {
    MomentsFormat.writeRow(row, out);
  }

  private Moments copy() {
    return MomentsFormat.read(toBytes(), this::empty);
  }

  /** No rows, in the form of this. */
  private Moments empty(int ofFeatures) {
    return workspace == null ? new Moments(ofFeatures) : new Moments(workspace);
  }

  /** The moments that {@link #toBytes} made the bytes of. */
  public static Moments fromBytes(byte[] bytes) {
    return MomentsFormat.read(bytes);
  }

  /**
   * Writes these moments, which were made with a workspace, for {@link #read}: faster than {@link
   * #toBytes}, but the same rows may give other bytes.
   */
  public void write(ByteOutput out) {
    boolean plain = leftOut == null && unitRows == rows;
    if (plain && powers.sums().isPlain() && powers.squares().isPlain()) {
      out.put(1);
      out.putCount(rows);
      powers.sums().write(out);
      powers.squares().write(out);
    } else {
      byte[] bytes = toBytes();
      out.put(0);
      out.putCount(bytes.length);
      out.put(bytes, 0, bytes.length);
    }
  }

  /** Adds what {@link #write} wrote, to moments that were made with a workspace as well. */
  public void read(ByteBuffer in) {
    if (in.get() == 0) {
      byte[] bytes = new byte[(int) ByteOutput.readCount(in)];
      in.get(bytes);
      merge(MomentsFormat.read(bytes, this::empty));
      return;
    }
    long read = ByteOutput.readCount(in);
    rows += read;
    unitRows += read;
    powers.sums().read(in, workspace.block.scratch);
    powers.squares().read(in, workspace.block.scratch);
  }

  private double[] forEach(IntToDoubleFunction statistic) {
    double[] result = new double[features];
    Arrays.setAll(result, statistic);
    return result;
  }

  private double variance(int feature, long numerator, long denominator, int exponent) {
    return isBlank(feature)
        ? 0
        : ExactRounding.variance(
            exactWeight(feature),
            powers.sums().sum(feature),
            powers.squares().sum(feature),
            numerator,
            denominator,
            exponent);
  }

  /** Writes the exact S and Q of a feature, with memory for a sum. */
  void writeSums(int feature, ExactSum sum, ByteOutput out) {
    powers.sums().write(feature, sum, out);
    powers.squares().write(feature, sum, out);
  }

  /** The exact W of a feature, a copy. */
  ExactSum exactWeight(int feature) {
    ExactSum weight = exactTotalWeight();
    if (invalid(feature) != 0) {
      weight.subtract(leftOut.weight(feature));
    }
    return weight;
  }

  /** The exact weight of the rows left out of a feature, which has some. */
  ExactSum exactInvalidWeight(int feature) {
    return leftOut.weight(feature);
  }

  /** The exact weight of all rows, a copy. */
  private ExactSum exactTotalWeight() {
    ExactSum weight = new ExactSum();
    addTotalWeight(weight);
    return weight;
  }

  /** Adds the exact weight of all rows to a sum. */
  void addTotalWeight(ExactSum weight) {
    weight.add(totalWeight);
    weight.add(unitRows);
  }

  /** The number of rows of positive weight. */
  long rows() {
    return rows;
  }

  /** Whether the feature was 0 in every row so far. */
  boolean isBlank(int feature) {
    return invalid(feature) == 0 && powers.squares().isBlank(feature);
  }

  /** Takes so many rows of this weight into moments of none. */
  void load(long loadedRows, ExactSum weight) {
    rows = loadedRows;
    totalWeight.add(weight);
  }

  /** Takes {@code significand * 2^exponent} into the S of a feature. */
  void loadSum(int feature, BigInteger significand, int exponent) {
    powers.sums().load(feature, significand, exponent);
  }

  /** Takes {@code significand * 2^exponent} into the Q of a feature. */
  void loadSquare(int feature, BigInteger significand, int exponent) {
    powers.squares().load(feature, significand, exponent);
  }

  private Object writeReplace() {
    return new Saved(toBytes());
  }

  /** What Java serialisation sends. */
  private static final class Saved implements Serializable {
    private static final long serialVersionUID = 1L;
    private final byte[] bytes;

    Saved(byte[] bytes) {
      this.bytes = bytes;
    }

    private Object readResolve() {
      return fromBytes(bytes);
    }
  }

  /** Counts a row and says whether it has any weight. */
  boolean countRow(double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Weight is " + weight + ", expected a finite number of 0 or more");
    }
    if (weight == 1) {
      unitRows++;
    } else if (weight == 0) {
      return false;
    } else {
      totalWeight.add(weight, 0);
    }
    rows++;
    return true;
  }

  /** Counts rows left out of a feature and gives the sum of their weights, to be added to. */
  ExactSum leaveOut(int feature, long count) {
    return leftOut().add(feature, count);
  }

  private LeftOutRows leftOut() {
    if (leftOut == null) {
      leftOut = new LeftOutRows(features);
    }
    return leftOut;
  }
}
