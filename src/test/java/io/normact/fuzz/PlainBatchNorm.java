package io.normact.fuzz;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Batch normalisation as one would write it down: exact sums in decimal numbers, the formula, and
 * plain {@link Math}. It shares no line with what it judges.
 */
final class PlainBatchNorm {

  /** Enough digits that rounding to a double is the only error that counts. */
  private static final MathContext DIGITS = new MathContext(60);

  /** Steps of rounding in scale, product and sum, each half an ulp, generously. */
  private static final double ULPS_OF_Z = 8;

  /** What the functions below and the tested ones may be off together. */
  private static final double ULPS_OF_Y = 8;

  /** Increasing functions, so that bounds of z are bounds of y. */
  static final Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.of(
          "identity", z -> z,
          "relu", z -> Math.max(z, 0),
          "leaky_relu(alpha=0.01)", z -> z > 0 ? z : 0.01 * z,
          "hard_tanh", z -> Math.max(-1, Math.min(1, z)),
          "tanh", Math::tanh,
          "sigmoid", z -> z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)),
          "elu", z -> z > 0 ? z : Math.expm1(z),
          "softplus", z -> Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
          "softsign", z -> Double.isInfinite(z) ? Math.signum(z) : z / (1 + Math.abs(z)));

  /** Mean and variance of one feature, exact but for the last of sixty digits. */
  record Statistics(long count, BigDecimal mean, BigDecimal variance) {

    /** Of the finite values of positive weight; empty if there are none. */
    static Optional<Statistics> of(List<Double> values, List<Double> weights) {
      BigDecimal weight = BigDecimal.ZERO;
      BigDecimal sum = BigDecimal.ZERO;
      BigDecimal square = BigDecimal.ZERO;
      long count = 0;
      for (int i = 0; i < values.size(); i++) {
        if (Double.isFinite(values.get(i)) && weights.get(i) > 0) {
          BigDecimal x = new BigDecimal(values.get(i));
          BigDecimal w = new BigDecimal(weights.get(i));
          weight = weight.add(w);
          sum = sum.add(w.multiply(x));
          square = square.add(w.multiply(x).multiply(x));
          count++;
        }
      }
      if (count == 0) {
        return Optional.empty();
      }
      BigDecimal spread = weight.multiply(square).subtract(sum.multiply(sum));
      return Optional.of(
          new Statistics(
              count, sum.divide(weight, DIGITS), spread.divide(weight.multiply(weight), DIGITS)));
    }
  }

  /** The least and the greatest double that may come out. */
  record Bounds(double least, double greatest) {
    boolean hold(double y) {
      return Double.isNaN(least) ? Double.isNaN(y) : least <= y && y <= greatest;
    }
  }

  private final DataParams params;

  PlainBatchNorm(DataParams params) {
    this.params = params;
  }

  /** What the output for x may be, given the mean and variance that the tested model has. */
  Bounds bounds(double x, int feature, double mean, double variance) {
    DoubleUnaryOperator f = FUNCTIONS.get(params.activation());
    double gamma = params.gamma() == null ? 1 : params.gamma()[feature];
    double beta = params.beta() == null ? 0 : params.beta()[feature];
    BigDecimal scale = scale(gamma, variance);
    if (!Double.isFinite(x)) {
      double z = x * scale.signum() + beta;
      return new Bounds(f.applyAsDouble(z), f.applyAsDouble(z));
    }
    BigDecimal centred = new BigDecimal(x).subtract(new BigDecimal(params.withMean() ? mean : 0));
    BigDecimal product = centred.multiply(scale);
    double z = product.add(new BigDecimal(beta)).doubleValue();
    if (Double.isInfinite(z) || Double.isInfinite(product.doubleValue())) {
      return new Bounds(f.applyAsDouble(z), f.applyAsDouble(z));
    }
    double error =
        ULPS_OF_Z * Math.ulp(product.doubleValue())
            + Math.ulp(z)
            // A scale below the normal numbers has few digits left.
            + Math.abs(centred.doubleValue()) * Double.MIN_VALUE;
    return widened(f.applyAsDouble(z - error), f.applyAsDouble(z + error));
  }

  private BigDecimal scale(double gamma, double variance) {
    if (!params.withStd()) {
      return new BigDecimal(gamma);
    }
    BigDecimal divisor = new BigDecimal(variance).add(new BigDecimal(params.epsilon()));
    return divisor.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(gamma).divide(divisor.sqrt(DIGITS), DIGITS);
  }

  private static Bounds widened(double least, double greatest) {
    return new Bounds(
        least - ULPS_OF_Y * Math.ulp(least), greatest + ULPS_OF_Y * Math.ulp(greatest));
  }

  static boolean isFinite(double[] x) {
    return Arrays.stream(x).allMatch(Double::isFinite);
  }

  /** The values of each feature of a column, over the rows that count. */
  static List<List<Double>> byFeature(List<double[]> rows) {
    List<List<Double>> features = new ArrayList<>();
    int width =
        rows.stream().filter(row -> row != null).mapToInt(row -> row.length).max().orElse(0);
    for (int j = 0; j < width; j++) {
      List<Double> values = new ArrayList<>();
      for (double[] row : rows) {
        values.add(row == null ? Double.NaN : row[j]);
      }
      features.add(values);
    }
    return features;
  }
}
