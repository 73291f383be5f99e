package io.normact.onnx;

import io.normact.scoring.plan.Planner;
import io.normact.scoring.plan.RowKey;
import io.normact.scoring.plan.RowPlan;
import io.normact.scoring.plan.RowPlan.Column;
import io.normact.scoring.plan.SavedStage;
import io.normact.text.Given;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.apache.spark.ml.Transformer;

/**
 * Writes fitted stages as a model of ONNX: one file for onnxruntime and whatever else reads opset
 * 18. It takes a BatchNormModel, BatchNormInverse or Activation, or a PipelineModel of those;
 * VectorAssembler may stand among them.
 *
 * <pre>{@code
 * OnnxExport.of(model).setPrecision("float64").save(Path.of("model.onnx"));
 * }</pre>
 *
 * <p>The model takes rows, {@code [batch, features]}, in one input named {@code input}, in which
 * the columns stand side by side. It gives rows in one output named {@code output}. A single column
 * keeps its own name. With {@code setInputs("columns")} each column is an input of its own, {@code
 * [batch, 1]} or as wide as the column, and outputs likewise. The columns are those of {@link
 * io.normact.scoring.Scorer#inputs()} and {@link io.normact.scoring.Scorer#outputs()}. The metadata
 * of the model name them.
 *
 * <p>A model can't reject a row. Where {@code handleInvalid} is {@code error} or {@code skip}, all
 * outputs of a row with a NaN or an infinity are NaN. With {@code keep} the formula is applied.
 * With {@code mean} NaN and infinity count as the mean.
 *
 * <p>The results don't have the bits of Spark's, since each runtime computes exponentials in its
 * own way. The README states how near they are. Slopes, stages with statistics by key, and the
 * inverses of cube, rational_tanh and tanh_shrink can't be written. To score in Java with the bits
 * of Spark use {@link io.normact.scoring.Scorer}.
 */
public final class OnnxExport {

  private static final String ROW = "row";
  private static final String COLUMNS = "columns";

  private final List<SavedStage> stages;
  private final Planner planner;
  private NumberType precision = NumberType.FLOAT32;
  private boolean columnsApart;

  private OnnxExport(List<SavedStage> stages) {
    this.stages = stages;
    planner = new Planner(stages, Map.of(), RowKey.none(stages));
  }

  /**
   * Makes an export of a model.
   *
   * @param model a fitted stage, or a pipeline of them
   * @return the export, with the default options
   * @throws IllegalArgumentException if there is a stage that can't be exported; the message names
   *     it
   */
  public static OnnxExport of(Transformer model) {
    return new OnnxExport(
        StageParams.of(Given.argument(model, "model", "a fitted stage or a pipeline of them")));
  }

  /**
   * Sets the type of the numbers of inputs, outputs and everything between.
   *
   * @param value float32 (default) or float64
   * @return this export
   * @throws IllegalArgumentException if it is neither
   */
  public OnnxExport setPrecision(String value) {
    precision = NumberType.of(String.valueOf(value));
    return this;
  }

  /**
   * Sets what one input holds.
   *
   * @param value row (default) for one input of all features, or columns for an input of each
   *     column
   * @return this export
   * @throws IllegalArgumentException if it is neither
   */
  public OnnxExport setInputs(String value) {
    if (value == null || !List.of(ROW, COLUMNS).contains(value)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Option inputs is '%s', but must be row or columns.", value));
    }
    columnsApart = value.equals(COLUMNS);
    return this;
  }

  /**
   * Writes the model to a file that is not there yet.
   *
   * @param file the file, on this machine
   * @throws IllegalArgumentException if ONNX can't express something in the model; nothing is
   *     written then
   * @throws UncheckedIOException if the file is there already, or can't be written
   */
  public void save(Path file) {
    Given.argument(file, "file", "a path");
    byte[] model = toBytes();
    try {
      writeNew(file, model);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(
              Locale.ROOT,
              "File '%s' can't be written, but must be a new one in a folder that is there.",
              file),
          e);
    }
  }

  /** Writes a file beside its place, and moves it there once it is whole. */
  private static void writeNew(Path file, byte[] bytes) throws IOException {
    Path fresh = file.resolveSibling(".normact-" + UUID.randomUUID() + ".new");
    try {
      Files.write(fresh, bytes);
      Files.move(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Returns the model as the bytes of a file.
   *
   * @return the bytes
   * @throws IllegalArgumentException if ONNX can't express something in the model
   */
  public byte[] toBytes() {
    RowPlan plan = planner.plan(1);
    boolean open = planner.openColumn() != null;
    Message graph = new PlanGraph(plan, precision, columnsApart, open).message();
    Message opset = new Message().text(1, "").number(2, Graph.OPSET);
    Message model =
        new Message()
            .number(1, Graph.IR_VERSION)
            .text(2, "normact")
            .text(3, version())
            .message(7, graph)
            .message(8, opset);
    metadata(plan)
        .forEach((key, value) -> model.message(14, new Message().text(1, key).text(2, value)));
    return model.toBytes();
  }

  private static String version() {
    String version = OnnxExport.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }

  private Map<String, String> metadata(RowPlan plan) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("normact.version", version());
    metadata.put("normact.stages", list(stages.stream().map(SavedStage::uid).toList()));
    metadata.put("normact.inputs", list(names(plan.inputs())));
    metadata.put("normact.outputs", list(names(plan.outputs())));
    metadata.put("normact.functions", list(functions(plan)));
    return metadata;
  }

  private static List<String> functions(RowPlan plan) {
    return plan.steps().stream().map(step -> step.function().text()).toList();
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::featureNames).flatMap(List::stream).toList();
  }

  /** A list in JSON. */
  private static String list(List<String> texts) {
    StringJoiner json = new StringJoiner(",", "[", "]");
    for (String text : texts) {
      StringBuilder quoted = new StringBuilder("\"");
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\\') {
          quoted.append('\\').append(c);
        } else if (c < ' ') {
          quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          quoted.append(c);
        }
      }
      json.add(quoted.append('"'));
    }
    return json.toString();
  }
}
