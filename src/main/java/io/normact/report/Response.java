package io.normact.report;

import java.util.List;

/**
 * The response of an activation function to a feature, either as it is or as a model normalised it.
 * Immutable: the lists are copied.
 *
 * @param input the distribution of the function's input
 * @param curve the function's value in the middle of each bin of the input's histogram
 * @param output a histogram of the function's values; it covers the function's whole range where
 *     that is finite
 * @param flatShare share of the finite values, 0 to 1, at which |f'| is below the report's {@code
 *     slopeThreshold}; exact, NaN without a finite value
 * @param zeroSlopeShare share of the finite values at which f' is exactly 0; exact, NaN without a
 *     finite value
 * @param meanSlope the mean of f'
 * @param rangeInUse the distance from the 5th to the 95th percentile of the output, as a share of
 *     the function's whole range; NaN if that range is not finite
 * @param findings the verdicts, worst first; never empty
 */
public record Response(
    Distribution input,
    List<Double> curve,
    Histogram output,
    double flatShare,
    double zeroSlopeShare,
    double meanSlope,
    double rangeInUse,
    List<Finding> findings) {

  /**
   * Makes a response of given results.
   *
   * @param input the distribution of what the function is given
   * @param curve values in the middle of each bin, copied
   * @param output the histogram of values
   * @param flatShare 0 to 1, or NaN
   * @param zeroSlopeShare 0 to 1, or NaN
   * @param meanSlope any double
   * @param rangeInUse 0 to 1, or NaN
   * @param findings the verdicts, worst first, copied; at least one
   */
  public Response {
    curve = List.copyOf(curve);
    findings = List.copyOf(findings);
  }

  /** {@return the worst of the verdicts} */
  public Verdict verdict() {
    return findings.get(0).verdict();
  }
}
