package io.normact.job.run;

import io.normact.job.spec.SpecException;
import io.normact.report.ColumnResult;
import io.normact.report.PipelineReport;
import io.normact.text.Counted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a job is to fail on, once its outputs are in place: the words of {@code --fail-on}.
 *
 * @param trouble a feature that is in trouble after its stage
 * @param drift a feature that has drifted from what was fitted
 * @param invalid the share of invalid values above which a feature fails it; 1 for none
 */
record Findings(boolean trouble, boolean drift, double invalid) {

  private static final String INVALID = "invalid>";

  /**
   * Reads words such as {@code trouble}, {@code drift} and {@code invalid>1%}.
   *
   * @throws SpecException if a word is none of them
   */
  static Findings of(List<String> words) {
    boolean trouble = false;
    boolean drift = false;
    double invalid = 1;
    for (String word : words) {
      if (word.equals("trouble")) {
        trouble = true;
      } else if (word.equals("drift")) {
        drift = true;
      } else {
        invalid = Math.min(invalid, share(word));
      }
    }
    return new Findings(trouble, drift, invalid);
  }

  private static double share(String word) {
    String number = word.replaceFirst("^" + INVALID, "").replaceFirst("%$", "");
    boolean formed =
        word.startsWith(INVALID) && word.endsWith("%") && number.matches("\\d{1,3}(\\.\\d{1,9})?");
    double percent = formed ? Double.parseDouble(number) : Double.NaN;
    if (!(percent >= 0 && percent < 100)) {
      throw SpecException.of(
          "Option --fail-on is '%s', but must be trouble, drift, or invalid>N%% with N from 0 to below 100, such as invalid>1%%.",
          word);
    }
    return percent / 100;
  }

  /** Whether there is anything to look for. */
  boolean any() {
    return trouble || drift || invalid < 1;
  }

  /** The sentence on what the job is to fail on; empty if a report has nothing of it. */
  Optional<String> in(PipelineReport report) {
    List<String> found = new ArrayList<>();
    if (trouble) {
      say(found, "in trouble", quoted(trouble(report)));
    }
    if (drift) {
      say(found, "drifted", DriftedFeature.of(report));
    }
    if (invalid < 1) {
      say(
          found,
          String.format(Locale.ROOT, "invalid in more than %s%% of the rows", invalid * 100),
          quoted(
              columns(report)
                  .filter(column -> column.missingShare() > invalid)
                  .map(ColumnResult::name)
                  .toList()));
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of("The job is done; found by --fail-on: " + String.join("; ", found) + ".");
  }

  private static List<String> quoted(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").toList();
  }

  private static void say(List<String> found, String what, List<?> features) {
    if (!features.isEmpty()) {
      found.add(
          String.format(
              Locale.ROOT,
              "%s %s: %s",
              Counted.of(features.size(), "feature"),
              what,
              Summary.first(features)));
    }
  }

  /** The features that are in trouble after their stage. */
  static List<String> trouble(PipelineReport report) {
    return columns(report)
        .filter(column -> column.last().verdict().isTrouble())
        .map(ColumnResult::name)
        .toList();
  }

  private static Stream<ColumnResult> columns(PipelineReport report) {
    return report.stages().stream().flatMap(stage -> stage.report().columns().stream());
  }
}
