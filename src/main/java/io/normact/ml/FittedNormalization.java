package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.Clipping;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.FeaturePrelu;
import io.normact.math.row.Normalization;
import java.util.Arrays;

/**
 * What a model does to a row of all features, by its params and the statistics of all rows. A model
 * with statistics by key does so where a key is unknown or too rare; {@link KeyNormalization} has
 * the numbers of the other keys.
 */
final class FittedNormalization {

  private final BatchNormModel model;
  private final double[] mean;
  private final double[] variance;
  private final double[] gamma;
  private final double[] beta;

  /** What this model does. */
  FittedNormalization(BatchNormModel model) {
    this.model = model;
    FittedParamSet fitted = model.fittedParams();
    mean = model.getOrDefault(fitted.mean);
    variance = model.getOrDefault(fitted.variance);
    gamma = model.getOrDefault(fitted.gamma);
    beta = model.getOrDefault(fitted.beta);
  }

  /** All that is done to a row, invalid values included. */
  FeatureFunction function() {
    FeatureFunction activation =
        hasSlopes()
            ? new FeaturePrelu(model.getOrDefault(model.fittedSlopes()))
            : Activations.values(model.getActivation());
    InvalidValues invalid = InvalidValues.of(model.getHandleInvalid());
    FeatureFunction ofAll = invalid.replace(mean.clone(), before(activation));
    return model.isSet(model.fittedParams().keyStatistics)
        ? invalid.replaceByKey(byRowsKey(activation), ofAll)
        : ofAll;
  }

  /** Whether the activation is a prelu whose slopes were learned. */
  boolean hasSlopes() {
    return model.isSet(model.fittedSlopes()) && model.getActivation().name().equals("prelu");
  }

  /** The activation: one function for all features, or one for each where slopes were learned. */
  ActivationFunction[] activations() {
    return hasSlopes()
        ? new FeaturePrelu(model.getOrDefault(model.fittedSlopes())).functions()
        : new ActivationFunction[] {model.getActivation()};
  }

  /** Normalisation and clipping, and this function at the end. */
  Normalization before(FeatureFunction activation) {
    if (!model.isSet(model.clip())) {
      return unclippedBefore(activation);
    }
    double[][] bounds =
        Clipping.bounds(
            mean,
            variance,
            model.getEpsilon(),
            model.getClip(),
            model.getWithMean() ? mean : new double[mean.length],
            scale(),
            beta);
    return unclippedBefore(new Clipping(bounds[0], bounds[1], activation));
  }

  /** The same without clipping, wherever values are. */
  Normalization unclippedBefore(FeatureFunction activation) {
    return new Normalization(
        model.getWithMean() ? mean.clone() : new double[mean.length],
        scale(),
        beta.clone(),
        activation);
  }

  /** What x - mean is multiplied by. */
  double[] scale() {
    return model.getWithStd()
        ? Normalization.scale(gamma, variance, model.getEpsilon())
        : gamma.clone();
  }

  /**
   * What is done to a row by the numbers of its key. Any numbers do until then but those by which
   * zeros would stay zeros where they need not.
   */
  private Normalization byRowsKey(FeatureFunction activation) {
    double[] any = new double[mean.length];
    Arrays.fill(any, Double.NaN);
    return new Normalization(
        model.getWithMean() ? any : new double[any.length],
        gamma,
        beta,
        model.isSet(model.clip()) ? new Clipping(any, any, activation) : activation);
  }
}
