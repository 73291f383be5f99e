package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosisTest {

  private static final Histogram NONE = new Histogram(0, 1, List.of(0L), 0, 0);
  private static final Distribution NORMAL =
      new Distribution(0, 1, -3, -0.6745, 0, 0.6745, 3, NONE);
  private static final Fitted FITTED = new Fitted(0, 1, 2, 0);

  private static Diagnosis diagnosis(String function, ModelSettings model) {
    ActivationFunction f = ActivationFunction.parse(function);
    return new Diagnosis(f, 0.01 * f.steepestSlope(), model);
  }

  private static ModelSettings model(String learn) {
    return new ModelSettings(1e-5, true, true, learn);
  }

  private static Diagnosis.Facts facts(Distribution raw, double flat, double zero, double range) {
    return new Diagnosis.Facts(
        100, 0, 100, raw, raw, false, new Diagnosis.Slopes(flat, zero, range));
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, 0",
    "relu, 0.5",
    "hard_tanh, 0.3173",
    "leaky_relu, 0",
    "tanh, 0.0028",
    "identity, 0"
  })
  void aNormalInputIsAsFlatAsTheNormalDistributionSays(String function, double share) {
    ActivationFunction f = ActivationFunction.parse(function);
    // 0.3173 = P(|z| > 1); 0.0028 = P(|z| > artanh(sqrt(0.99))), from the error function.
    assertThat(Diagnosis.normalFlatShare(f, 0.01 * f.steepestSlope()))
        .isCloseTo(share, offset(1e-3));
  }

  @Test
  void fine() {
    assertThat(diagnosis("sigmoid", null).of(facts(NORMAL, 0.002, 0, 0.6), null))
        .containsExactly(
            new Finding(
                Verdict.FINE,
                "The slope of sigmoid is below 0.0025 at 0.2% of the values.",
                "Nothing to do."));
  }

  @Test
  void anOutputInASmallPartOfTheRangeIsNotFine() {
    Diagnosis.Facts facts = facts(NORMAL, 0, 0, 0.01);
    assertThat(diagnosis("sigmoid", null).of(facts, null))
        .containsExactly(
            new Finding(
                Verdict.NARROW_OUTPUT,
                "The slope of sigmoid is below 0.0025 at 0% of the values. But nine in ten outputs use only 1.0% of its range (limit 10%).",
                "Normalise to use more of the range.",
                "- batchNorm: {activation: sigmoid}"));
    assertThat(diagnosis("sigmoid", model("none")).of(facts, FITTED).get(0).advice())
        .isEqualTo("A larger gamma uses more of the range.");
  }

  @Test
  void saturated() {
    Diagnosis.Facts facts = facts(NORMAL, 0.96, 0, 0);
    assertThat(diagnosis("sigmoid", null).of(facts, null))
        .containsExactly(
            new Finding(
                Verdict.SATURATED,
                "The slope of sigmoid is below 0.0025 at 96% of the values; a standard normal input has <0.1% (limit 25%).",
                "Normalise the column first, and learn gamma and beta (infomax).",
                "- batchNorm: {activation: sigmoid, learn: infomax}"));
    assertThat(diagnosis("sigmoid", model("none")).of(facts, FITTED).get(0).advice())
        .isEqualTo("Learn gamma and beta (infomax).");
    assertThat(diagnosis("sigmoid", model("infomax")).of(facts, FITTED).get(0).advice())
        .isEqualTo(
            "Use a function whose slope falls off more slowly, such as softsign or leaky_relu.");
    assertThat(diagnosis("hard_sigmoid", null).of(facts, null).get(0).advice())
        .isEqualTo("Normalise the column first.");
  }

  @Test
  void aReluIsFlatForHalfOfItsInputByNature() {
    Diagnosis relu = diagnosis("relu", null);
    assertThat(relu.of(facts(NORMAL, 0.7, 0.7, Double.NaN), null))
        .extracting(Finding::verdict)
        .containsExactly(Verdict.FINE);
    assertThat(relu.of(facts(NORMAL, 0.8, 0.8, Double.NaN), null))
        .extracting(Finding::verdict)
        .containsExactly(Verdict.SATURATED);
  }

  @Test
  void dead() {
    Diagnosis.Facts facts = facts(NORMAL, 0.995, 0.995, Double.NaN);
    assertThat(diagnosis("relu", null).of(facts, null))
        .containsExactly(
            new Finding(
                Verdict.DEAD,
                "The slope of relu is exactly 0 at 99.5% of the values (limit 99%).",
                "Normalise the column first, or use a function with a slope on both sides, such as leaky_relu.",
                "- batchNorm: {activation: relu}"));
    assertThat(diagnosis("relu", model("none")).of(facts, FITTED).get(0).advice())
        .isEqualTo(
            "Raise beta or learn it, or use a function with a slope on both sides, such as leaky_relu.");
  }

  @Test
  void constant() {
    Distribution seven = new Distribution(7, 0, 7, 7, 7, 7, 7, NONE);
    assertThat(diagnosis("sigmoid", model("none")).of(facts(seven, 1, 0, 0), FITTED))
        .containsExactly(
            new Finding(
                Verdict.CONSTANT,
                "All 100 values are 7.",
                "Drop the column: it tells no row from another."));
  }

  @Test
  void epsilonOutweighsVariance() {
    Fitted small = new Fitted(0, 7e-6, 2, 0);
    assertThat(diagnosis("sigmoid", model("none")).of(facts(NORMAL, 0, 0, 0.5), small))
        .containsExactly(
            new Finding(
                Verdict.EPSILON_OUTWEIGHS_VARIANCE,
                "Variance 7.00e-06 is below epsilon 1.00e-05: before gamma (2), normalised values have the standard deviation 0.642 rather than 1.",
                "Lower epsilon to 7.00e-08 or less, or give the column a larger unit.",
                "- batchNorm: {activation: sigmoid, epsilon: 7.0e-08}"));
    assertThat(
            diagnosis("sigmoid", new ModelSettings(1e-5, true, false, "none"))
                .of(facts(NORMAL, 0, 0, 0.5), small))
        .as("without division there is no epsilon")
        .extracting(Finding::verdict)
        .containsExactly(Verdict.FINE);
  }

  @Test
  void heavyTail() {
    Distribution wide = new Distribution(0, 30, -5, -1, 0, 1, 900, NONE);
    assertThat(diagnosis("sigmoid", null).of(facts(wide, 0, 0, 0.5), null))
        .containsExactly(
            new Finding(
                Verdict.HEAVY_TAIL,
                "Standard deviation 30 is 20.2 times what the quartiles of a normal distribution stand for (limit 2); the values reach from -5 to 900 around a median of 0.",
                "Clip the values far out before normalising.",
                "- batchNorm: {activation: sigmoid, clip: 3}"));
    Distribution positive = new Distribution(9, 30, 0.5, 1, 2, 3, 900, NONE);
    Finding logarithm = diagnosis("sigmoid", null).of(facts(positive, 0, 0, 0.5), null).get(0);
    assertThat(logarithm.advice())
        .isEqualTo("Take a logarithm, or clip the values far out, before normalising.");
    assertThat(logarithm.spec())
        .isEqualTo("- activation: signed_log1p\n- batchNorm: {activation: sigmoid}");
    Distribution farFromZero =
        new Distribution(1e6, 30, 999_990, 999_999, 1e6, 1_000_001, 1_000_900, NONE);
    assertThat(diagnosis("sigmoid", null).of(facts(farFromZero, 0, 0, 0.5), null).get(0).advice())
        .as("where a logarithm is nearly a straight line")
        .isEqualTo("Clip the values far out before normalising.");
    Finding clip = diagnosis("tanh", null).of(facts(farFromZero, 0, 0, 0.5), null).get(0);
    assertThat(clip.spec()).isEqualTo("- batchNorm: {activation: tanh, clip: 3}");
    Distribution twoHeaps = new Distribution(40, 30, 0.5, 1, 2, 3, 100, NONE);
    Finding unclipped = diagnosis("tanh", null).of(facts(twoHeaps, 0, 0, 0.5), null).get(0);
    assertThat(unclipped.advice()).isEqualTo("Take a logarithm before normalising.");
    Distribution narrow = new Distribution(500, 30, 440, 499, 500, 501, 560, NONE);
    Finding none = diagnosis("tanh", null).of(facts(narrow, 0, 0, 0.5), null).get(0);
    assertThat(none.advice()).isEqualTo("See where the values far out come from.");
    assertThat(none.spec()).isEmpty();
  }

  @Test
  void outsideOfWhereTheFunctionIsDefined() {
    Distribution below = new Distribution(0, 1, -3, -0.7, 0, 0.7, 2, NONE);
    assertThat(diagnosis("log1p", null).of(facts(below, 0, 0, Double.NaN), null))
        .containsExactly(
            new Finding(
                Verdict.OUTSIDE_DOMAIN,
                "Function log1p is defined from -1 to ∞ and has no value outside; its inputs reach from -3 to 2.",
                "Use signed_log1p, which is defined for all numbers.",
                "- activation: signed_log1p"));
    Finding logit = diagnosis("logit", model("none")).of(facts(below, 0, 0, 0), FITTED).get(0);
    assertThat(logit.verdict()).isEqualTo(Verdict.OUTSIDE_DOMAIN);
    assertThat(logit.spec()).isEmpty();
    assertThat(diagnosis("log1p", model("none")).of(facts(below, 0, 0, 0), FITTED).get(0).spec())
        .isEqualTo("- batchNorm: {activation: signed_log1p}");
    Distribution shares = new Distribution(0.5, 0.2, 0, 0.3, 0.5, 0.7, 1, NONE);
    assertThat(diagnosis("logit", null).of(facts(shares, 0, 0, Double.NaN), null))
        .extracting(Finding::verdict)
        .containsExactly(Verdict.FINE);
  }

  @Test
  void mostlyOneValueIsNoTail() {
    Distribution rare = new Distribution(0.01, 0.1, 0, 0, 0, 0, 2, NONE);
    assertThat(diagnosis("sigmoid", null).of(facts(rare, 0, 0, 0.5), null))
        .containsExactly(
            new Finding(
                Verdict.MOSTLY_ONE_VALUE,
                "At least half of the values are 0, yet they reach from 0 to 2.",
                "Add a column that says where the value is not 0."));
    Diagnosis.Slopes slopes = new Diagnosis.Slopes(0, 0, 0.5);
    assertThat(
            diagnosis("sigmoid", null)
                .of(new Diagnosis.Facts(100, 0, 100, rare, rare, true, slopes), null))
        .as("a flag")
        .extracting(Finding::verdict)
        .containsExactly(Verdict.FINE);
  }

  @Test
  void theLimitLeavesRoomAboveWhatTheFunctionHasByNature() {
    for (Definition definition : Definition.all()) {
      ActivationFunction function = definition.create();
      if (!function.elementwise() || Double.isInfinite(function.steepestSlope())) {
        continue;
      }
      Diagnosis diagnosis = diagnosis(function.toString(), null);
      assertThat(diagnosis.saturatedLimit())
          .as(function.toString())
          .isGreaterThan(diagnosis.normalFlatShare())
          .satisfies(
              limit -> assertThat(limit < 1).isNotEqualTo(function.name().contains("log1p")));
    }
  }

  /** Counts of which most are above 99, where the slope of 1 / (1 + x) is below 0.01. */
  @Test
  void aLogarithmIsNeverSaturated() {
    Distribution counts = new Distribution(2_000, 8_000, 0, 120, 500, 900, 200_000, NONE);
    Diagnosis.Facts facts = facts(counts, 0.84, 0, Double.NaN);
    for (String function : List.of("log1p", "signed_log1p")) {
      ActivationFunction f = ActivationFunction.parse(function);
      Diagnosis asItIs = new Diagnosis(f, 0.01, null);
      assertThat(asItIs.of(facts, null))
          .as("it is the cure of the tail, too")
          .containsExactly(
              new Finding(
                  Verdict.FINE,
                  "The slope of "
                      + function
                      + " is below 0.01 at 84% of the values, but it has no bound there and tells them apart.",
                  "Nothing to do."));
      assertThat(asItIs.of(facts(counts, 1, 0, Double.NaN), null).get(0).verdict())
          .isEqualTo(Verdict.FINE);
      assertThat(asItIs.of(facts(counts, 0.1, 0, Double.NaN), null).get(0).reason())
          .endsWith("at 10% of the values.");
      assertThat(new Diagnosis(f, 0.01, model("none")).of(facts, FITTED))
          .as("what is normalised first is squeezed by its tail first")
          .extracting(Finding::verdict)
          .containsExactly(Verdict.HEAVY_TAIL);
    }
    for (String bounded : List.of("softsign", "log_sigmoid", "elu", "leaky_relu(alpha=0.001)")) {
      assertThat(diagnosis(bounded, null).of(facts, null).get(0).verdict())
          .as(bounded)
          .isEqualTo(Verdict.SATURATED);
    }
  }

  @Test
  void mostlyMissingComesFirstAndOthersFollow() {
    Diagnosis.Facts half =
        new Diagnosis.Facts(100, 51, 49, NORMAL, NORMAL, false, new Diagnosis.Slopes(0.9, 0, 0.1));
    assertThat(diagnosis("sigmoid", null).of(half, null))
        .extracting(Finding::verdict)
        .containsExactly(Verdict.MOSTLY_MISSING, Verdict.SATURATED);
    Distribution empty =
        new Distribution(
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            NONE);
    Diagnosis.Slopes none = new Diagnosis.Slopes(Double.NaN, Double.NaN, Double.NaN);
    assertThat(
            diagnosis("sigmoid", null)
                .of(new Diagnosis.Facts(9, 9, 0, empty, empty, false, none), null))
        .containsExactly(
            new Finding(
                Verdict.MOSTLY_MISSING,
                "9 of 9 rows are null, NaN or infinite (limit 50%).",
                "Drop the column, or fill it in and add a column that says where.",
                "- batchNorm: {activation: sigmoid, handleInvalid: mean, invalidIndicator: true}"));
    assertThat(
            diagnosis("sigmoid", null)
                .of(new Diagnosis.Facts(0, 0, 0, empty, empty, false, none), null))
        .extracting(Finding::verdict)
        .containsExactly(Verdict.MOSTLY_MISSING);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0%",
    "1, 100%",
    "0.0004, <0.1%",
    "0.0123, 1.2%",
    "0.301, 30%",
    "0.994, 99.4%",
    "0.9995, >99.9%",
    "NaN, –"
  })
  void sharesAreNeverRoundedToNothingOrAll(double share, String text) {
    assertThat(Figures.percent(share)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1234.5, 1230",
    "0.25, 0.25",
    "-2, -2",
    "7e-6, 7.00e-06",
    "1e9, 1.00e+09",
    "NaN, –",
    "Infinity, ∞",
    "-Infinity, -∞"
  })
  void numbersHaveThreeDigits(double number, String text) {
    assertThat(Figures.number(number)).isEqualTo(text);
  }
}
