package io.normact.report;

import io.normact.math.ActivationFunction;
import io.normact.math.histogram.ValueHistogram;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.SlopeTally;
import io.normact.sql.pass.FeatureProfile;
import io.normact.sql.pass.Profiles;
import io.normact.sql.pass.SampledValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * From the profiles of a pass to the results for its features. What a function or a normalisation
 * does to a distribution is worked out on the values that were sampled, so that one sample serves
 * the feature, the normalised feature and both outputs.
 */
final class Analysis {

  private final ActivationFunction[] functions;
  private final double threshold;
  private final ModelSettings model;

  /** By function, since verdicts are measured by what each does to a normal distribution. */
  private final Map<ActivationFunction, Diagnosis> before = new HashMap<>();

  private final Map<ActivationFunction, Diagnosis> after = new HashMap<>();
  private final FeatureFunction normalization;
  private final FeatureFunction affine;
  private final List<Fitted> fitted;
  private final List<ValueHistogram> histograms;

  /**
   * An analysis.
   *
   * @param functions one for all features, or one for each
   * @param normalization what features go through before the function; null without a model
   * @param affine the same without clipping; null without a model
   * @param fitted what the model knows of each feature; empty without one
   * @param histograms of what each feature was fitted on; empty where none are known
   * @param model the model's settings; null without one
   */
  Analysis(
      ActivationFunction[] functions,
      double threshold,
      FeatureFunction normalization,
      FeatureFunction affine,
      List<Fitted> fitted,
      List<ValueHistogram> histograms,
      ModelSettings model) {
    this.functions = functions;
    this.threshold = threshold;
    this.model = model;
    this.normalization = normalization;
    this.affine = affine;
    this.fitted = fitted;
    this.histograms = histograms;
  }

  /** The results for all features, in the columns' order. */
  List<ColumnResult> results(Profiles profiles, List<String> names) {
    List<ColumnResult> results = new ArrayList<>();
    for (FeatureProfile profile : profiles.features()) {
      for (int j = 0; j < profile.features(); j++) {
        int index = results.size();
        results.add(result(profile, j, index, names.get(index)));
      }
    }
    return results;
  }

  private ColumnResult result(FeatureProfile profile, int j, int index, String name) {
    SampledValues values = profile.values(j);
    Distribution raw = raw(profile, j, values);
    boolean twoValues =
        Arrays.stream(values.values()).allMatch(x -> x == raw.min() || x == raw.max());
    ActivationFunction function = functions[functions.length == 1 ? 0 : index];
    Diagnosis ofRaw = before.computeIfAbsent(function, f -> new Diagnosis(f, threshold, null));
    Diagnosis ofNormalized =
        after.computeIfAbsent(function, f -> new Diagnosis(f, threshold, model));
    Fitted numbers = model == null ? null : fitted.get(index);
    Optional<Drift> drift =
        numbers == null || profile.count(j) == 0
            ? Optional.empty()
            : Optional.of(drift(profile, j, index, raw, values));
    Response asItIs =
        response(
            profile,
            j,
            function,
            raw,
            twoValues,
            values,
            profile.before(),
            facts -> ofRaw.of(facts, null),
            raw);
    Optional<Response> normalized =
        model == null
            ? Optional.empty()
            : Optional.of(
                response(
                    profile,
                    j,
                    function,
                    raw,
                    twoValues,
                    values.map(z -> normalization.value(index, z)),
                    profile.after(),
                    facts -> with(drift, ofNormalized.of(facts, numbers)),
                    normalized(raw, values, index)));
    return new ColumnResult(
        index,
        name,
        function,
        profile.rows(),
        profile.nulls(j),
        profile.nans(j),
        profile.infinities(j),
        profile.skipped(j),
        values.rankError(),
        asItIs,
        Optional.ofNullable(numbers),
        normalized,
        drift);
  }

  private Drift drift(
      FeatureProfile profile, int j, int index, Distribution raw, SampledValues values) {
    Fitted numbers = fitted.get(index);
    long count = profile.count(j);
    return histograms.isEmpty()
        ? Drift.of(numbers, raw, count)
        : Drift.of(numbers, raw, count, histograms.get(index), profile.fittedBins(), j, values);
  }

