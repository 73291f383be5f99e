package io.normact.job.output;

import io.normact.job.spec.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a pipeline reads, and those that only go from one stage to a later one.
 *
 * @param inputs what is read and not made by an earlier stage
 * @param intermediate what one stage makes and a later one reads
 */
public record PipelineColumns(List<String> inputs, List<String> intermediate) {

  public static PipelineColumns of(Transformer[] stages) {
    Set<String> made = Names.set(List.of());
    List<String> inputs = new ArrayList<>();
    List<String> intermediate = new ArrayList<>();
    for (Transformer stage : stages) {
      for (String input : named(stage, "inputCol", "inputCols")) {
        (made.contains(input) ? intermediate : inputs).add(input);
      }
      made.addAll(named(stage, "outputCol", "outputCols"));
    }
    return new PipelineColumns(inputs, intermediate);
  }

  private static List<String> named(PipelineStage stage, String one, String many) {
    if (stage.hasParam(one) && stage.isSet(stage.getParam(one))) {
      return List.of((String) stage.getOrDefault(stage.getParam(one)));
    }
    if (stage.hasParam(many) && stage.isSet(stage.getParam(many))) {
      return List.of((String[]) stage.getOrDefault(stage.getParam(many)));
    }
    return List.of();
  }

  /** What the pipeline adds to its input for others to read. */
  public List<String> written(StructType transformed, StructType input) {
    Set<String> others = Names.set(List.of(input.fieldNames()));
    others.addAll(intermediate);
    return Arrays.stream(transformed.fieldNames()).filter(name -> !others.contains(name)).toList();
  }
}
