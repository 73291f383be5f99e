package io.normact.report;

import io.normact.math.histogram.BinTally;
import io.normact.math.histogram.Distance;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.histogram.ValueHistogram;
import io.normact.sql.pass.SampledValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far the values of a feature are from those that a model was fitted on.
 *
 * <p>A feature with at least {@value #ROWS} values has drifted if its mean has moved by more than
 * {@value #SHIFT} standard deviations, or its variance has more than doubled or halved. If the
 * model keeps histograms, it has drifted too if the population stability index is above {@value
 * #INDEX}, or more than {@value #OUTSIDE} of the values lie outside of the fitted range. For few
 * values both limits are higher, by what chance explains.
 *
 * @param shift how far the mean has moved, in standard deviations of the fit; infinite where the
 *     feature did not vary then
 * @param varianceRatio the variance over that of the fit
 * @param comparison what the model's histogram adds; empty if it keeps none, or there is no value
 * @param reasons why this counts as a drift, in words; empty if it doesn't
 */
public record Drift(
    double shift, double varianceRatio, Optional<Comparison> comparison, List<String> reasons) {

  /** Of normal values it makes a population stability index of 0.25. */
  static final double SHIFT = 0.5;

  /** A variance that has doubled or halved. */
  static final double RATIO = 2;

  /** Where a population is usually called changed (Siddiqi, Credit Risk Scorecards, 2006). */
  static final double INDEX = 0.25;

  /** The fit has seen no value out there. */
  static final double OUTSIDE = 0.01;

  /**
   * With n fitted and m new values, a share above {@code 10 / n + 10 / m} lies outside by chance in
   * less than one case of a thousand.
   */
  private static final double OUTSIDE_BY_CHANCE = 10;

  /** Fewer values say too little of a mean. */
  static final long ROWS = 30;

  /**
   * Two histograms, and how far they are apart. The numbers are exact and don't depend on how the
   * rows are ordered or partitioned. Rows count for one, whatever they weigh.
   *
   * @param psi the population stability index {@code sum (a - e) ln(a / e)} over at most 32 bins,
   *     which the fitted values fill about evenly; e and a are the shares of the fitted and the new
   *     values, each at least 1e-4. Below 0.1 is usually called stable, above 0.25 changed (Lewis,
   *     An Introduction to Credit Scoring, 1994)
   * @param jensenShannon the Jensen-Shannon distance over these bins, to base 2: from 0 for equal
   *     shares to 1 where no bin holds values of both (Endres and Schindelin, IEEE Transactions on
   *     Information Theory 49, 2003)
   * @param outsideShare the share of the values below the least or above the greatest fitted one
   * @param fitted the fitted values, for drawing; in bins of equal width
   * @param now the new values in the same bins, from the report's sample
   */
  public record Comparison(
      double psi, double jensenShannon, double outsideShare, Histogram fitted, Histogram now) {}

  /**
   * Makes a drift of given results.
   *
   * @param shift in standard deviations
   * @param varianceRatio at least 0
   * @param comparison by histograms, or empty
   * @param reasons in words, copied
   */
  public Drift {
    reasons = List.copyOf(reasons);
  }

  /**
   * {@return the numbers by their names in JSON, in this order: {@code shift}, {@code
   * varianceRatio} and, if the model keeps histograms, {@code psi}, {@code jensenShannon} and
   * {@code outsideShare}} They may be infinite or NaN.
   */
  public Map<String, Double> numbers() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put("shift", shift);
    numbers.put("varianceRatio", varianceRatio);
    if (comparison.isPresent()) {
      numbers.put("psi", comparison.get().psi);
      numbers.put("jensenShannon", comparison.get().jensenShannon);
      numbers.put("outsideShare", comparison.get().outsideShare);
    }
    return numbers;
  }

  /** {@return whether the feature has drifted} */
  public boolean drifted() {
    return !reasons.isEmpty();
  }

  /** The drift of a feature with so many values, at least one, without a fitted histogram. */
  static Drift of(Fitted fitted, Distribution raw, long count) {
    return of(fitted, raw, count, Optional.empty(), List.of());
  }

  /**
   * The drift of a feature with a fitted histogram.
   *
   * @param tally its new values in the bins of the fitted ones
   */
  static Drift of(
      Fitted fitted,
      Distribution raw,
      long count,
      ValueHistogram histogram,
      BinTally tally,
      int feature,
      SampledValues values) {
    ReferenceBins bins = tally.bins(feature);
    if (bins.size() == 0) {
      return of(fitted, raw, count);
    }
    long[] expected = bins.counts();
    long[] actual = tally.counts(feature);
    double psi = Distance.stabilityIndex(expected, actual);
    double outside = (double) tally.outside(feature) / count;
    Histogram[] drawn = new FittedValues(histogram).beside(values);
    double byChance = Distance.chance(bins.size(), bins.count(), count);
    double outsideByChance = OUTSIDE_BY_CHANCE / bins.count() + OUTSIDE_BY_CHANCE / count;
    List<String> reasons = new ArrayList<>();
    if (psi > Math.max(INDEX, byChance)) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "population stability index %s (limit %s)",
              Figures.number(psi),
              Figures.number(Math.max(INDEX, byChance))));
    }
    if (outside > Math.max(OUTSIDE, outsideByChance)) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "%s of the values outside of the fitted range (limit %s)",
              Figures.percent(outside),
              Figures.percent(Math.max(OUTSIDE, outsideByChance))));
    }
    return of(
        fitted,
        raw,
        count,
        Optional.of(
            new Comparison(
                psi, Distance.jensenShannon(expected, actual), outside, drawn[0], drawn[1])),
        reasons);
  }

  private static Drift of(
      Fitted fitted,
      Distribution raw,
      long count,
      Optional<Comparison> comparison,
      List<String> byHistogram) {
    double deviation = raw.standardDeviation();
    double moved = raw.mean() - fitted.mean();
    double root = Math.sqrt(fitted.variance());
    double shift = moved == 0 ? 0 : moved / root;
    // Roots, since a variance may be beyond the range of a double.
    double ratio = deviation / root;
    double varianceRatio = deviation == root ? 1 : ratio * ratio;
    List<String> reasons = new ArrayList<>();
    if (!(Math.abs(shift) <= SHIFT)) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "mean moved by %s standard deviations of the fit (limit %s)",
              Figures.number(shift),
              Figures.number(SHIFT)));
    }
    if (!(varianceRatio <= RATIO && varianceRatio >= 1 / RATIO)) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "variance %s times that of the fit (limits %s and %s)",
              Figures.number(varianceRatio),
              Figures.number(1 / RATIO),
              Figures.number(RATIO)));
    }
    reasons.addAll(byHistogram);
    return new Drift(shift, varianceRatio, comparison, count < ROWS ? List.of() : reasons);
  }

  /** The verdict on a feature that has drifted. */
  Finding finding() {
    String sentence = String.join(", ", reasons);
    return new Finding(
        Verdict.DRIFTED,
        sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + ".",
        "See what has changed in the data; if it is to stay, fit the model on new rows.");
  }

  @Override
  public String toString() {
    String moments =
        String.format(
            Locale.ROOT,
            "mean by %+.2g standard deviations, variance times %.2g",
            shift,
            varianceRatio);
    return comparison
        .map(
            by ->
                String.format(
                    Locale.ROOT,
                    "%s, PSI %s, %s out of range",
                    moments,
                    Figures.number(by.psi),
                    Figures.percent(by.outsideShare)))
        .orElse(moments);
  }
}
