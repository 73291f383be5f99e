package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.key.KeyStatistics;
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
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Maps the output of a {@link BatchNormModel} back to the original values. {@link
 * BatchNormModel#inverse()} makes it.
 *
 * <pre>x = (f^-1(y) - beta) / scale + mean, scale = gamma / sqrt(variance + epsilon)</pre>
 *
 * <p>It reads the model's output columns, in the same order and of the same widths, and writes
 * columns of the same kinds. null gives null and NaN gives NaN. A y outside of the range of f gives
 * NaN. A bound that f reaches in the limit only, such as a sigmoid's 1, gives an infinity.
 *
 * <p>It needs a strictly monotone f, and no gamma may be 0. Don't count on values from a saturated
 * tail. Many inputs share one rounded output there, and more so in float columns. What the model
 * clipped comes back as the bound, and what counted as the mean comes back as the mean.
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
  private final StringArrayParam keyCols;
  private final Param<String> unknownKey;
  private final IntParam maxBroadcastInMB;
  private final StringArrayParam keyNumbers;
  private final IntParam formatVersion;
  private transient KeyNormalization keys;
  private transient KeyTexts keyTexts;

  /**
   * Makes an empty stage, for Spark Connect to find the class. Use {@link BatchNormModel#inverse}
   * instead.
   */
  public BatchNormInverse() {
    this(Identifiable$.MODULE$.randomUID("batchNormInverse"));
  }

  /**
   * Makes an empty stage, for {@link #load} to fill.
   *
   * @param uid the name of the stage in messages and saved pipelines
   */
  public BatchNormInverse(String uid) {
    this.uid = Expect.given(uid, "uid", "a text");
    columnParams = new ColumnParams(this);
    activation = new FunctionParam(this, "activation", "function to invert");
    widths = new IntArrayParam(this, "widths", "features each input column holds");
    mean = new FeatureArrayParam(this, "mean", "added at the end", Expect.finite("mean"));
    scale = new FeatureArrayParam(this, "scale", "divided by", Expect.finite("scale"));
    beta = new FeatureArrayParam(this, "beta", "subtracted first", Expect.finite("beta"));
    slopes = new FeatureArrayParam(this, "slopes", "prelu's slopes", Expect.finite("slopes"));
    keyCols = new NamesParam(this, "keyCols", "columns of the key", Expect.names("keyCols"));
    unknownKey = BatchNormParamSet.unknownKey(this);
    maxBroadcastInMB = BatchNormParamSet.maxBroadcastInMB(this);
    keyNumbers = new LongTextsParam(this, "keyNumbers", "mean and scale within each key");
    formatVersion = FormatVersion.param(this);
    setDefault(unknownKey, BatchNormParamSet.UNKNOWN_GLOBAL);
    setDefault(maxBroadcastInMB, BatchNormParamSet.MAX_BROADCAST_IN_MB);
    setDefault(formatVersion, FormatVersion.CURRENT);
  }

  /** See {@link BatchNormModel#inverse()}. */
  @SuppressWarnings("unchecked")
  static BatchNormInverse of(BatchNormModel model) {
    FittedNormalization normalization = new FittedNormalization(model);
    ActivationFunction function = model.getActivation();
    double[] slopes =
        normalization.hasSlopes() ? model.getOrDefault(model.fittedSlopes()) : new double[0];
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
    inverse.set(inverse.scale, normalization.scale());
    inverse.set(inverse.beta, model.beta().toArray());
    if (slopes.length > 0) {
      inverse.set(inverse.slopes, slopes.clone());
    }
    if (model.isSet(model.fittedParams().keyStatistics)) {
      inverse.set(inverse.keyCols, model.getKeyCols());
      inverse.set(inverse.unknownKey, model.getUnknownKey());
      inverse.set((Param<Object>) (Param<?>) inverse.maxBroadcastInMB, model.getMaxBroadcastInMB());
      inverse.set(inverse.keyNumbers, KeyTexts.encode(KeyedFit.numbers(model)));
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

  /** {@return the param for the format in which this stage is saved; not for users to set} */
  public IntParam formatVersion() {
    return formatVersion;
  }

  /** {@return the param for the function to invert} */
  public Param<String> activation() {
    return activation;
  }

  /** {@return the param for how many features each input column holds} */
  public IntArrayParam widths() {
    return widths;
  }

  /** {@return the param for the numbers that are added at the end, one a feature} */
  public DoubleArrayParam mean() {
    return mean;
  }

  /**
   * {@return the param for the divisors, one a feature; a feature with divisor 0 always gives its
   * mean}
   */
  public DoubleArrayParam scale() {
    return scale;
  }

  /** {@return the param for the numbers that are subtracted first, one a feature} */
  public DoubleArrayParam beta() {
    return beta;
  }

  /**
   * {@return the param for prelu's slopes below zero, one a feature; unset for every other
   * function}
   */
  public DoubleArrayParam slopes() {
    return slopes;
  }

  /** {@return the param for the columns of the key; unset without a key} */
  public StringArrayParam keyCols() {
    return keyCols;
  }

  /**
   * {@return the param for what happens to a key that the fit did not see: global, error, invalid}
   */
  public Param<String> unknownKey() {
    return unknownKey;
  }

  /**
   * {@return the param for the size, in megabytes, up to which the keys' table is sent to each
   * executor: default 256} A larger table is joined.
   */
  public IntParam maxBroadcastInMB() {
    return maxBroadcastInMB;
  }

  /**
   * {@return the param for the numbers that are added and divided by within each key; unset without
   * a key}
   */
  public StringArrayParam keyNumbers() {
    return keyNumbers;
  }

  /**
   * Reads the key from other columns, of the same kinds.
   *
   * @param value as many names as the model had key columns
   * @return this stage
   */
  public BatchNormInverse setKeyCols(String... value) {
    return (BatchNormInverse) set(keyCols, value == null ? null : value.clone());
  }

  /** {@return the names of the columns of the key; empty where there is none} */
  public String[] getKeyCols() {
    return isSet(keyCols) ? getOrDefault(keyCols).clone() : new String[0];
  }

  /** Checks the params against one another; those of a loaded stage may be anything. */
  private void checkLoaded() {
    for (Param<?> param : List.<Param<?>>of(activation, widths, mean, scale, beta)) {
      if (!isSet(param)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Stage %s has no %s.", uid, param.name()));
      }
    }
    int features = getOrDefault(mean).length;
    for (DoubleArrayParam param : List.of(mean, scale, beta, slopes)) {
      if (isSet(param)) {
        FeatureCountException.check(param, getOrDefault(param), features);
      }
    }
    int[] perColumn = getOrDefault(widths);
    if (Arrays.stream(perColumn).anyMatch(width -> width <= 0)
        || Arrays.stream(perColumn).asLongStream().sum() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param widths is %s, but there are %d features.",
              Arrays.toString(perColumn),
              features));
    }
    if (isSet(keyCols) != isSet(keyNumbers)
        || (isSet(keyNumbers)
            && (numbers().features() != features
                || numbers().columns().size() != getKeyCols().length))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param keyNumbers does not fit %d features and the key columns %s.",
              features,
              Arrays.toString(getKeyCols())));
    }
  }

  private KeyStatistics numbers() {
    if (keyTexts == null) {
      keyTexts = new KeyTexts();
    }
    return keyTexts.get(this, keyNumbers);
  }

  String getUnknownKey() {
    return getOrDefault(unknownKey);
  }

  int getMaxBroadcastInMB() {
    return (int) getOrDefault((Param<?>) maxBroadcastInMB);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    List<FeatureMapping> mappings = mappings(Expect.dataset(dataset).schema());
    if (!isSet(keyNumbers)) {
      return FeatureMapping.project(dataset, mappings, InvalidValues.KEEP);
    }
    if (keys == null || !keys.shared().isOf(dataset.sparkSession())) {
      keys = KeyNormalization.of(this, numbers(), dataset.sparkSession());
    }
    return FeatureMapping.project(
        dataset, mappings, InvalidValues.KEEP, keys.of(key(dataset.schema())));
  }

  /** The columns of the key; none where there is none. */
  private List<Column> key(StructType schema) {
    return isSet(keyNumbers)
        ? KeyedFit.readable(
            getOrDefault(keyCols), numbers().columns(), schema, FeatureColumn.resolve(this, schema))
        : List.of();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return FeatureMapping.schema(Expect.schema(schema), mappings(schema));
  }

  private List<FeatureMapping> mappings(StructType schema) {
    key(schema);
    double[] shift = getOrDefault(mean);
    if (isSet(keyNumbers) && !(isZero(shift) && numbers().hasZeroMeans())) {
      // Any numbers do but 0 where there is a mean: they are those of the row's key.
      shift = new double[shift.length];
      Arrays.fill(shift, Double.NaN);
    }
    double[] divisor = getOrDefault(scale);
    Denormalization all =
        isSet(slopes)
            ? new Denormalization(
                shift,
                divisor,
                getOrDefault(beta),
                new FeaturePrelu(getOrDefault(slopes)).functions())
            : new Denormalization(
                shift,
                divisor,
                getOrDefault(beta),
                ActivationFunction.parse(getOrDefault(activation)));
    return FeatureMapping.of(
        FeatureColumn.resolve(this, schema), getOrDefault(widths), all, InvalidValues.KEEP);
  }

  private static boolean isZero(double[] numbers) {
    return Arrays.stream(numbers).allMatch(number -> number == 0);
  }

  @Override
  public BatchNormInverse copy(ParamMap extra) {
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
  public static MLReader<BatchNormInverse> read() {
    return new StageReader<>(
        BatchNormInverse.class, BatchNormInverse::new, BatchNormInverse::checkLoaded);
  }

  /**
   * Loads a saved stage.
   *
   * @param path the folder that the stage was saved in
   * @return the stage
   * @throws IllegalArgumentException if the folder holds another class, or a format that this
   *     release doesn't know
   */
  public static BatchNormInverse load(String path) {
    return read().load(path);
  }
}
