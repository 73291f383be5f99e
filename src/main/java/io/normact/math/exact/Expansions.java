package io.normact.math.exact;

import io.normact.math.array.ErrorFree;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Exact sums of doubles, one per feature, as floating-point expansions: the sum of a lane is {@code
 * level[0] + level[1] + ...}, each level holding the rounding errors of the one before (J. R.
 * Shewchuk, Adaptive Precision Floating-Point Arithmetic, Discrete Comput. Geom. 18, 1997). What
 * falls off the last level, rarely, goes to an {@link ExactSum} of the feature.
 *
 * <p>There are a whole number of lanes to a feature; lane i belongs to feature i mod features.
 */
public final class Expansions {
  /** The last bit of a double that may stand in a level: no subnormal loss, no overflow. */
  private static final int MIN_UNIT = -1074;

  private static final int MAX_UNIT = 900;

  private final int features;
  private final int lanes;
  private final int maxLevels;
  private double[][] levels;
  private ExactSum[] rest;

  Expansions(int features, int lanes, int levels, int maxLevels) {
    this.features = features;
    this.lanes = lanes;
    this.maxLevels = maxLevels;
    this.levels = new double[levels][];
    Arrays.setAll(this.levels, k -> ErrorFree.array(lanes));
  }

  /** The levels, as many as were asked for at least. */
  double[][] levels() {
    return levels;
  }

  /** Adds a term to every lane, from the level {@code from} on; the term is used up. */
  void add(double[] term, int from) {
    for (int k = from; k < maxLevels; k++) {
      if (!ErrorFree.anyNonZero(term, lanes)) {
        return;
      }
      if (k == levels.length) {
        levels = Arrays.copyOf(levels, k + 1);
        levels[k] = ErrorFree.array(lanes);
      }
      ErrorFree.addInto(levels[k], term, term, lanes);
    }
    for (int i = 0; i < lanes; i++) {
      if (term[i] != 0) {
        rest(i % features).add(term[i], 0);
      }
    }
  }

  /** Adds a term to one feature. */
  void add(int feature, double value) {
    double term = value;
    for (double[] level : levels) {
      double a = level[feature];
      double s = a + term;
      double z = s - a;
      level[feature] = s;
      term = (a - (s - z)) + (term - z);
      if (term == 0) {
        return;
      }
    }
    rest(feature).add(term, 0);
  }

  /** Becomes 0. */
  void clear() {
    for (double[] level : levels) {
      Arrays.fill(level, 0);
    }
    rest = null;
  }

  /** Adds the sums of other expansions of the same shape; they stay as they are. */
  void add(Expansions other) {
    for (double[] level : other.levels) {
      add(level.clone(), 0);
    }
    if (other.rest != null) {
      for (int j = 0; j < features; j++) {
        if (other.rest[j] != null) {
          rest(j).add(other.rest[j]);
        }
      }
    }
  }

  /** Whether the levels hold everything. */
  boolean isPlain() {
    return rest == null;
  }

  /** Writes plain sums that have a lane a feature. */
  void write(ByteOutput out) {
    int written = levels.length;
    while (written > 0 && !ErrorFree.anyNonZero(levels[written - 1], features)) {
      written--;
    }
    out.putCount(written);
    for (int k = 0; k < written; k++) {
      out.putDoubles(levels[k], features);
    }
  }

  /**
   * Adds what {@link #write} wrote.
   *
   * @param term memory for a level
   */
  void read(ByteBuffer in, double[] term) {
    long written = ByteOutput.readCount(in);
    for (long k = 0; k < written; k++) {
      for (int j = 0; j < features; j++) {
        term[j] = in.getDouble();
      }
      add(term, 0);
    }
  }

  /** Adds {@code significand * 2^exponent} to a feature that has no sum yet. */
  void load(int feature, BigInteger significand, int exponent) {
    BigInteger remainder = significand;
    for (double[] level : levels) {
      // The next 53 bits; rounded down, so the remainder is never negative.
      int dropped = Math.max(remainder.bitLength() - 53, 0);
      int unit = exponent + dropped;
      if (unit < MIN_UNIT || unit > MAX_UNIT) {
        break;
      }
      BigInteger head = remainder.shiftRight(dropped);
      level[feature] = Math.scalb(head.doubleValue(), unit);
      remainder = remainder.subtract(head.shiftLeft(dropped));
    }
    if (remainder.signum() != 0) {
      rest(feature).add(remainder, exponent);
    }
  }

