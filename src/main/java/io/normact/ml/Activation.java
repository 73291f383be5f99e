package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.FeatureLayout;
import io.normact.text.Counted;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Applies an activation function, or its slope, to columns.
 *
 * <p>Columns are of any numeric type, vectors (dense or sparse), {@code array<double>} or {@code
 * array<float>}. Float stays float, vectors and arrays stay what they are, every other number
 * becomes double. A boolean counts as 0 or 1. All is computed in double and rounded once. A sparse
 * vector stays sparse where f(0) = 0. null gives null, NaN gives NaN, an infinity gives the limit.
 * A function of a whole vector, such as softmax, takes vectors and arrays only, and has no slope.
 * An empty vector or array stays empty.
 *
 * <pre>{@code
 * new Activation()
 *     .setInputCols(new String[] {"a", "b"})
 *     .setOutputCols(new String[] {"a_squashed", "b_squashed"})
 *     .setFunction("elu(alpha=0.5)");
 * }</pre>
 *
 * <p>Behind a {@link BatchNorm} this stage is not needed: {@code BatchNorm}'s own param {@code
 * activation} does the same in one pass. For a single column {@code
 * io.normact.sql.ActivationFunctions} is shorter. {@link io.normact.math.Definition#all()} lists
 * the functions with their formulas.
 */
public class Activation extends Transformer
    implements HasFeatureColumns<Activation>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private static final String VALUE = "value";
  private static final String SLOPE = "slope";

  private final String uid;
  private final ColumnParams columnParams;
  private final IntParam formatVersion;
  private final Param<String> function;
  private final StringArrayParam functions;
  private final Param<String> output;

  /** Makes a stage with a uid of its own. */
  public Activation() {
    this(Identifiable$.MODULE$.randomUID("activation"));
  }

  /**
   * Makes a stage with a given uid.
   *
   * @param uid the name of the stage in messages and saved pipelines
   */
  public Activation(String uid) {
    this.uid = Expect.given(uid, "uid", "a text");
    columnParams = new ColumnParams(this);
    formatVersion = FormatVersion.param(this);
    function =
        new FunctionParam(
            this,
            "function",
            "activation function of all columns, such as sigmoid or elu(alpha=0.5)");
    functions = new FunctionsParam(this, "functions", "activation functions, one a column");
    output =
        new Param<>(
            this,
            "output",
            "what is written: value or slope (the derivative with respect to the input)",
            Expect.oneOf("output", VALUE, SLOPE));
    setDefault(output, VALUE);
    setDefault(formatVersion, FormatVersion.CURRENT);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ColumnParams columnParams() {
    return columnParams;
  }

  /** {@return the param for the format in which this stage is saved; not for users to set} */
  public IntParam formatVersion() {
    return formatVersion;
  }

  /**
   * {@return the param for the function of all columns: unset by default} Exactly one of this and
   * {@link #functions()} must be set.
   */
  public Param<String> function() {
    return function;
  }

  /** {@return the param for the functions of the columns, one each: unset by default} */
  public StringArrayParam functions() {
    return functions;
  }

  /** {@return the param for what is written: value (default) or slope} */
  public Param<String> output() {
    return output;
  }

  /**
   * Sets the function of all columns.
   *
   * @param value a text such as {@code "elu(alpha=0.5)"}
   * @return this stage
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read the text
   */
  public Activation setFunction(String value) {
    return (Activation) set(function, value);
  }

  /**
   * Sets the function of all columns.
   *
   * @param value the function, not null
   * @return this stage
   */
  public Activation setFunction(ActivationFunction value) {
    return setFunction(Expect.given(value, "function", "an activation function").toString());
  }

  /**
   * Sets one function for each column. The array is copied.
   *
   * @param value as many texts as there are input columns
   * @return this stage
   * @throws IllegalArgumentException if {@link ActivationFunction#parse} can't read a text
   */
  public Activation setFunctions(String[] value) {
    return (Activation) set(functions, value);
  }

  /**
   * Sets what is written.
   *
   * @param value {@code "value"} (default) or {@code "slope"}, the derivative with respect to the
   *     input
   * @return this stage
   */
  public Activation setOutput(String value) {
    return (Activation) set(output, value);
  }

  /** {@return the text of the function of all columns} */
  public String getFunction() {
    return getOrDefault(function);
  }

  /** {@return the texts of the functions of the columns} */
  public String[] getFunctions() {
    return getOrDefault(functions).clone();
  }

  /** {@return what is written: value or slope} */
  public String getOutput() {
    return getOrDefault(output);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    return FeatureMapping.project(
        Expect.dataset(dataset), mappings(dataset.schema()), InvalidValues.KEEP);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return FeatureMapping.schema(Expect.schema(schema), mappings(schema));
  }

  private List<FeatureMapping> mappings(StructType schema) {
    List<FeatureColumn> columns = FeatureColumn.resolve(this, schema);
    List<ActivationFunction> perColumn = functionsOf(columns);
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).checkHolds(perColumn.get(i));
    }
    FeatureLayout layout =
        FeatureLayout.of(
            columns.stream().map(FeatureColumn::kind).toList(),
            i -> perColumn.get(i).equals(perColumn.get(i - 1)));
    return layout.parts().stream()
        .map(
            part ->
                new FeatureMapping(
                    List.copyOf(part.of(columns)), mapped(perColumn.get(part.start()))))
        .toList();
  }

  private FeatureFunction mapped(ActivationFunction f) {
    return getOutput().equals(SLOPE) ? Activations.slopes(f) : Activations.values(f);
  }

  private List<ActivationFunction> functionsOf(List<FeatureColumn> columns) {
    if (isSet(function) == isSet(functions)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s must have either function or functions set, but has %s.",
              uid,
              isSet(function) ? "both" : "neither"));
    }
    if (isSet(function)) {
      ActivationFunction one = ActivationFunction.parse(getFunction());
      return columns.stream().map(column -> one).toList();
    }
    if (getFunctions().length != columns.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s has %s for %s; it needs one for each.",
              uid,
              Counted.of(getFunctions().length, "function"),
              Counted.of(columns.size(), "column")));
    }
    return Arrays.stream(getFunctions()).map(ActivationFunction::parse).toList();
  }

  @Override
  public Activation copy(ParamMap extra) {
    return defaultCopy(Expect.extra(extra));
  }

  /**
   * Returns a writer as Spark's own stages have it. With the option {@code format} set to {@code
   * onnx} it writes one file of ONNX. That takes the options {@code precision} (float32, float64)
   * and {@code inputs} (row, columns) of {@link io.normact.onnx.OnnxExport}.
   *
   * @return the writer
   */
  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }

  /** {@return a reader of saved stages} */
  public static MLReader<Activation> read() {
    return new StageReader<>(Activation.class, Activation::new);
  }

  /**
   * Loads a saved stage.
   *
   * @param path the folder that the stage was saved in
   * @return the stage
   * @throws IllegalArgumentException if the folder holds another class, or a format that this
   *     release doesn't know
   */
  public static Activation load(String path) {
    return read().load(path);
  }
}
