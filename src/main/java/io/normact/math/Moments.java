package io.normact.math;

import java.io.Serializable;
import java.math.BigInteger;
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
 * <p>The three sums are held without any rounding error and the quotients are rounded once, so the
 * results are the doubles nearest to the exact values, and the same bits however the rows are
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

  /** Rows of few features are gathered until there are so many values to work on at a time. */
  private static final int LANES = 512;

  private static final int SUM_LEVELS = 2;
  private static final int SQUARE_LEVELS = 3;
  private static final int MAX_SUM_LEVELS = 4;
  private static final int MAX_SQUARE_LEVELS = 6;

  private final transient int features;
  private final transient int slots;
  private final transient int lanes;
  private final transient Expansions sums;
  private final transient Expansions squares;
  private transient Block block;

  /** Rows of positive weight, and how many of those had the weight 1. */
  private transient long rows;

  /** The sum of all weights. */
  private final transient ExactSum totalWeight = new ExactSum();

  private transient long unitRows;

  /** By feature, the rows left out and their weight; null while there are none. */
  private transient long[] invalidRows;

  private transient ExactSum[] invalidWeight;

  /** Rows that wait for their turn, and arrays for intermediate results. */
  private final class Block {
    final double[] rows = new double[lanes];
    final double[] weights = new double[slots];
    int filled;
    boolean weighted;
    final double[] r = new double[lanes];
    final double[] g = new double[lanes];
    final double[] h = new double[lanes];
    final double[] scratch = new double[lanes];
  }

  /** The moments of no rows at all. */
  public Moments(int features) {
    if (features < 0) {
      throw new IllegalArgumentException(
          "Number of features is " + features + ", expected 0 or more");
    }
    this.features = features;
    slots = features == 0 ? 0 : Math.max(1, LANES / features);
    lanes = slots * features;
    sums = new Expansions(features, lanes, SUM_LEVELS, MAX_SUM_LEVELS);
    squares = new Expansions(features, lanes, SQUARE_LEVELS, MAX_SQUARE_LEVELS);
  }

  /** The number of features. */
  public int features() {
    return features;
  }

  /** Adds a row of weight 1. */
  public void add(double[] row) {
    add(row, 1);
  }

  /** Adds a row; the weight is finite, and a row of weight 0 is as good as none. */
  public void add(double[] row, double weight) {
    if (row.length != features) {
      throw new IllegalArgumentException("Row has " + row.length + " values, expected " + features);
    }
    if (!countRow(weight) || features == 0) {
      return;
    }
    if (!isSafeWeight(weight)) {
      for (int j = 0; j < features; j++) {
        addRare(j, row[j], weight);
      }
      return;
    }
    if (block == null) {
      block = new Block();
    }
    System.arraycopy(row, 0, block.rows, block.filled * features, features);
    block.weights[block.filled] = weight;
    block.weighted |= weight != 1;
    if (++block.filled == slots) {
      flush();
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
    boolean safeWeight = isSafeWeight(weight);
    for (int k = 0; k < active; k++) {
      double x = values[k];
      if (safeWeight && ErrorFree.isSafe(x)) {
        addSafe(indices[k], x, weight);
      } else {
        addRare(indices[k], x, weight);
      }
    }
  }

  /** Adds all rows of other moments, exactly, and returns this; the other ones keep their rows. */
  public Moments merge(Moments other) {
    if (other.features != features) {
      throw new IllegalArgumentException(
          "Moments to merge have " + other.features + " features, expected " + features);
    }
    flush();
    other.flush();
    double[] scratch = new double[lanes];
    sums.add(other.sums, scratch);
    squares.add(other.squares, scratch);
    if (other.invalidRows != null) {
      for (int j = 0; j < features; j++) {
        if (other.invalidRows[j] != 0) {
          leaveOut(j, other.invalidRows[j]).add(other.invalidWeight[j]);
        }
      }
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
    return invalidRows == null ? 0 : invalidRows[feature];
  }

  /** The sum of the weights of the rows that {@link #count} counts, rounded once. */
  public double weight(int feature) {
    ExactSum weight = exactWeight(feature);
    return ExactQuotient.round(weight.significand(), BigInteger.ONE, weight.exponent());
  }

  /** The mean {@code S / W}, or NaN without a valid row. */
  public double mean(int feature) {
    if (count(feature) == 0) {
      return Double.NaN;
    }
    if (isBlank(feature)) {
      return 0;
    }
    ExactSum weight = exactWeight(feature);
    ExactSum sum = exactSum(feature);
    return ExactQuotient.round(
        sum.significand(), weight.significand(), sum.exponent() - weight.exponent());
  }

  /**
   * The population variance {@code (W Q - S^2) / W^2}, or NaN without a valid row; infinite where
   * it exceeds the largest double.
   */
  public double variance(int feature) {
    return count(feature) == 0 ? Double.NaN : variance(feature, 1, 1);
  }

  /**
   * The population variance times {@code n / (n - 1)}, n = {@link #count}, rounded once: for rows
   * of weight 1 the unbiased sample variance. NaN with less than two valid rows.
   */
  public double sampleVariance(int feature) {
    long n = count(feature);
    return n < 2 ? Double.NaN : variance(feature, n, n - 1);
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
    return MomentsFormat.write(this);
  }

  /** The moments that {@link #toBytes} made the bytes of. */
  public static Moments fromBytes(byte[] bytes) {
    return MomentsFormat.read(bytes);
  }

  private double[] forEach(IntToDoubleFunction statistic) {
    double[] result = new double[features];
    Arrays.setAll(result, statistic);
    return result;
  }

  private double variance(int feature, long numerator, long denominator) {
    if (isBlank(feature)) {
      return 0;
    }
    ExactSum weight = exactWeight(feature);
    ExactSum sum = exactSum(feature);
    ExactSum square = exactSquare(feature);
    BigInteger w = weight.significand();
    BigInteger s = sum.significand();
    // W Q and S^2 as integers that count the same power of two.
    int left = weight.exponent() + square.exponent();
    int right = 2 * sum.exponent();
    int unit = Math.min(left, right);
    BigInteger difference =
        w.multiply(square.significand())
            .shiftLeft(left - unit)
            .subtract(s.multiply(s).shiftLeft(right - unit));
    return ExactQuotient.round(
        difference.multiply(BigInteger.valueOf(numerator)),
        w.multiply(w).multiply(BigInteger.valueOf(denominator)),
        unit - 2 * weight.exponent());
  }

  /** The exact S of a feature, a copy. */
  ExactSum exactSum(int feature) {
    flush();
    return sums.sum(feature);
  }

  /** The exact Q of a feature, a copy. */
  ExactSum exactSquare(int feature) {
    flush();
    return squares.sum(feature);
  }

  /** The exact W of a feature, a copy. */
  ExactSum exactWeight(int feature) {
    ExactSum weight = exactTotalWeight();
    if (invalid(feature) != 0) {
      weight.subtract(invalidWeight[feature]);
    }
    return weight;
  }

  /** The exact weight of the rows left out of a feature, which has some. */
  ExactSum exactInvalidWeight(int feature) {
    return invalidWeight[feature];
  }

  /** The exact weight of all rows, a copy. */
  ExactSum exactTotalWeight() {
    ExactSum weight = new ExactSum();
    weight.add(totalWeight);
    weight.add(unitRows);
    return weight;
  }

  /** The number of rows of positive weight. */
  long rows() {
    return rows;
  }

  /** Whether the feature was 0 in every row so far. */
  boolean isBlank(int feature) {
    flush();
    return invalid(feature) == 0 && squares.isBlank(feature);
  }

  void load(long loadedRows, ExactSum weight) {
    rows = loadedRows;
    totalWeight.add(weight);
  }

  void loadSum(int feature, BigInteger significand, int exponent) {
    sums.load(feature, significand, exponent);
  }

  void loadSquare(int feature, BigInteger significand, int exponent) {
    squares.load(feature, significand, exponent);
  }

  private Object writeReplace() {
    return new Saved(toBytes());
  }

  /** What Java serialisation sends. */
  private record Saved(byte[] bytes) implements Serializable {
    private Object readResolve() {
      return fromBytes(bytes);
    }
  }

  /** Counts a row and says whether it has any weight. */
  private boolean countRow(double weight) {
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

  private static boolean isSafeWeight(double weight) {
    return weight >= ErrorFree.SMALLEST_WEIGHT && weight <= ErrorFree.LARGEST_WEIGHT;
  }

  /** Takes in the rows of the block. */
  private void flush() {
    if (block == null || block.filled == 0) {
      return;
    }
    Block b = block;
    Arrays.fill(b.rows, b.filled * features, lanes, 0);
    b.filled = 0;
    if (ErrorFree.anyUnsafe(b.rows, b.scratch, lanes)) {
      setAside(b);
    }
    if (b.weighted) {
      addWeighted(b);
      b.weighted = false;
    } else {
      ErrorFree.addSquares(
          b.rows,
          sums.level(0),
          sums.level(1),
          squares.level(0),
          squares.level(1),
          squares.level(2),
          b.r,
          b.g,
          b.h,
          lanes);
      sums.add(b.r, b.scratch, SUM_LEVELS);
      squares.add(b.g, b.scratch, SQUARE_LEVELS);
      squares.add(b.h, b.scratch, SQUARE_LEVELS);
    }
  }

  /** Adds the rows of a block with weights, {@code w x = a + b} and {@code w x^2 = w p + w l}. */
  private void addWeighted(Block b) {
    double[] w = new double[lanes];
    double[] p = new double[lanes];
    for (int slot = 0; slot < slots; slot++) {
      Arrays.fill(w, slot * features, (slot + 1) * features, b.weights[slot]);
    }
    ErrorFree.multiply(b.rows, w, b.r, b.g, lanes);
    sums.add(b.r, b.scratch, 0);
    sums.add(b.g, b.scratch, 0);
    ErrorFree.multiply(b.rows, b.rows, p, b.h, lanes);
    ErrorFree.multiply(p, w, b.r, b.g, lanes);
    squares.add(b.r, b.scratch, 0);
    squares.add(b.g, b.scratch, 0);
    ErrorFree.multiply(b.h, w, b.r, b.g, lanes);
    squares.add(b.r, b.scratch, 0);
    squares.add(b.g, b.scratch, 0);
  }

  /** Takes the values that cannot take part in error-free arithmetic out of a block. */
  private void setAside(Block b) {
    for (int i = 0; i < lanes; i++) {
      double x = b.rows[i];
      if (!ErrorFree.isSafe(x)) {
        addRare(i % features, x, b.weights[i / features]);
        b.rows[i] = 0;
      }
    }
  }

  /** Adds a value for which error-free arithmetic works, as does its weight. */
  private void addSafe(int feature, double x, double weight) {
    double p = x * x;
    double l = Math.fma(x, x, -p);
    if (weight == 1) {
      sums.add(feature, x);
      squares.add(feature, p);
      squares.add(feature, l);
    } else {
      addProduct(sums, feature, x, weight);
      addProduct(squares, feature, p, weight);
      addProduct(squares, feature, l, weight);
    }
  }

  private static void addProduct(Expansions to, int feature, double x, double weight) {
    double p = x * weight;
    to.add(feature, p);
    to.add(feature, Math.fma(x, weight, -p));
  }

  /** Adds any value with any positive weight, by significands in [1, 2) and exponents of two. */
  private void addRare(int feature, double x, double weight) {
    if (!Double.isFinite(x)) {
      leaveOut(feature, 1).add(weight, 0);
    } else if (x != 0) {
      int xe = exponent(x);
      int we = exponent(weight);
      double xs = scale(x, xe);
      double ws = scale(weight, we);
      addProduct(sums.rest(feature), xs, ws, xe + we);
      double p = xs * xs;
      addProduct(squares.rest(feature), p, ws, 2 * xe + we);
      addProduct(squares.rest(feature), Math.fma(xs, xs, -p), ws, 2 * xe + we);
    }
  }

  private static void addProduct(ExactSum to, double x, double weight, int exponent) {
    double p = x * weight;
    to.add(p, exponent);
    to.add(Math.fma(x, weight, -p), exponent);
  }

  /** The binary exponent of a finite number that is not 0, subnormal ones included. */
  private static int exponent(double x) {
    int exponent = Math.getExponent(x);
    return exponent < Double.MIN_EXPONENT ? Math.getExponent(x * 0x1p54) - 54 : exponent;
  }

  private static double scale(double x, int exponent) {
    // In two steps, since 2^1074 is no double.
    int half = -exponent / 2;
    return Math.scalb(Math.scalb(x, half), -exponent - half);
  }

  /** Counts rows left out of a feature and gives the sum of their weights, to be added to. */
  ExactSum leaveOut(int feature, long count) {
    if (invalidRows == null) {
      invalidRows = new long[features];
      invalidWeight = new ExactSum[features];
    }
    if (invalidWeight[feature] == null) {
      invalidWeight[feature] = new ExactSum();
    }
    invalidRows[feature] += count;
    return invalidWeight[feature];
  }
}
