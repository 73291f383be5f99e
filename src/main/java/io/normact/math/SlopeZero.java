package io.normact.math;

/**
 * A point where a slope passes through zero. Near it the terms of the slope cancel. There it is
 * computed as {@code w P(w)}, with w the distance from the point and P a polynomial without a zero.
 * Each factor has its full relative accuracy, and so has the product.
 *
 * <p>The point is the sum of three doubles. Two are enough for inputs that are doubles; a product
 * {@code beta * x}, which has 106 bits, can come closer. The coefficients of P were interpolated at
 * the Chebyshev nodes of |w| up to {@link #RADIUS} in 80-digit arithmetic (mpmath 1.3.0); P is off
 * by 8e-18 of itself at most, and by the rounding of its first coefficient.
 */
final class SlopeZero {
  /** Further from the point the formulas of the slopes are within their bound. */
  private static final double RADIUS = 0.25;

  /** Of {@code z sigma(z)}. */
  static final SlopeZero SILU =
      new SlopeZero(
          -1.2784645427610737,
          -1.0946994183093437e-16,
          -3.907766676128665e-33,
          0.2178117057198001,
          0.1466487969969469,
          0.01887481422378233,
          -0.015222655223190933,
          -0.0066065891383644704,
          0.00012662741045137125,
          0.0007985218828352032,
          0.00018570722341464425,
          -4.0905397008178017e-05,
          -2.9733009238890755e-05,
          -2.9411735601928822e-06,
          2.3393598567126745e-06,
          8.412644981222675e-07);

  static final SlopeZero GELU =
      new SlopeZero(
          -0.7517915246935645,
          1.4956759177009883e-17,
          5.384040947833005e-34,
          0.4314939923140469,
          0.3882849829905519,
          -0.018199676398671195,
          -0.11400823329718505,
          -0.014771522148196606,
          0.0194216798334973,
          0.004539228373013671,
          -0.0022395378106850315,
          -0.0007448265031843008,
          0.00018633288197537014,
          8.615052145830826e-05,
          -1.1126502773692503e-05,
          -7.633519447770394e-06);

  static final SlopeZero GELU_TANH =
      new SlopeZero(
          -0.7524614220710163,
          3.635560509207687e-17,
          -2.5415595389660457e-33,
          0.4304000910248585,
          0.38751844613578895,
          -0.0157828535218497,
          -0.11394448308095831,
          -0.01661932834262487,
          0.019682309459657894,
          0.005261059213815732,
          -0.0024227318290379074,
          -0.0009274401400614234,
          0.00026392686955828984,
          0.00012420792852883933,
          -3.4938025646335367e-05,
          -1.5430854239553368e-05,
          5.706140750432441e-06);

  static final SlopeZero MISH =
      new SlopeZero(
          -1.1924312145154952,
          -4.8484829848031044e-17,
          -1.898915114090381e-33,
          0.2669479140495345,
          0.20473126408010586,
          0.04190782104360913,
          -0.020271822716684255,
          -0.01582112656154332,
          -0.0033606849270207506,
          0.0010924055226825698,
          0.000989818101880281,
          0.0002541302000021202,
          -4.1961484110583144e-05,
          -5.584859249971741e-05,
          -1.729957416651102e-05,
          1.1730472682208414e-06,
          2.9129255504479706e-06);

  private final double high;
  private final double low;
  private final double lowest;
  private final double[] coefficients;

  private SlopeZero(double high, double low, double lowest, double... coefficients) {
    this.high = high;
    this.low = low;
    this.lowest = lowest;
    this.coefficients = coefficients;
  }

  /** Whether z is so near that {@link #slope} is to be taken; false for NaN. */
  boolean isNear(double z) {
    return Math.abs(z - high) < RADIUS;
  }

  /** Whether z is not; false for NaN too. */
  boolean isFar(double z) {
    return Math.abs(z - high) >= RADIUS;
  }

  /** The slope at {@code z + zLow}, z being near. */
  double slope(double z, double zLow) {
    // The first difference is exact, and so is the second where the first is 0.
    double w = (z - high) + (zLow - low) - lowest;
    double p = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      p = Math.fma(p, w, coefficients[i]);
    }
    return w * p;
  }
}