  /** The findings, worst first, with that of a drift if there is one. */
  private static List<Finding> with(Optional<Drift> drift, List<Finding> findings) {
    if (drift.filter(Drift::drifted).isEmpty()) {
      return findings;
    }
    List<Finding> all = new ArrayList<>(findings);
    all.removeIf(finding -> finding.verdict() == Verdict.FINE);
    all.add(drift.get().finding());
    all.sort(Comparator.comparing(Finding::verdict));
    return all;
  }

  /** The verdicts on some facts. */
  private interface Judge {
    List<Finding> of(Diagnosis.Facts facts);
  }

  private Response response(
      FeatureProfile profile,
      int j,
      ActivationFunction function,
      Distribution raw,
      boolean twoValues,
      SampledValues values,
      SlopeTally slopes,
      Judge judge,
      Distribution input) {
    long count = profile.count(j);
    SampledValues outputs = values.map(function::value);
    double range = function.supremum() - function.infimum();
    double rangeInUse = (outputs.quantile(0.95) - outputs.quantile(0.05)) / range;
    Diagnosis.Slopes shares =
        new Diagnosis.Slopes(
            profile.flatShare(slopes, j),
            profile.zeroShare(slopes, j),
            Double.isFinite(range) ? rangeInUse : Double.NaN);
    return new Response(
        input,
        curve(function, input.histogram()),
        Histogram.of(outputs, lower(function), upper(function)),
        shares.flatShare(),
        shares.zeroShare(),
        slopes.mean(j),
        shares.rangeInUse(),
        judge.of(
            new Diagnosis.Facts(
                profile.rows(),
                profile.rows() - count - profile.skipped(j),
                count,
                raw,
                input,
                twoValues,
                shares)));
  }

  /** The bound of the outputs, if both are finite; half a range is no frame for a histogram. */
  private static double lower(ActivationFunction function) {
    return Double.isFinite(function.supremum()) ? function.infimum() : Double.NEGATIVE_INFINITY;
  }

  private static double upper(ActivationFunction function) {
    return Double.isFinite(function.infimum()) ? function.supremum() : Double.POSITIVE_INFINITY;
  }

  private static List<Double> curve(ActivationFunction function, Histogram histogram) {
    List<Double> curve = new ArrayList<>();
    for (int bin = 0; bin < histogram.counts().size(); bin++) {
      curve.add(function.value(histogram.middle(bin)));
    }
    return curve;
  }

  private static Distribution raw(FeatureProfile profile, int j, SampledValues values) {
    return distribution(
        profile.moments().mean(j),
        Math.sqrt(profile.moments().variance(j)),
        profile.min(j),
        profile.max(j),
        values);
  }

  /** The distribution of a normalised feature, whose order may be turned around. */
  private Distribution normalized(Distribution raw, SampledValues values, int index) {
    DoubleUnaryOperator given = x -> normalization.value(index, x);
    double low = given.applyAsDouble(raw.min());
    double high = given.applyAsDouble(raw.max());
    SampledValues normalized = values.map(given);
    double mean = given.applyAsDouble(raw.mean());
    double range = raw.max() - raw.min();
    // A slope taken over the whole range, since the mean may be so large that mean + 1 is mean.
    double scale = range == 0 ? 0 : Math.abs(high - low) / range;
    double deviation = raw.standardDeviation() * scale;
    if (low != affine.value(index, raw.min()) || high != affine.value(index, raw.max())) {
      // Clipped values have a mean and a deviation of their own, which the sample knows.
      mean = normalized.mean();
      deviation = normalized.standardDeviation();
    }
    return distribution(mean, deviation, Math.min(low, high), Math.max(low, high), normalized);
  }

  private static Distribution distribution(
      double mean, double deviation, double min, double max, SampledValues values) {
    return new Distribution(
        mean,
        deviation,
        min,
        values.quantile(0.25),
        values.quantile(0.5),
        values.quantile(0.75),
        max,
        Histogram.of(values, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
  }
}
