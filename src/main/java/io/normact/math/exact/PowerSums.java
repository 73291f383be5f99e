package io.normact.math.exact;

import io.normact.math.array.ErrorFree;
import io.normact.math.array.VectorLoop;
import java.util.Arrays;

/**
 * The exact sums {@code S = sum w x} and {@code Q = sum w x^2} of every feature.
 *
 * <p>Most values go through error-free arithmetic on {@link Expansions}, many at a time: rows of
 * few features are gathered until they fill the lanes. Values or weights of a magnitude at which
 * that arithmetic would overflow or underflow go to the features' {@link ExactSum} one by one.
 */
final class PowerSums {
  /** Values to work on at a time: loops long enough, and all arrays within 48 KB of cache. */
  private static final int LANES = 512;

  private static final int SUM_LEVELS = 2;
  private static final int SQUARE_LEVELS = 3;

  /** Levels to add for columns of many scales or with weights, before sums go elsewhere. */
  private static final int MAX_SUM_LEVELS = 4;

  private static final int MAX_SQUARE_LEVELS = 6;

  private final int features;
  private final int slots;
  private final int lanes;
  private final Expansions sums;
  private final Expansions squares;
  private final Invalid invalid;
  private Block block;

  /** Where values go that are no numbers. */
  interface Invalid {
    void add(int feature, double weight);
  }

  /** Rows that wait for their turn, and arrays for intermediate results. */
  static final class Block {
    final double[] rows;
    final double[] weights;
    final double[][] sumRest;
    final double[][] squareRest;
    final double[] scratch;
    int filled;

    /** Whether a row that waits has another weight than 1. */
    boolean weighted;

    Block(int slots, int lanes) {
      rows = ErrorFree.array(lanes);
      weights = new double[slots];
      sumRest = new double[][] {ErrorFree.array(lanes)};
      squareRest = new double[][] {ErrorFree.array(lanes), ErrorFree.array(lanes)};
      scratch = ErrorFree.array(lanes);
    }
  }

  PowerSums(int features, Invalid invalid) {
    this(features, Math.max(1, LANES / Math.max(features, 1)), null, invalid);
  }

  /**
   * Sums in the least memory: a lane a feature, so that no row waits.
   *
   * @param shared a block of one row, which others may use in turn
   */
  PowerSums(int features, Block shared, Invalid invalid) {
    this(features, 1, shared, invalid);
  }

  /**
   * Sums of one feature, whose values come many at a time.
   *
   * @param shared a block of as many rows as there are lanes, which others may use in turn
   */
  static PowerSums ofColumn(int lanes, Block shared, Invalid invalid) {
    return new PowerSums(1, lanes, shared, invalid);
  }

  private PowerSums(int features, int slots, Block block, Invalid invalid) {
    this.features = features;
    this.slots = slots;
    this.block = block;
    this.invalid = invalid;
    lanes = slots * features;
    sums = new Expansions(features, lanes, SUM_LEVELS, MAX_SUM_LEVELS);
    squares = new Expansions(features, lanes, SQUARE_LEVELS, MAX_SQUARE_LEVELS);
  }

  /** Becomes 0. */
  void clear() {
    sums().clear();
    squares().clear();
  }

  /** Whether each feature has one lane. */
  boolean hasOneLane() {
    return slots == 1;
  }

  /** S, of all rows so far. */
  Expansions sums() {
    flush();
    return sums;
  }

  /** Q, of all rows so far. */
  Expansions squares() {
    flush();
    return squares;
  }

  /** Adds a row of positive weight. */
  void add(double[] row, double weight) {
    if (!isSafeWeight(weight)) {
      for (int j = 0; j < features; j++) {
        addRare(j, row[j], weight);
      }
      return;
    }
    if (block == null) {
      block = new Block(slots, lanes);
    }
    block.weights[block.filled] = weight;
    block.weighted |= weight != 1;
    System.arraycopy(row, 0, block.rows, block.filled * features, features);
    if (++block.filled == slots) {
      flush();
    }
  }

