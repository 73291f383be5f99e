package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.row.Denormalization;
import io.normact.math.row.FeaturePrelu;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The way back from the output of a {@link BatchNormModel} to the original values: {@code x =
 * (f^-1(y) - beta) / scale + mean}; made by {@link BatchNormModel#inverse()}.
 *
 * <p>null gives null and NaN gives NaN; a y outside of the values of f gives NaN.
 */
public class BatchNormInverse extends Transformer
    implements HasFeatureColumns<BatchNormInverse>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ColumnParams columnParams;
  private final Param<String> activation;
  private final IntArrayParam widths;
  private final DoubleArrayParam mean;
  private final DoubleArrayParam scale;
  private final DoubleArrayParam beta;
  private final DoubleArrayParam slopes;
  private final IntParam formatVersion;

  /** An empty stage, for Spark Connect to find the class; see {@link BatchNormModel#inverse}. */
  public BatchNormInverse() {
    this(Identifiable$.MODULE$.randomUID("batchNormInverse"));
  }

  /** An empty stage with this uid, for {@link #load} to fill. */
  public BatchNormInverse(String uid) {
    this.uid = uid;
    columnParams = new ColumnParams(this);
    activation =
        new Param<>(this, "activation", "function to invert", Expect.function("activation"));
    widths = new IntArrayParam(this, "widths", "features each input column holds");
    mean = new FeatureArrayParam(this, "mean", "added at the end", Expect.finite("mean"));
    scale = new FeatureArrayParam(this, "scale", "divided by", Expect.finite("scale"));
    beta = new FeatureArrayParam(this, "beta", "subtracted first", Expect.finite("beta"));
    slopes = new FeatureArrayParam(this, "slopes", "prelu's slopes", Expect.finite("slopes"));
    formatVersion = FormatVersion.param(this);
    setDefault(formatVersion, FormatVersion.CURRENT);
  }

  static BatchNormInverse of(BatchNormModel model, double[] scale) {
    ActivationFunction function = model.getActivation();
    double[] slopes = model.hasSlopes() ? model.getOrDefault(model.fittedSlopes()) : new double[0];
    for (int j = 0; j < slopes.length; j++) {
      if (!(slopes[j] > 0)) {
        throw new UnsupportedOperationException(
            String.format(
                Locale.ROOT,
                "Feature '%s' can't be inverted, since its prelu has the slope %s below zero.",
                model.featureNames().get(j),
                slopes[j]));
      }
    }
    if (slopes.length == 0 && !function.invertible()) {
      throw new UnsupportedOperationException(
          String.format(
              Locale.ROOT,
              "Activation %s can't be inverted, since it takes some value at more than one input.",
              function));
    }
    double[] gamma = model.gamma().toArray();
    for (int j = 0; j < gamma.length; j++) {
      if (gamma[j] == 0) {
        throw new UnsupportedOperationException(
            String.format(
                Locale.ROOT,
                "Feature '%s' can't be inverted, since its gamma is 0.",
                model.featureNames().get(j)));
      }
    }
    BatchNormInverse inverse = new BatchNormInverse();
    inverse.set(inverse.activation, function.toString());
    inverse.set(
        inverse.mean, model.getWithMean() ? model.mean().toArray() : new double[gamma.length]);
    inverse.set(inverse.scale, scale);
    inverse.set(inverse.beta, model.beta().toArray());
    if (slopes.length > 0) {
      inverse.set(inverse.slopes, slopes.clone());
    }
    boolean one = model.isSet(model.inputCol());
    String[] inputs = FeatureColumn.inputs(model);
    String[] outputs = FeatureColumn.outputs(model, inputs);
    String[] restored = Arrays.stream(inputs).map(name -> name + "_inverse").toArray(String[]::new);
    inverse.set(inverse.widths, model.widths(inputs.length));
    return one
        ? inverse.setInputCol(outputs[0]).setOutputCol(restored[0])
        : inverse.setInputCols(outputs).setOutputCols(restored);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ColumnParams columnParams() {
    return columnParams;
  }

  /** The format in which this stage is saved. */
  public IntParam formatVersion() {
    return formatVersion;
  }

  /** The function to invert. */
  public Param<String> activation() {
    return activation;
  }

  /** How many features each input column holds. */
  public IntArrayParam widths() {
    return widths;
  }

  /** What is added at the end. */
  public DoubleArrayParam mean() {
    return mean;
  }

  /** What is divided by; 0 for a feature that always gives its mean. */
  public DoubleArrayParam scale() {
    return scale;
  }

  /** What is subtracted first. */
  public DoubleArrayParam beta() {
    return beta;
  }

  /** Prelu's slopes below zero, one a feature; unset for every other function. */
  public DoubleArrayParam slopes() {
    return slopes;
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
    ActivationFunction[] functions;
    if (isSet(slopes)) {
      functions = new FeaturePrelu(getOrDefault(slopes)).functions();
    } else {
      functions = new ActivationFunction[getOrDefault(mean).length];
      Arrays.fill(functions, ActivationFunction.parse(getOrDefault(activation)));
    }
    Denormalization all =
        new Denormalization(getOrDefault(mean), getOrDefault(scale), getOrDefault(beta), functions);
    return FeatureMapping.of(
        FeatureColumn.resolve(this, schema), getOrDefault(widths), all, InvalidValues.KEEP);
  }

  @Override
  public BatchNormInverse copy(ParamMap extra) {
    return defaultCopy(Expect.extra(extra));
  }

  /**
   * A writer as that of Spark's own stages; with the option {@code format} {@code onnx} it writes
   * one file of ONNX, for which {@code precision} (float32, float64) and {@code inputs} (row,
   * columns) are the options of {@link io.normact.onnx.OnnxExport}.
   */
  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }

  /** A reader of saved stages. */
  public static MLReader<BatchNormInverse> read() {
    return new StageReader<>(BatchNormInverse.class, BatchNormInverse::new);
  }

  /** Loads a saved stage. */
  public static BatchNormInverse load(String path) {
    return read().load(path);
  }
}
