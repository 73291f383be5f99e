package io.normact.math.exact;

import java.io.Serializable;
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

  /** W. */
  private final transient WeightSums weights;

  /** S and Q. */
  private final transient PowerSums powers;

  /** What this shares with others, or null. */
  private final transient Workspace workspace;

  /** The leading terms of a sum and of a sum of squares. */
  private final transient double[] sum;

  private final transient double[] square;

  /** The moments of no rows at all. */
  public Moments(int features) {
    if (features < 0) {
      throw new IllegalArgumentException(
          "Number of features is " + features + ", expected 0 or more");
    }
    this.features = features;
    workspace = null;
    sum = new double[3];
    square = new double[3];
    weights = new WeightSums(features);
    powers = new PowerSums(features, (j, weight) -> weights.leaveOut(j, 1).add(weight, 0));
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
    sum = workspace.sum;
    square = workspace.square;
    weights = new WeightSums(features);
    powers =
        new PowerSums(
            features, workspace.block, (j, weight) -> weights.leaveOut(j, 1).add(weight, 0));
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
    weights.clear();
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
    if (weights.count(weight)) {
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
    if (!weights.count(weight)) {
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
    weights.add(other.weights);
    return this;
  }

  /** The number of rows of positive weight in which the feature is neither NaN nor infinite. */
  public long count(int feature) {
    return weights.rows() - invalid(feature);
  }

  /** The number of rows of positive weight in which the feature is NaN or infinite. */
  public long invalid(int feature) {
    return weights().leftOut(feature);
  }

  /** The sum of the weights of the rows that {@link #count} counts, rounded once. */
  public double weight(int feature) {
    return weight(feature, 0);
  }

  /** {@link #weight(int)} times 2^exponent, still rounded once: a double where that is none. */
  public double weight(int feature, int exponent) {
    return ExactRounding.weight(weights().sum(feature), exponent);
  }

  /** The e for which the weight of all rows is from 2^e to below 2^(e + 1); 0 without any. */
  public int weightExponent() {
    return weights.exponent();
  }

  /** The mean {@code S / W}, or NaN without a valid row. */
  public double mean(int feature) {
    double mean = isPlain(feature) ? sureMean(feature) : Double.NaN;
    return Double.isNaN(mean) ? mean(feature, 0) : mean;
  }

  private double sureMean(int feature) {
    powers.sums().leading(feature, sum);
    return sum[2] == 0 ? SureRounding.mean(sum[0], sum[1], weights.rows()) : Double.NaN;
  }

  private double sureVariance(int feature) {
    powers.sums().leading(feature, sum);
    powers.squares().leading(feature, square);
    return sum[2] == 0
        ? SureRounding.variance(
            sum[0], sum[1], square[0], square[1] + square[2], (double) weights.rows())
        : Double.NaN;
  }

  /**
   * Whether a feature has one lane, and all its rows are valid and weigh as much as their number.
   */
  private boolean isPlain(int feature) {
    return powers.hasOneLane() && weights.isUnit() && invalid(feature) == 0;
  }

  /** {@link #mean(int)} times 2^exponent, still rounded once. */
  public double mean(int feature, int exponent) {
    if (count(feature) == 0) {
      return Double.NaN;
    }
    if (isBlank(feature)) {
      return 0;
    }
    return ExactRounding.mean(weights().sum(feature), powers.sums().sum(feature), exponent);
  }

  /**
   * The population variance {@code (W Q - S^2) / W^2}, or NaN without a valid row; infinite where
   * it exceeds the largest double.
   */
  public double variance(int feature) {
    double variance = weights.rows() > 1 && isPlain(feature) ? sureVariance(feature) : Double.NaN;
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
    if (weights.isPlain() && powers.sums().isPlain() && powers.squares().isPlain()) {
      out.put(1);
      out.putCount(weights.rows());
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
    weights.countUnits(ByteOutput.readCount(in));
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
            weights().sum(feature),
            powers.sums().sum(feature),
            powers.squares().sum(feature),
            numerator,
            denominator,
            exponent);
  }

  /** W, with the invalid values of all rows so far. */
  WeightSums weights() {
    powers.flush();
    return weights;
  }

  /** S and Q. */
  PowerSums powers() {
    return powers;
  }

  /** Whether the feature was 0 in every row so far. */
  boolean isBlank(int feature) {
    return invalid(feature) == 0 && powers.squares().isBlank(feature);
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
}
