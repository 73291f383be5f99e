package io.normact.scoring.plan;

import io.normact.text.QuotedName;
import java.util.List;
import java.util.Locale;

/**
 * The columns that a stage reads and writes.
 *
 * @param inputs the names of those that it reads
 * @param outputs the names of those that it writes, one for each input, or one for all of an
 *     assembler's
 */
record StageColumns(List<String> inputs, List<String> outputs) {

  /** Of a stage from columns to columns: one with inputCol and outputCol, or several. */
  static StageColumns of(SavedStage stage) {
    List<String> inputs = unquoted(names(stage, "inputCol", "inputCols"));
    List<String> outputs = names(stage, "outputCol", "outputCols");
    if (inputs.isEmpty() || inputs.size() != outputs.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has %d input columns and %d output columns, but needs at least one, and one output for each.",
              stage.place(),
              inputs.size(),
              outputs.size()));
    }
    return new StageColumns(inputs, outputs);
  }

  /** Of a VectorAssembler, which makes one column of several. */
  static StageColumns ofAssembler(SavedStage stage) {
    return new StageColumns(
        unquoted(stage.texts("inputCols")),
        // Spark's default, which it saves with the other defaults.
        List.of(stage.text("outputCol", stage.uid() + "__output")));
  }

  /** Spark's assembler must quote a name with a dot that is no struct's, and stages may. */
  private static List<String> unquoted(List<String> names) {
    return names.stream().map(QuotedName::unquoted).toList();
  }

  private static List<String> names(SavedStage stage, String one, String many) {
    if (stage.isSet(one) == stage.isSet(many)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must have either %s or %s set, but has %s.",
              stage.place(),
              one,
              many,
              stage.isSet(one) ? "both" : "neither"));
    }
    return stage.isSet(one) ? List.of(stage.text(one, null)) : stage.texts(many);
  }
}
