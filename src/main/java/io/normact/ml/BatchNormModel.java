package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.key.KeyStatistics;
import io.normact.math.row.FeatureNames;
import io.normact.onnx.OnnxBatchNorm;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A fitted {@link BatchNorm}. It computes {@code y = f(gamma * (x - mean) / sqrt(variance +
 * epsilon) + beta)} for every feature, in one pass that includes the activation f.
 *
 * <p>An output column has the kind of its input. Vectors and arrays stay what they are, float stays
 * float, and every other number becomes double. All is computed in double and rounded once. A
 * sparse vector stays sparse where every 0 maps to 0. {@link #handleInvalid()} decides what null,
 * NaN and infinity do. An empty dataset gives an empty one. The model must see the columns that it
 * was fitted on, in the same order and of the same widths.
 *
 * <p>The fitted numbers are params too. So a model is saved, loaded and copied as any stage is.
 * These params are named {@code fittedMean()} and so on, since {@link #mean()} and its like are the
 * numbers themselves.
 *
 * <p>For the numbers of a batch normalisation that torch or Keras trained, use {@link #of} instead
 * of a fit.
 */
public class BatchNormModel extends Model<BatchNormModel>
    implements BatchNormParams<BatchNormModel>, FittedParams, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final ColumnParams columnParams;
  private final BatchNormParamSet batchNormParams;
  private final FittedParamSet fittedParams;
  private final IntParam formatVersion;
  private transient ModelKeys keys;

  /**
   * Makes an empty model. Spark Connect needs it to find the class. For a model of given numbers
   * use {@link #of}.
   */
  public BatchNormModel() {
    this(Identifiable$.MODULE$.randomUID("batchNorm"));
  }

  /**
   * Makes an empty model, for {@link #load} to fill.
   *
   * @param uid the name of the model in messages and saved pipelines
   */
  public BatchNormModel(String uid) {
    this.uid = Expect.given(uid, "uid", "a text");
    columnParams = new ColumnParams(this);
    batchNormParams = new BatchNormParamSet(this);
    fittedParams = new FittedParamSet(this);
    formatVersion = FormatVersion.param(this);
    batchNormParams.setDefaults(this);
    setDefault(formatVersion, FormatVersion.CURRENT);
  }

  /**
   * Makes a model of numbers that come from elsewhere, such as weights trained by torch or Keras.
   * Set its columns as on any stage. Set epsilon to that of the other framework.
   *
   * @param mean running means, one a feature
   * @param variance running variances, at least 0
   * @param gamma scales
   * @param beta shifts
   * @return the model; it counts no rows, so {@link #update(Dataset)} needs a momentum above 0
   * @throws IllegalArgumentException if an array is null, the lengths differ, a number is not
   *     finite, or a variance is negative
   */
  public static BatchNormModel of(double[] mean, double[] variance, double[] gamma, double[] beta) {
    return GivenModel.of(mean, variance, gamma, beta);
  }

  /**
   * Makes a model of statistics by key that come from elsewhere. The table has the form that {@link
   * #statistics(SparkSession)} gives. The mean and variance over all rows are pooled from those of
   * the keys, weighted by their counts.
   *
   * @param statistics a row for each key and feature: the key's columns, {@code index} (from 0),
   *     {@code count}, {@code mean} and {@code variance}; {@code gamma}, {@code beta} and {@code
   *     invalid} where they are there
   * @param keyCols the names of the key's columns
   * @return the model; it has no exact sums, so {@link #update(Dataset)} needs a momentum above 0
   * @throws IllegalArgumentException if a column is missing, a key lacks a feature or has it twice,
   *     a number is not finite, a count or variance is negative, or gamma or beta differ by key
   */
  public static BatchNormModel of(Dataset<Row> statistics, String... keyCols) {
    BatchNormModel model = new BatchNormModel();
    KeyRows.fill(
        model,
        Expect.given(statistics, "statistics", "a Dataset with a row for each key and feature"),
        Expect.given(keyCols, "keyCols", "the names of the key's columns"));
    model.fittedParams.check(model);
    return model;
  }

  /**
   * Reads a BatchNormalization node of a model of ONNX, as torch and Keras export it. The model
   * gets the node's statistics, gamma, beta and epsilon. It also gets the activation that the
   * node's result goes through next, be it one operator or several. The activation is identity
   * where another layer follows, or nothing. Set the columns as on any stage.
   *
   * @param path the file of the model, on this machine
   * @param nodeName the node's name
   * @return a model without columns
   * @throws java.io.UncheckedIOException if the file can't be read
   * @throws IllegalArgumentException if the file is no model or has no such node, if the node's
   *     numbers are not in the model, or if what follows it is neither a function of normact's nor
   *     another layer
   */
  public static BatchNormModel ofOnnx(String path, String nodeName) {
    Expect.given(path, "path", "the file of a model");
    Expect.given(nodeName, "nodeName", "the name of a node");
    return GivenModel.of(OnnxBatchNorm.read(Path.of(path), nodeName));
  }

  /**
   * Reads a node as {@link #ofOnnx(String, String)} does, but takes the given activation and
   * ignores what follows the node.
   *
   * @param path the file of the model, on this machine
   * @param nodeName the node's name
   * @param activation the activation, as for {@link #setActivation(String)}; {@code identity} for
   *     the layer alone
   * @return a model without columns
   * @throws java.io.UncheckedIOException if the file can't be read
   * @throws IllegalArgumentException if the file is no model or has no such node, if the node's
   *     numbers are not in the model, or if the activation is unknown
   */
  public static BatchNormModel ofOnnx(String path, String nodeName, String activation) {
    Expect.given(path, "path", "the file of a model");
    Expect.given(nodeName, "nodeName", "the name of a node");
    ActivationFunction function = ActivationFunction.parse(activation);
    return GivenModel.of(OnnxBatchNorm.read(Path.of(path), nodeName, function));
  }

  /**
   * Makes a model of the params of another one. Each value is in JSON, as it is saved. This is for
   * clients that hold a model's numbers but not the model.
   *
   * @param params the values by the params' names; the fitted ones must be among them
   * @return a new model
   * @throws IllegalArgumentException if a model has no such param, a value can't be read or is not
   *     allowed, or the fitted params are missing or don't fit one another
   */
  public static BatchNormModel ofParams(Map<String, String> params) {
    Expect.given(params, "params", "a map of the params' names to their values in JSON");
    return GivenModel.of(params);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public ColumnParams columnParams() {
    return columnParams;
  }

  @Override
  public BatchNormParamSet batchNormParams() {
    return batchNormParams;
  }

  @Override
  public FittedParamSet fittedParams() {
    return fittedParams;
  }

  /** {@return the param for the format in which this model is saved; not for users to set} */
  public IntParam formatVersion() {
    return formatVersion;
  }

  /** The numbers are the caller's: what becomes of them there does not change the model. */
  private Vector copy(DoubleArrayParam param) {
    return Vectors.dense(getOrDefault(param).clone());
  }

  /**
   * {@return how many rows had a valid value, in feature order; 0 in a model made of arrays by
   * {@link #of}}
   */
  public Vector count() {
    return copy(fittedParams.count);
  }

  /** {@return means, in feature order} */
  public Vector mean() {
    return copy(fittedParams.mean);
  }

  /** {@return population variances, in feature order; at least 0} */
  public Vector variance() {
    return copy(fittedParams.variance);
  }

  /** {@return scales, in feature order} */
  public Vector gamma() {
    return copy(fittedParams.gamma);
  }

  /** {@return shifts, in feature order} */
  public Vector beta() {
    return copy(fittedParams.beta);
  }

  /**
   * Adds the normalised columns, then those of {@link #invalidIndicator()} if it is true.
   * Normalised columns are not nullable where handleInvalid is error or mean.
   *
   * @throws IllegalArgumentException if a column is missing, or of the wrong type or width; what
   *     only the rows can show, such as an invalid value, ends the query with an error when it runs
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    if (isSet(fittedParams.result)) {
      return ModelRows.named(getOrDefault(fittedParams.result))
          .of(this, Expect.dataset(dataset).sparkSession());
    }
    return FeatureMapping.project(
        Expect.dataset(dataset),
        mappings(dataset.schema()),
        InvalidValues.of(getHandleInvalid()),
        keys().ofRows(this, dataset));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (isSet(fittedParams.result)) {
      return ModelRows.named(getOrDefault(fittedParams.result)).schema(this);
    }
    return FeatureMapping.schema(Expect.schema(schema), mappings(schema));
  }

  private List<FeatureMapping> mappings(StructType schema) {
    List<FeatureColumn> columns = FeatureColumn.resolve(this, schema);
    columns.forEach(column -> column.checkHolds(getActivation()));
    ModelKeys.columns(this, schema, columns);
    return NormalizedColumns.of(this, columns, schema);
  }

  /**
   * Makes a stage that maps this model's output columns back to the original values.
   *
   * <p>What was clipped comes back as the bound it was clipped to. What counted as the mean comes
   * back as the mean. Where a feature was constant and epsilon is 0, its mean comes back. A
   * saturated output, such as a sigmoid of exactly 1, gives an infinity.
   *
   * @return a stage whose output columns are named {@code <input>_inverse} until they are set
   *     otherwise
   * @throws UnsupportedOperationException if the activation has no inverse, or a gamma is 0
   */
  public BatchNormInverse inverse() {
    return BatchNormInverse.of(this);
  }

  /**
   * Takes in one more batch, in one Spark job. This model stays as it is. Gamma and beta are kept.
   *
   * <p>With momentum 0 the statistics are those of all rows so far. They have the bits that one fit
   * over all rows gives, however the rows came in batches.
   *
   * <p>With a momentum above 0 they move as in torch.nn.BatchNorm1d: {@code running = (1 -
   * momentum) * running + momentum * batch}, where the batch's variance is the unbiased one. A
   * feature with less than two valid rows in the batch keeps its mean and variance. The exact sums
   * no longer belong to the statistics then. They are dropped, so later updates can't use momentum
   * 0.
   *
   * <p>With keys, all that holds within each key. New keys are added.
   *
   * <p>An empty batch changes nothing. For batches of a stream, which may come twice, use {@link
   * RunningBatchNorm} or {@link #update(Dataset, long)}.
   *
   * @param batch rows with the input columns, and the weight column if there is one; no label is
   *     needed
   * @return a model that has seen the batch too
   * @throws IllegalArgumentException if a column is missing or of the wrong type or width, a value
   *     is invalid and handleInvalid is error, or momentum is 0 and the model has no exact sums
   */
  public BatchNormModel update(Dataset<?> batch) {
    return BatchNormUpdate.run(this, Expect.dataset(batch));
  }

  /**
   * Takes in a numbered batch of a stream, as {@link #update(Dataset)}. Spark's foreachBatch may
   * hand the same batch over twice. A batch that was taken in already changes nothing. The number
   * is saved with the model.
   *
   * @param batch rows as there
   * @param number the batch's number, which grows from batch to batch
   * @return a model that has seen the batch too; this one if the number is not above the last one
   */
  public BatchNormModel update(Dataset<?> batch, long number) {
    if (isSet(fittedParams.lastBatch) && number <= lastBatch()) {
      return this;
    }
    BatchNormModel updated = update(batch);
    return updated.setFitted(updated.fittedLastBatch(), number);
  }

  private long lastBatch() {
    return (long) getOrDefault((Param<?>) fittedLastBatch());
  }

  /**
   * The fitted numbers as a table.
   *
   * @param spark the session that the table belongs to
   * @return one row for each feature: index, feature, count, invalid, mean, variance, gamma, beta;
   *     with keys one row for each key and feature, in the keys' order, with the key's columns
   *     first
   */
  public Dataset<Row> statistics(SparkSession spark) {
    return ModelRows.STATISTICS.of(this, Expect.given(spark, "spark", "a SparkSession"));
  }

  /** {@return what the fit found: invalid values, constant columns, how learning ended} */
  public BatchNormSummary summary() {
    return BatchNormSummary.of(this);
  }

  /** The features' names: a column's, or a column's and a position. */
  List<String> featureNames() {
    int features = getOrDefault(fittedParams.mean).length;
    boolean named = isSet(inputCol()) || isSet(inputCols());
    List<String> columns = named ? List.of(FeatureColumn.inputs(this)) : List.of("feature");
    return FeatureNames.of(columns, named ? widths(columns.size()) : new int[] {features});
  }

  /** The features of each column: as fitted, or one vector for all, or a scalar for each. */
  int[] widths(int columns) {
    int features = getOrDefault(fittedParams.mean).length;
    int[] perColumn =
        isSet(fittedParams.widths)
            ? getOrDefault(fittedParams.widths)
            : columns == 1
                ? new int[] {features}
                : IntStream.generate(() -> 1).limit(features).toArray();
    if (perColumn.length != columns) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Stage %s has %d input columns, but its model was fitted on %d.",
              uid,
              columns,
              perColumn.length));
    }
    return perColumn;
  }

  /** Sets one of the fitted params. */
  @SuppressWarnings("unchecked")
  BatchNormModel setFitted(Param<?> param, Object value) {
    return (BatchNormModel) set((Param<Object>) param, value);
  }

  /** Sets gamma and beta; null for 1 and 0. */
  void setScaleAndShift(double[] givenGamma, double[] givenBeta) {
    int features = getOrDefault(fittedParams.mean).length;
    double[] scales = givenGamma == null ? new double[features] : givenGamma.clone();
    if (givenGamma == null) {
      Arrays.fill(scales, 1);
    }
    setFitted(fittedParams.gamma, scales);
    setFitted(fittedParams.beta, givenBeta == null ? new double[features] : givenBeta.clone());
    fittedParams.check(this);
  }

  /** Sets what learning reached, iteration by iteration, and whether it converged. */
  void setLearned(List<Double> history, boolean converged) {
    setFitted(
        fittedParams.objectiveHistory, history.stream().mapToDouble(Double::doubleValue).toArray());
    setFitted(fittedParams.converged, converged);
  }

  /** Made late, since it does not travel with the model. */
  ModelKeys keys() {
    if (keys == null) {
      keys = new ModelKeys();
    }
    return keys;
  }

  /** The statistics by key of a model that has them. */
  KeyStatistics byKey() {
    return keys().statistics(this);
  }

  /**
   * {@return the bytes that the model takes, for Spark Connect: eight a number in the arrays, and
   * the texts}
   */
  @Override
  public long estimatedSize() {
    long texts = length(fittedParams.moments) + length(fittedParams.histograms);
    return 6L * Double.BYTES * getOrDefault(fittedParams.mean).length + texts + keys().bytes(this);
  }

  private long length(Param<String[]> texts) {
    return isSet(texts) ? Arrays.stream(getOrDefault(texts)).mapToLong(String::length).sum() : 0;
  }

  @Override
  public BatchNormModel copy(ParamMap extra) {
    BatchNormModel copy = defaultCopy(Expect.extra(extra));
    copy.keys = keys();
    return copy.setParent(parent());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "BatchNormModel: uid=%s, features=%d, activation=%s",
        uid,
        isSet(fittedParams.mean) ? getOrDefault(fittedParams.mean).length : 0,
        getActivation());
  }

  /**
   * Returns a writer as Spark's own stages have it. With the option {@code format} set to {@code
   * onnx} it writes one file of ONNX. That takes the options {@code precision} (float32, float64)
   * and {@code inputs} (row, columns) of {@link io.normact.onnx.OnnxExport}. With {@code overwrite}
   * what is there is replaced once the new one is complete.
   *
   * @return the writer
   */
  @Override
  public MLWriter write() {
    return new StageWriter(this);
  }

  /** {@return a reader of saved models} */
  public static MLReader<BatchNormModel> read() {
    return new StageReader<>(
        BatchNormModel.class,
        BatchNormModel::new,
        model -> {
          model.fittedParams.check(model);
          FittedHistograms.check(model);
        });
  }

  /**
   * Loads a saved model.
   *
   * @param path the folder that the model was saved in
   * @return the model
   * @throws IllegalArgumentException if the folder holds another class, a format that this release
   *     doesn't know, or numbers that don't belong together
   */
  public static BatchNormModel load(String path) {
    return read().load(path);
  }
}
