package io.normact.math.row;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in place of a normalisation's numbers within one key, a number a feature each.
 * Functions keep the arrays, so that whoever changes their numbers changes the functions.
 *
 * @param shift what is subtracted
 * @param scale what the difference is multiplied by
 * @param lower the least normalised value; empty where nothing is clipped
 * @param upper the greatest normalised value; empty where nothing is clipped
 * @param mean what an invalid value counts as; the array of {@code shift} where both are the same
 */
public record KeyNumbers(
    double[] shift, double[] scale, double[] lower, double[] upper, double[] mean) {

  /**
   * Which numbers a key has.
   *
   * @param features how many of each
   * @param clips whether there are a least and a greatest value
   * @param ownMean whether the mean is another number than what is subtracted
   */
  public record Form(int features, boolean clips, boolean ownMean) implements Serializable {

    /** Numbers of this form, all 0 so far. */
    public KeyNumbers zeros() {
      double[] shift = new double[features];
      int bounds = clips ? features : 0;
      return new KeyNumbers(
          shift,
          new double[features],
          new double[bounds],
          new double[bounds],
          ownMean ? new double[features] : shift);
    }

    /** How many numbers there are in all. */
    public int size() {
      return features * (2 + (clips ? 2 : 0) + (ownMean ? 1 : 0));
    }

    /** The form of some of the features. */
    public Form of(int part) {
      return new Form(part, clips, ownMean);
    }
  }

  /** The arrays that are there, in the order in which they are stored. */
  public List<double[]> arrays() {
    List<double[]> arrays = new ArrayList<>(List.of(shift, scale));
    if (lower.length > 0) {
      arrays.add(lower);
      arrays.add(upper);
    }
    if (mean != shift) {
      arrays.add(mean);
    }
    return arrays;
  }

  /** Writes the arrays one after the other. */
  public void write(double[] all) {
    int at = 0;
    for (double[] numbers : arrays()) {
      System.arraycopy(numbers, 0, all, at, numbers.length);
      at += numbers.length;
    }
  }
}
