package io.normact.report;

import static io.normact.report.Figures.number;
import static io.normact.report.Figures.percent;

import io.normact.math.ActivationFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns the numbers of a column into verdicts: what is wrong, by which limit, and what to do. Each
 * limit stands here with its reason. Advice that goes by the function and the model is in {@link
 * Advice}.
 */
final class Diagnosis {

  /** With more than half missing, the filling outweighs the data. */
  static final double MISSING_LIMIT = 0.5;

  /**
   * A unit is dead from this share of slopes of exactly 0. Then at most one row in a hundred
   * teaches it anything: in a batch of 64 rows, one or none.
   */
  static final double DEAD_LIMIT = 0.99;

  /** Share of flat slopes from which a column is saturated: one row in four teaches nothing. */
  static final double SATURATED_LIMIT = 0.25;

  /**
   * A function that is flat by nature has a higher limit. Let s be the flat share of a standard
   * normal input. The limit is this multiple of s, but at most half way between s and 1. A ReLU is
   * flat for half of any centred input and no worse for it, so its limit is 75%.
   */
  static final double SATURATED_RATIO = 1.5;

  /**
   * The limit of the standard deviation over {@code interquartile range / 1.349}. That ratio is 1
   * for a normal distribution, 0.78 for a uniform, 1.23 for an exponential, 1.53 for Student's t
   * with 3 degrees of freedom, 2.0 for a log-normal (sigma 1). From 2 on, the bulk of the values
   * has half of the scale or less.
   */
  static final double HEAVY_TAIL_LIMIT = 2;

  /** The interquartile range of the standard normal distribution. */
  private static final double NORMAL_QUARTILES = 1.3489795;

  /**
   * ln(1 + x) is advised only where all values are above 0 and the greatest is at least this many
   * times {@code 1 + upper quartile}. Elsewhere it leaves the values far out where they are, or
   * changes nothing.
   */
  private static final double LOGARITHM_RATIO = 10;

  /** So many standard deviations of a heavy tail leave the bulk as it is. */
  private static final double CLIP = 3;

  /**
   * Where nine in ten outputs use less of the range than this, it is said, though gradients pass.
   */
  private static final double NARROW_RANGE = 0.1;

  /**
   * What is known of a column before the verdicts.
   *
   * @param rows rows in all
   * @param missing rows without a finite value
   * @param count rows that are judged: those with a finite value that were not skipped
   * @param raw the feature as it is, by which it is constant or heavy-tailed
   * @param input what the function is given: the feature, or the normalised feature
   * @param twoValues whether the values are two in all, such as 0 and 1
   */
  record Facts(
      long rows,
      long missing,
      long count,
      Distribution raw,
      Distribution input,
      boolean twoValues,
      Slopes slopes) {}

  /** See {@link Response} for what these are. */
  record Slopes(double flatShare, double zeroShare, double rangeInUse) {}

  private final ActivationFunction function;
  private final double threshold;
  private final double normalFlatShare;

  /**
   * Whether the function has no bound where it gets flat, as a logarithm: it draws in what is far
   * out and still tells it apart. Its slope falls only as 1 / |x|, so a gradient in proportion to
   * the input does not vanish.
   */
  private final boolean logarithmic;

  /** Null before normalisation. */
  private final ModelSettings model;

  private final Advice advice;

  Diagnosis(ActivationFunction function, double threshold, ModelSettings model) {
    this.function = function;
    this.threshold = threshold;
    this.model = model;
    advice = new Advice(function, model);
    normalFlatShare = normalFlatShare(function, threshold);
    logarithmic =
        isLogarithmic(function, Double.POSITIVE_INFINITY)
            || isLogarithmic(function, Double.NEGATIVE_INFINITY);
  }

  private static boolean isLogarithmic(ActivationFunction function, double end) {
    return Double.isInfinite(function.value(end)) && function.slope(end) == 0;
  }

  /** Share of a standard normal input at which |f'| is below the threshold, by a fine sum. */
  static double normalFlatShare(ActivationFunction function, double threshold) {
    double flat = 0;
    double all = 0;
    // Midpoints, so that no point falls on a kink at a round number.
    for (double z = -8 + 1.0 / 512; z < 8; z += 1.0 / 256) {
      double density = Math.exp(-z * z / 2);
      all += density;
      flat += Math.abs(function.slope(z)) < threshold ? density : 0;
    }
    return flat / all;
  }