  /** The same of a whole number of 128 bits, in a fraction of the time. */
  void load(int feature, long upper, long lower, int exponent) {
    long sign = upper >> (Long.SIZE - 1);
    long low = (lower ^ sign) - sign;
    long high = (upper ^ sign) + (sign & (low == 0 ? 1 : 0));
    for (double[] level : levels) {
      int bits =
          high != 0
              ? 2 * Long.SIZE - Long.numberOfLeadingZeros(high)
              : Long.SIZE - Long.numberOfLeadingZeros(low);
      if (bits == 0) {
        return;
      }
      int dropped = Math.max(bits - 53, 0);
      int unit = exponent + dropped;
      if (unit < MIN_UNIT || unit > MAX_UNIT) {
        break;
      }
      // The next 53 bits.
      long head;
      if (dropped < Long.SIZE) {
        head = (high << 1 << (Long.SIZE - 1 - dropped)) | (low >>> dropped);
        high = 0;
        low &= (1L << dropped) - 1;
      } else {
        head = high >>> (dropped - Long.SIZE);
        high &= (1L << (dropped - Long.SIZE)) - 1;
      }
      level[feature] = Math.scalb((double) ((head ^ sign) - sign), unit);
    }
    if ((high | low) != 0) {
      byte[] magnitude = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
      rest(feature).add(new BigInteger(sign < 0 ? -1 : 1, magnitude), exponent);
    }
  }

  /** The part of a feature's sum outside the expansions, to be added to. */
  ExactSum rest(int feature) {
    if (rest == null) {
      rest = new ExactSum[features];
    }
    if (rest[feature] == null) {
      rest[feature] = new ExactSum();
    }
    return rest[feature];
  }

  /**
   * The sum of a feature that has one lane, in two doubles and what they leave. The second is less
   * than half of the first's last bit. The third is what is left over; if it is 0 the two are
   * exact. The first is NaN where the sum takes more than three levels.
   */
  void leading(int feature, double[] terms) {
    double first = levels[0][feature];
    double second = levels[1][feature];
    double third = levels.length > 2 ? levels[2][feature] : 0;
    boolean more = rest != null && rest[feature] != null;
    for (int k = 3; k < levels.length; k++) {
      more |= levels[k][feature] != 0;
    }
    double low = second + third;
    double z = low - second;
    double left = (second - (low - z)) + (third - z);
    double high = first + low;
    double y = high - first;
    terms[0] = more ? Double.NaN : high;
    terms[1] = (first - (high - y)) + (low - y);
    terms[2] = left;
  }

  /** True only if the sum of a feature is 0: nothing but zeros was added. */
  boolean isBlank(int feature) {
    for (double[] level : levels) {
      for (int i = feature; i < lanes; i += features) {
        if (level[i] != 0) {
          return false;
        }
      }
    }
    return rest == null || rest[feature] == null;
  }

  /**
   * Writes the exact sum of a feature, see {@link ExactSum#write}.
   *
   * @param sum memory for it
   */
  void write(int feature, ExactSum sum, ByteOutput out) {
    boolean plain = lanes == features && (rest == null || rest[feature] == null);
    if (!plain || !ShortSum.write(levels, feature, out)) {
      sum.clear();
      addTo(sum, feature);
      sum.write(out);
    }
  }

  /** The exact sum of a feature, a copy. */
  ExactSum sum(int feature) {
    ExactSum sum = new ExactSum();
    addTo(sum, feature);
    return sum;
  }

  private void addTo(ExactSum sum, int feature) {
    for (double[] level : levels) {
      for (int i = feature; i < lanes; i += features) {
        sum.add(level[i], 0);
      }
    }
    if (rest != null && rest[feature] != null) {
      sum.add(rest[feature]);
    }
  }
}
