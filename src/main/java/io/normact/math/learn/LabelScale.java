package io.normact.math.learn;

import java.io.Serializable;

/**
 * What is done to labels before they are learned: {@code (label * 2^exponent - shift) * factor}.
 * The power of two comes first, and changes no digit. With it neither the difference nor the factor
 * leaves the range of doubles, however large or small the labels are.
 *
 * @param exponent of the power of two that labels are multiplied by
 * @param shift what is subtracted then
 * @param factor what the difference is multiplied by
 */
public record LabelScale(int exponent, double shift, double factor) implements Serializable {

  /** Labels as they are. */
  public static final LabelScale NONE = new LabelScale(0, 0, 1);

  /** A label on this scale. */
  double of(double label) {
    return (Math.scalb(label, exponent) - shift) * factor;
  }
}