  /** The verdicts, worst first. */
  List<Finding> of(Facts facts, Fitted fitted) {
    List<Finding> findings = new ArrayList<>();
    if (facts.missing > MISSING_LIMIT * facts.rows) {
      findings.add(
          new Finding(
              Verdict.MOSTLY_MISSING,
              String.format(
                  Locale.ROOT,
                  "%d of %d rows are null, NaN or infinite (limit %s).",
                  facts.missing,
                  facts.rows,
                  percent(MISSING_LIMIT)),
              "Drop the column, or fill it in and add a column that says where.",
              advice.spec("handleInvalid: mean", "invalidIndicator: true")));
    }
    if (facts.count > 0) {
      addValueFindings(findings, facts, fitted);
    } else if (findings.isEmpty()) {
      findings.add(nothingToJudge(facts));
    }
    return findings;
  }

  private Finding nothingToJudge(Facts facts) {
    return facts.rows == 0
        ? new Finding(
            Verdict.MOSTLY_MISSING,
            "There is no row to look at.",
            "Look at where the rows come from.")
        : new Finding(
            Verdict.MOSTLY_MISSING,
            String.format(
                Locale.ROOT,
                "All rows (%d) are skipped: in each, this feature or another is null, NaN or infinite.",
                facts.rows),
            "Drop the columns that are mostly missing, or choose mean.",
            advice.spec("handleInvalid: mean"));
  }

  private void addValueFindings(List<Finding> findings, Facts facts, Fitted fitted) {
    Distribution raw = facts.raw;
    if (raw.min() == raw.max()) {
      findings.add(
          new Finding(
              Verdict.CONSTANT,
              facts.count == 1
                  ? String.format(Locale.ROOT, "There is one value alone, %s.", number(raw.min()))
                  : String.format(
                      Locale.ROOT, "All %d values are %s.", facts.count, number(raw.min())),
              "Drop the column: it tells no row from another."));
      return;
    }
    addDomainFinding(findings, facts.input);
    addSlopeFinding(findings, facts.slopes);
    if (model != null && model.withStd() && fitted.variance() < model.epsilon()) {
      findings.add(epsilonOutweighs(fitted));
    }
    double normal = (raw.upperQuartile() - raw.lowerQuartile()) / NORMAL_QUARTILES;
    // A flag has no tail, however rare it is.
    if (!facts.twoValues && raw.standardDeviation() > HEAVY_TAIL_LIMIT * normal) {
      if (!(normal > 0)) {
        findings.add(mostlyOneValue(raw));
      } else if (model != null || !logarithmic) {
        findings.add(heavyTail(raw, normal));
      }
    }
    if (findings.stream().noneMatch(finding -> finding.verdict().isTrouble())
        && facts.slopes.rangeInUse < NARROW_RANGE) {
      findings.add(narrowOutput(facts));
    }
    if (findings.isEmpty()) {
      findings.add(new Finding(Verdict.FINE, flatness(facts.slopes), "Nothing to do."));
    }
  }

  private void addDomainFinding(List<Finding> findings, Distribution input) {
    if (input.min() < function.leastInput() || input.max() > function.greatestInput()) {
      findings.add(
          new Finding(
              Verdict.OUTSIDE_DOMAIN,
              String.format(
                  Locale.ROOT,
                  "Function %s is defined from %s to %s and has no value outside; its inputs reach from %s to %s.",
                  function.name(),
                  number(function.leastInput()),
                  number(function.greatestInput()),
                  number(input.min()),
                  number(input.max())),
              function.greatestInput() == Double.POSITIVE_INFINITY
                  ? "Use signed_log1p, which is defined for all numbers."
                  : "Use another function; this one is for shares and probabilities as they are.",
              function.greatestInput() == Double.POSITIVE_INFINITY
                  ? model == null ? "- activation: signed_log1p" : Advice.specWith("signed_log1p")
                  : ""));
    }
  }

  private void addSlopeFinding(List<Finding> findings, Slopes slopes) {
    if (slopes.zeroShare >= DEAD_LIMIT) {
      findings.add(
          new Finding(
              Verdict.DEAD,
              String.format(
                  Locale.ROOT,
                  "The slope of %s is exactly 0 at %s of the values (limit %s).",
                  function.name(),
                  percent(slopes.zeroShare),
                  percent(DEAD_LIMIT)),
              advice.whereDead(),
              advice.specWhereDead()));
    } else if (slopes.flatShare >= saturatedLimit()) {
      findings.add(
          new Finding(
              Verdict.SATURATED,
              String.format(
                  Locale.ROOT,
                  "The slope of %s is below %s at %s of the values; a standard normal input has %s (limit %s).",
                  function.name(),
                  number(threshold),
                  percent(slopes.flatShare),
                  percent(normalFlatShare),
                  percent(saturatedLimit())),
              advice.whereSaturated(),
              advice.specWhereSaturated()));
    }
  }

