package io.normact.scoring.plan;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.Clipping;
import io.normact.math.row.Denormalization;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.FeaturePrelu;
import io.normact.math.row.InvalidFlags;
import io.normact.math.row.InvalidRow;
import io.normact.math.row.MeanForInvalid;
import io.normact.math.row.Normalization;
import java.util.Arrays;

/**
 * What a stage does to a row of features, with its numbers at hand for those who write it down in
 * another language.
 */
public sealed interface StageFunction {

  /** Whether each output depends on its own feature alone. */
  boolean elementwise();

  /** The part that belongs to {@code length} features from {@code from}. */
  StageFunction slice(int from, int length);

  /** The function that Spark's columns are mapped by. */
  FeatureFunction function();

  /** What it is, for people. */
  String text();

  /** Features that are brought together and stay as they are. */
  record Assembly() implements StageFunction {
    @Override
    public boolean elementwise() {
      return true;
    }

    @Override
    public Assembly slice(int from, int length) {
      return this;
    }

    @Override
    public FeatureFunction function() {
      return Activations.values(ActivationFunction.parse("identity"));
    }

    @Override
    public String text() {
      return "assembly";
    }
  }

  /**
   * {@code f(x)}, or {@code f'(x)}.
   *
   * @param activation f
   * @param slope whether it is the slope
   */
  record Activated(ActivationFunction activation, boolean slope) implements StageFunction {
    @Override
    public boolean elementwise() {
      return activation.elementwise();
    }

    @Override
    public Activated slice(int from, int length) {
      return this;
    }

    @Override
    public FeatureFunction function() {
      return slope ? Activations.slopes(activation) : Activations.values(activation);
    }

    @Override
    public String text() {
      return slope ? "slope of " + activation : activation.toString();
    }
  }

  /**
   * The numbers of a normalisation, and of its inverse: {@code f((x - mean) * scale + beta)}.
   *
   * @param mean what is subtracted, a number a feature
   * @param scale what the difference is multiplied by
   * @param beta what is added
   * @param activation f, if there are no slopes
   * @param slopes the slopes below zero of a prelu, a number a feature, in place of f; else empty
   */
  record Numbers(
      double[] mean,
      double[] scale,
      double[] beta,
      ActivationFunction activation,
      double[] slopes) {

    Numbers slice(int from, int length) {
      return new Numbers(
          part(mean, from, length),
          part(scale, from, length),
          part(beta, from, length),
          activation,
          slopes.length == 0 ? slopes : part(slopes, from, length));
    }

    private static double[] part(double[] numbers, int from, int length) {
      return Arrays.copyOfRange(numbers, from, from + length);
    }
  }

  /**
   * {@code f((x - mean) * scale + beta)}.
   *
   * @param of the numbers
   * @param bounds the least and the greatest that f is given, a number a feature each; empty if
   *     nothing is clipped
   * @param replacements what stands for an x that is NaN or infinite, a number a feature; empty if
   *     nothing does
   */
  record Normalized(Numbers of, double[][] bounds, double[] replacements) implements StageFunction {
    @Override
    public boolean elementwise() {
      return of.activation.elementwise();
    }

    @Override
    public Normalized slice(int from, int length) {
      return new Normalized(
          of.slice(from, length),
          Arrays.stream(bounds)
              .map(each -> Numbers.part(each, from, length))
              .toArray(double[][]::new),
          replacements.length == 0 ? replacements : Numbers.part(replacements, from, length));
    }

    @Override
    public FeatureFunction function() {
      FeatureFunction last =
          of.slopes.length == 0 ? Activations.values(of.activation) : new FeaturePrelu(of.slopes);
      FeatureFunction normalized =
          new Normalization(
              of.mean,
              of.scale,
              of.beta,
              bounds.length == 0 ? last : new Clipping(bounds[0], bounds[1], last));
      return replacements.length == 0 ? normalized : new MeanForInvalid(replacements, normalized);
    }

    @Override
    public String text() {
      return "batch normalisation, then " + of.activation;
    }
  }

  /**
   * A function of which every feature is invalid, whatever it holds.
   *
   * @param of the function
   */
  record Invalid(StageFunction of) implements StageFunction {
    @Override
    public boolean elementwise() {
      return of.elementwise();
    }

    @Override
    public Invalid slice(int from, int length) {
      return new Invalid(of.slice(from, length));
    }

    @Override
    public FeatureFunction function() {
      return new InvalidRow(of.function());
    }

    @Override
    public String text() {
      return "invalid, " + of.text();
    }
  }

  /** 1 where a number is NaN or infinite, else 0. */
  record Flagged() implements StageFunction {
    @Override
    public boolean elementwise() {
      return true;
    }

    @Override
    public Flagged slice(int from, int length) {
      return this;
    }

    @Override
    public FeatureFunction function() {
      return new InvalidFlags(FeatureFunction.ANY);
    }

    @Override
    public String text() {
      return "whether invalid";
    }
  }

  /**
   * The way back, {@code (f^-1(y) - beta) / scale + mean}, and the mean where scale is 0.
   *
   * @param from the numbers of the normalisation
   */
  record Restored(Numbers from) implements StageFunction {
    @Override
    public boolean elementwise() {
      return true;
    }

    @Override
    public Restored slice(int start, int length) {
      return new Restored(from.slice(start, length));
    }

    @Override
    public FeatureFunction function() {
      return from.slopes.length == 0
          ? new Denormalization(from.mean, from.scale, from.beta, from.activation)
          : new Denormalization(
              from.mean, from.scale, from.beta, new FeaturePrelu(from.slopes).functions());
    }

    @Override
    public String text() {
      return "inverse of batch normalisation, then " + from.activation;
    }
  }
}
