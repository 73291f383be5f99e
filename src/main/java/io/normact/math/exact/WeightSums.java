package io.normact.math.exact;

import java.util.Objects;

/**
 * The exact sum {@code W = sum w} of every feature: the weight of all rows less that of the rows
 * that were left out of the feature.
 */
final class WeightSums {

  private final int features;

  /** Rows of positive weight, and how many of them have the weight 1. */
  private long rows;

  private long unitRows;

  /** The sum of the weights that are not 1. */
  private final ExactSum otherWeights = new ExactSum();

  /** By feature, how many rows were left out of it; null while there are none. */
  private long[] leftOut;

  /** The sums of their weights; null for a feature that no row was left out of. */
  private ExactSum[] leftOutWeights;

  /** The weights of no rows. */
  WeightSums(int features) {
    this.features = features;
  }

  /** Forgets all rows. */
  void clear() {
    rows = 0;
    unitRows = 0;
    otherWeights.clear();
    leftOut = null;
    leftOutWeights = null;
  }

  /** Counts a row and says whether it has any weight. */
  boolean count(double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Weight is " + weight + ", expected a finite number of 0 or more");
    }
    if (weight == 1) {
      unitRows++;
    } else if (weight == 0) {
      return false;
    } else {
      otherWeights.add(weight, 0);
    }
    rows++;
    return true;
  }

  /** Counts rows of weight 1. */
  void countUnits(long counted) {
    rows += counted;
    unitRows += counted;
  }

  /** Counts rows left out of a feature and gives the sum of their weights, to be added to. */
  ExactSum leaveOut(int feature, long count) {
    if (leftOut == null) {
      leftOut = new long[features];
      leftOutWeights = new ExactSum[features];
    }
    if (leftOutWeights[feature] == null) {
      leftOutWeights[feature] = new ExactSum();
    }
    leftOut[feature] += count;
    return leftOutWeights[feature];
  }

  /** Adds the weights of others, of as many features. */
  void add(WeightSums other) {
    rows += other.rows;
    unitRows += other.unitRows;
    otherWeights.add(other.otherWeights);
    if (other.leftOut != null) {
      for (int j = 0; j < features; j++) {
        if (other.leftOut[j] != 0) {
          leaveOut(j, other.leftOut[j]).add(other.leftOutWeights[j]);
        }
      }
    }
  }

  /** Takes so many rows of this weight into the weights of none. */
  void load(long loadedRows, ExactSum weight) {
    rows = loadedRows;
    if (weight.is(loadedRows)) {
      // Only W counts: as good as that many weights of 1.
      unitRows = loadedRows;
    } else {
      otherWeights.add(weight);
    }
  }

  /** The number of rows of positive weight. */
  long rows() {
    return rows;
  }

  /** The number of rows of positive weight that were left out of a feature. */
  long leftOut(int feature) {
    Objects.checkIndex(feature, features);
    return leftOut == null ? 0 : leftOut[feature];
  }

  /** The sum of the weights of those rows, which are one at least. */
  ExactSum leftOutWeight(int feature) {
    return leftOutWeights[feature];
  }

  /** Whether all rows have the weight 1 and none was left out of any feature. */
  boolean isPlain() {
    return isUnit() && leftOut == null;
  }

  /** Whether all rows have the weight 1. */
  boolean isUnit() {
    return unitRows == rows;
  }

  /** W of a feature, a copy. */
  ExactSum sum(int feature) {
    ExactSum weight = total();
    if (leftOut(feature) != 0) {
      weight.subtract(leftOutWeights[feature]);
    }
    return weight;
  }

  /** The e for which the weight of all rows is from 2^e to below 2^(e + 1); 0 without any. */
  int exponent() {
    ExactSum weight = total();
    int bits = weight.significand().bitLength();
    return bits == 0 ? 0 : weight.exponent() + bits - 1;
  }

  private ExactSum total() {
    ExactSum total = new ExactSum();
    addTotal(total);
    return total;
  }

  /** Adds the weight of all rows to a sum. */
  void addTotal(ExactSum sum) {
    sum.add(otherWeights);
    sum.add(unitRows);
  }
}