  /** The share of flat slopes from which a column is saturated; infinite if none is too much. */
  double saturatedLimit() {
    return logarithmic
        ? Double.POSITIVE_INFINITY
        : Math.max(
            SATURATED_LIMIT,
            Math.min(SATURATED_RATIO * normalFlatShare, (1 + normalFlatShare) / 2));
  }

  /** The share of flat slopes that a standard normal input has. */
  double normalFlatShare() {
    return normalFlatShare;
  }

  private Finding epsilonOutweighs(Fitted fitted) {
    double variance = fitted.variance();
    return new Finding(
        Verdict.EPSILON_OUTWEIGHS_VARIANCE,
        String.format(
            Locale.ROOT,
            "Variance %s is below epsilon %s: before gamma (%s), normalised values have the standard deviation %s rather than 1.",
            number(variance),
            number(model.epsilon()),
            number(fitted.gamma()),
            number(Math.sqrt(variance / (variance + model.epsilon())))),
        variance == 0
            ? "Fit the model on rows in which the column varies: in those it was fitted on it was constant."
            : variance / 100 == 0
                ? "Give the column a larger unit."
                : String.format(
                    Locale.ROOT,
                    "Lower epsilon to %s or less, or give the column a larger unit.",
                    number(variance / 100)),
        variance / 100 == 0 ? "" : advice.spec("epsilon: " + Advice.plain(variance / 100)));
  }

  private Finding heavyTail(Distribution raw, double normal) {
    double bulk = Math.max(Math.abs(raw.lowerQuartile()), Math.abs(raw.upperQuartile()));
    double furthest = Math.max(Math.abs(raw.min()), Math.abs(raw.max()));
    boolean logarithm = raw.min() > 0 && furthest / LOGARITHM_RATIO >= 1 + bulk;
    double reach = CLIP * raw.standardDeviation();
    boolean clip = raw.max() - raw.mean() > reach || raw.mean() - raw.min() > reach;
    String cure = "See where the values far out come from.";
    String spec = "";
    if (logarithm) {
      cure =
          clip
              ? "Take a logarithm, or clip the values far out, before normalising."
              : "Take a logarithm before normalising.";
      // For columns of either sign, since a stage of a spec is for all of them.
      spec = "- activation: signed_log1p\n" + advice.spec();
    } else if (clip) {
      cure = "Clip the values far out before normalising.";
      spec = advice.spec(String.format(Locale.ROOT, "clip: %.0f", CLIP));
    }
    return new Finding(
        Verdict.HEAVY_TAIL,
        String.format(
            Locale.ROOT,
            "Standard deviation %s is %s times what the quartiles of a normal distribution stand for (limit %s); the values reach from %s to %s around a median of %s.",
            number(raw.standardDeviation()),
            number(raw.standardDeviation() / normal),
            number(HEAVY_TAIL_LIMIT),
            number(raw.min()),
            number(raw.max()),
            number(raw.median())),
        cure,
        spec);
  }

  private static Finding mostlyOneValue(Distribution raw) {
    return new Finding(
        Verdict.MOSTLY_ONE_VALUE,
        String.format(
            Locale.ROOT,
            "At least half of the values are %s, yet they reach from %s to %s.",
            number(raw.median()),
            number(raw.min()),
            number(raw.max())),
        String.format(
            Locale.ROOT,
            "Add a column that says where the value is not %s.",
            number(raw.median())));
  }

  private Finding narrowOutput(Facts facts) {
    String cure = "A larger gamma uses more of the range.";
    String spec = "";
    if (facts.raw.lowerQuartile() == facts.raw.upperQuartile()) {
      cure =
          "No scale changes that, since most values are the same; see whether the others matter.";
    } else if (model == null) {
      cure = "Normalise to use more of the range.";
      spec = advice.spec();
    }
    return new Finding(
        Verdict.NARROW_OUTPUT,
        flatness(facts.slopes)
            + String.format(
                Locale.ROOT,
                " But nine in ten outputs use only %s of its range (limit %s).",
                percent(facts.slopes.rangeInUse),
                percent(NARROW_RANGE)),
        cure,
        spec);
  }

  private String flatness(Slopes slopes) {
    return String.format(
        Locale.ROOT,
        "The slope of %s is below %s at %s of the values%s.",
        function.name(),
        number(threshold),
        percent(slopes.flatShare),
        logarithmic && slopes.flatShare >= SATURATED_LIMIT
            ? ", but it has no bound there and tells them apart"
            : "");
  }
}
