package io.normact.job.run;

import io.normact.ml.BatchNormModel;
import io.normact.ml.BatchNormSummary;
import io.normact.text.Counted;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;

/** What a job says when it is done. */
final class Summary {

  private static final int SHOWN = 5;

  private Summary() {}

  /** What the fit met: rows, invalid values, and columns to which it could do little. */
  static void fitted(PipelineModel model, PrintStream out) {
    for (Transformer stage : model.stages()) {
      if (stage instanceof BatchNormModel batchNorm) {
        BatchNormSummary summary = batchNorm.summary();
        out.println(
            String.format(
                Locale.ROOT,
                "Fitted batchNorm: %s on %s.",
                Counted.of(batchNorm.mean().size(), "feature"),
                Counted.of(summary.rows(), "row")));
        byKey(batchNorm, summary, out);
        learned(batchNorm, summary, out);
        if (!summary.invalid().isEmpty()) {
          List<String> invalid = new ArrayList<>();
          summary
              .invalid()
              .forEach((name, n) -> invalid.add(String.format(Locale.ROOT, "%s (%d)", name, n)));
          out.println("  Invalid values (null, NaN, infinite) in " + first(invalid) + ".");
        }
        if (summary.skippedRows() > 0) {
          out.println(
              "  Left out for invalid values: " + Counted.of(summary.skippedRows(), "row") + ".");
        }
        if (summary.skippedMany()) {
          out.println(
              "  Warning: more than a tenth of the rows was left out; handleInvalid: mean would keep them.");
        }
        if (!summary.constant().isEmpty()) {
          out.println("  Constant, so only beta is left of it: " + first(summary.constant()) + ".");
        }
        if (!summary.epsilonOutweighs().isEmpty()) {
          out.println(
              String.format(
                  Locale.ROOT,
                  "  Epsilon %s outweighs the variance of %s; a smaller epsilon, or 0, would scale %s fully.",
                  batchNorm.getEpsilon(),
                  first(summary.epsilonOutweighs()),
                  summary.epsilonOutweighs().size() == 1 ? "it" : "them"));
        }
      }
    }
  }

  private static void byKey(BatchNormModel model, BatchNormSummary summary, PrintStream out) {
    if (model.getKeyCols().length == 0) {
      return;
    }
    out.println(
        String.format(
            Locale.ROOT,
            "  By %s: %s.",
            joined(List.of(model.getKeyCols())),
            Counted.of(summary.keys(), "key")));
    if (!summary.keysBelowMinCount().isEmpty()) {
      List<String> few = new ArrayList<>();
      summary
          .keysBelowMinCount()
          .forEach((name, n) -> few.add(name + " in " + Counted.of(n, "key")));
      out.println(
          String.format(
              Locale.ROOT,
              "  Fewer than %s, so normalised by all rows: %s.",
              Counted.of(model.getMinCount(), "valid value"),
              first(few)));
    }
  }

  private static void learned(BatchNormModel model, BatchNormSummary summary, PrintStream out) {
    if (model.getLearn().equals("none")) {
      return;
    }
    String end = "converged";
    if (!summary.converged()) {
      end =
          summary.iterations() >= model.getMaxIter()
              ? "not converged, raise maxIter"
              : "not converged, no step led on";
    }
    out.println(
        String.format(
            Locale.ROOT,
            "  Learned by %s%s: %s%s; %s.",
            model.getLearn(),
            summary.loss().equals("none") ? "" : " with loss " + summary.loss(),
            Counted.of(summary.iterations(), "iteration"),
            summary.iterations() == 0
                ? ""
                : String.format(Locale.ROOT, ", objective %.6g", summary.objective()),
            end));
    if (!summary.classes().isEmpty()) {
      out.println("  Classes of the label: " + first(summary.classes()) + ".");
    }
  }

  /** The first names with commas between them, and how many more there are. */
  static String first(List<?> names) {
    String shown = joined(names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() <= SHOWN
        ? shown
        : shown + String.format(Locale.ROOT, " and %d more", names.size() - SHOWN);
  }

  /** Things with commas between them. */
  static String joined(List<?> things) {
    return things.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