  /** Adds the first n values of the one feature there is; null weights are all 1. */
  void addColumn(double[] values, double[] weights, int n) {
    if (weights != null && !areSafeWeights(weights, n)) {
      for (int i = 0; i < n; i++) {
        add(0, values[i], weights[i]);
      }
      return;
    }
    for (int from = 0; from < n; from += slots) {
      block.filled = Math.min(n - from, slots);
      System.arraycopy(values, from, block.rows, 0, block.filled);
      if (weights == null) {
        Arrays.fill(block.weights, 0, block.filled, 1);
      } else {
        block.weighted = true;
        System.arraycopy(weights, from, block.weights, 0, block.filled);
      }
      flush();
    }
  }

  private static boolean areSafeWeights(double[] weights, int n) {
    boolean safe = true;
    for (int i = 0; i < n; i++) {
      safe &= isSafeWeight(weights[i]);
    }
    return safe;
  }

  /** Adds a value of positive weight. */
  void add(int feature, double x, double weight) {
    if (!ErrorFree.isSafe(x) || !isSafeWeight(weight)) {
      addRare(feature, x, weight);
    } else if (x != 0) {
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
  }

  /** Adds the sums of as many other features, which stay as they are. */
  void add(PowerSums other) {
    sums().add(other.sums());
    squares().add(other.squares());
  }

  /** Takes in the rows that wait; until then nobody knows which of their values are invalid. */
  void flush() {
    if (block != null && block.filled > 0) {
      Arrays.fill(block.rows, block.filled * features, lanes, 0);
      Arrays.fill(block.weights, block.filled, slots, 1);
      block.filled = 0;
      addBlock();
    }
  }

  private void addBlock() {
    double[] x = block.rows;
    if (ErrorFree.anyUnsafe(x, block.scratch, lanes, VectorLoop.AVAILABLE)) {
      setAside(x);
    }
    if (block.weighted) {
      block.weighted = false;
      addWeighted(x);
      return;
    }
    if (ErrorFree.addToSums(x, sums.levels(), block.sumRest, lanes, VectorLoop.AVAILABLE)) {
      sums.add(block.sumRest[0], SUM_LEVELS);
    }
    if (ErrorFree.addToSquares(
        x, squares.levels(), block.squareRest, lanes, VectorLoop.AVAILABLE)) {
      squares.add(block.squareRest[0], SQUARE_LEVELS);
      squares.add(block.squareRest[1], SQUARE_LEVELS);
    }
  }

  /** Adds rows with weights: {@code w x} is two terms, {@code w x^2 = w p + w l} four. */
  private void addWeighted(double[] x) {
    double[] w = block.scratch;
    double[] r = block.sumRest[0];
    double[] g = block.squareRest[0];
    double[] l = block.squareRest[1];
    for (int slot = 0; slot < slots; slot++) {
      Arrays.fill(w, slot * features, (slot + 1) * features, block.weights[slot]);
    }
    ErrorFree.multiply(x, w, r, g, lanes);
    sums.add(r, 0);
    sums.add(g, 0);
    ErrorFree.multiply(x, x, g, l, lanes);
    ErrorFree.multiply(l, w, r, l, lanes);
    squares.add(r, 0);
    squares.add(l, 0);
    ErrorFree.multiply(g, w, r, l, lanes);
    squares.add(r, 0);
    squares.add(l, 0);
  }

  /** Puts 0 in place of values that cannot take part in error-free arithmetic. */
  private void setAside(double[] x) {
    for (int i = 0; i < lanes; i++) {
      if (!ErrorFree.isSafe(x[i])) {
        addRare(i % features, x[i], block.weights[i / features]);
        x[i] = 0;
      }
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
      invalid.add(feature, weight);
    } else if (x != 0) {
      int xe = exponent(x);
      int we = exponent(weight);
      double xs = scale(x, xe);
      double ws = scale(weight, we);
      double p = xs * xs;
      addProduct(sums.rest(feature), xs, ws, xe + we);
      addProduct(squares.rest(feature), p, ws, 2 * xe + we);
      addProduct(squares.rest(feature), Math.fma(xs, xs, -p), ws, 2 * xe + we);
    }
  }

  private static void addProduct(ExactSum to, double x, double weight, int exponent) {
    double p = x * weight;
    to.add(p, exponent);
    to.add(Math.fma(x, weight, -p), exponent);
  }

  private static boolean isSafeWeight(double weight) {
    return weight >= ErrorFree.SMALLEST_WEIGHT && weight <= ErrorFree.LARGEST_WEIGHT;
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
}
