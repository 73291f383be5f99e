package io.normact.ml;

import io.normact.math.ActivationFunction;
import io.normact.math.exact.Moments;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.KeyedAggregation;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batch normalisation: fits each feature's mean and population variance in one distributed pass and
 * returns a model that maps
 *
 * <pre>y = f(gamma * (x - mean) / sqrt(variance + epsilon) + beta)</pre>
 *
 * <p>Features are the elements of one vector or array column, or many scalar columns, or any mix.
 * They stand in the order of the columns. Mean and variance are correctly rounded. They have the
 * same bits however the rows are ordered and partitioned. The variance is that of the population.
 * If rows have weights, both are weighted.
 *
 * <p>null, NaN and infinite values end the fit with an error that names the columns, or are left
 * out: {@link #handleInvalid()} decides. It is an error if some feature has no valid value at all,
 * and if vectors of one column differ in size.
 *
 * <p>With {@link #keyCols()} every feature has a mean and a variance within each key, such as a
 * store or a device. They have the bits that a fit of that key's rows alone gives.
 *
 * <p>gamma and beta are 1 and 0, or given, or learned as {@link #learn()} says. A setter refuses
 * null and values that are not allowed. It throws an IllegalArgumentException that shows the value
 * and what was expected.
 *
 * <p>This normalises the inputs of a model once, over all rows. It is not a layer inside of a
 * network, which normalises by the statistics of each mini-batch while it is trained. A few values
 * far out inflate the standard deviation. {@link #clip()} moves them only after the fit, so clip or
 * transform such columns before it. For statistics that follow a stream use {@link
 * RunningBatchNorm}.
 *
 * <p>Ioffe and Szegedy, Batch Normalization: Accelerating Deep Network Training by Reducing
 * Internal Covariate Shift, 2015.
 */
public class BatchNorm extends Estimator<BatchNormModel>
    implements BatchNormParams<BatchNorm>, DefaultParamsWritable {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(BatchNorm.class);

  private final String uid;
  private final ColumnParams columnParams;
  private final BatchNormParamSet batchNormParams;
  private final DoubleArrayParam gamma;
  private final DoubleArrayParam beta;
  private final IntParam formatVersion;
  private transient LearningProgress progress;

  /** Makes a stage with a uid of its own. */
  public BatchNorm() {
    this(Identifiable$.MODULE$.randomUID("batchNorm"));
  }

  /**
   * Makes a stage with a given uid.
   *
   * @param uid the name of the stage in messages and saved pipelines
   */
  public BatchNorm(String uid) {
    this.uid = Expect.given(uid, "uid", "a text");
    columnParams = new ColumnParams(this);
    batchNormParams = new BatchNormParamSet(this);
    gamma = new FeatureArrayParam(this, "gamma", "scales, one a feature", Expect.finite("gamma"));
    beta = new FeatureArrayParam(this, "beta", "shifts, one a feature", Expect.finite("beta"));
    formatVersion = FormatVersion.param(this);
    batchNormParams.setDefaults(this);
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

  @Override
  public BatchNormParamSet batchNormParams() {
    return batchNormParams;
  }

  /** {@return the param for the format in which this stage is saved; not for users to set} */
  public IntParam formatVersion() {
    return formatVersion;
  }

  /**
   * {@return the param for given scales, finite and one a feature: unset by default} Where it is
   * unset, gamma is 1 or learned.
   */
  public DoubleArrayParam gamma() {
    return gamma;
  }

  /**
   * {@return the param for given shifts, finite and one a feature: unset by default} Where it is
   * unset, beta is 0 or learned.
   */
  public DoubleArrayParam beta() {
    return beta;
  }

  /**
   * Sets {@link #withMean()}.
   *
   * @param value true (default) to subtract the mean; false to keep sparse vectors sparse, which
   *     also needs an activation with f(0) = 0 and beta = 0
   * @return this stage
   */
  public BatchNorm setWithMean(boolean value) {
    return BatchNormParamSet.with(this, withMean(), value);
  }

  /**
   * Sets {@link #withStd()}.
   *
   * @param value true (default) to divide by sqrt(variance + epsilon)
   * @return this stage
   */
  public BatchNorm setWithStd(boolean value) {
    return BatchNormParamSet.with(this, withStd(), value);
  }

  /**
   * Sets {@link #activation()}.
   *
   * @param value the function, not null
   * @return this stage
   */
  public BatchNorm setActivation(ActivationFunction value) {
    return setActivation(Expect.given(value, "activation", "an activation function").toString());
  }

  /**
   * Sets {@link #learn()}.
   *
   * @param value none (default), infomax or supervised
   * @return this stage
   */
  public BatchNorm setLearn(String value) {
    return BatchNormParamSet.with(this, learn(), value);
  }

  /**
   * Sets {@link #gamma()}. The array is copied. Given numbers and learning exclude each other.
   *
   * @param value finite numbers, one a feature
   * @return this stage
   */
  public BatchNorm setGamma(double[] value) {
    return BatchNormParamSet.with(this, gamma, value);
  }

  /**
   * Sets {@link #beta()}. The array is copied. Given numbers and learning exclude each other.
   *
   * @param value finite numbers, one a feature
   * @return this stage
   */
  public BatchNorm setBeta(double[] value) {
    return BatchNormParamSet.with(this, beta, value);
  }

  /**
   * Sets {@link #labelCol()}.
   *
   * @param value the name of a column of numbers, booleans or texts (default: unset)
   * @return this stage
   */
  public BatchNorm setLabelCol(String value) {
    return BatchNormParamSet.with(this, labelCol(), value);
  }

  /**
   * Sets {@link #weightCol()}.
   *
   * @param value the name of a column of numbers, finite and not negative (default: unset)
   * @return this stage
   */
  public BatchNorm setWeightCol(String value) {
    return BatchNormParamSet.with(this, weightCol(), value);
  }

  /**
   * Sets {@link #loss()}.
   *
   * @param value auto (default), logistic, softmax or squared
   * @return this stage
   */
  public BatchNorm setLoss(String value) {
    return BatchNormParamSet.with(this, loss(), value);
  }

  /**
   * Sets {@link #regParam()}.
   *
   * @param value a finite number of at least 0 (default 1e-3)
   * @return this stage
   */
  public BatchNorm setRegParam(double value) {
    return BatchNormParamSet.with(this, regParam(), value);
  }

  /**
   * Sets {@link #maxIter()}.
   *
   * @param value at least 1 (default 100)
   * @return this stage
   */
  public BatchNorm setMaxIter(int value) {
    return BatchNormParamSet.with(this, maxIter(), value);
  }

  /**
   * Sets {@link #tol()}.
   *
   * @param value a finite number of at least 0 (default 1e-6)
   * @return this stage
   */
  public BatchNorm setTol(double value) {
    return BatchNormParamSet.with(this, tol(), value);
  }

  /**
   * Sets {@link #histogram()}.
   *
   * @param value true for a model that keeps a histogram of each feature (default false)
   * @return this stage
   */
  public BatchNorm setHistogram(boolean value) {
    return BatchNormParamSet.with(this, histogram(), value);
  }

  /**
   * Sets {@link #aggregationDepth()}.
   *
   * @param value at least 1 (default 2); more helps with very many features and tasks only
   * @return this stage
   */
  public BatchNorm setAggregationDepth(int value) {
    return BatchNormParamSet.with(this, aggregationDepth(), value);
  }

  /**
   * Sets a listener that the fit tells its progress, in addition to the log. The listener is not
   * saved with the stage.
   *
   * @param listener called on the driver after the statistics and once an iteration; null for none
   * @return this stage
   */
  public BatchNorm setProgress(LearningProgress listener) {
    progress = listener;
    return this;
  }

  /**
   * Fits the statistics in one Spark job. Then learns gamma and beta if {@link #learn()} says so.
   * Each pass over the rows is a job then. The rows stay packed in memory or on disk meanwhile.
   *
   * @throws IllegalArgumentException if a column is missing or of the wrong type, a value is
   *     invalid, the data are empty, or a variance is above the largest double
   * @throws FeatureCountException if gamma or beta don't have one number a feature
   */
  @Override
  public BatchNormModel fit(Dataset<?> dataset) {
    transformSchema(Expect.dataset(dataset).schema());
    List<FeatureColumn> columns = FeatureColumn.resolve(this, dataset.schema());
    InvalidValues policy = InvalidValues.of(getHandleInvalid());
    if (progress != null) {
      progress.start();
    }
    if (getKeyCols().length > 0) {
      KeyedAggregation.Result found = KeyedFit.run("BatchNorm.fit", this, dataset, columns);
      FittedStatistics statistics =
          FittedStatistics.of(
              columns, found.parts(), found.nullCells(), found.skippedRows(), policy);
      return warned(
          model(dataset, columns, found.parts(), statistics, found.statistics()),
          statistics.skippedRows());
    }
    FeatureMoments moments = FitPass.run("BatchNorm.fit", this, dataset, columns, getHistogram());
    FittedStatistics statistics =
        FittedStatistics.of(
            columns, moments.parts(), moments.nullCells(), moments.skippedRows(), policy);
    BatchNormModel model = model(dataset, columns, moments.parts(), statistics, null);
    FittedHistograms.store(model, moments.histograms());
    return warned(model, statistics.skippedRows());
  }

  private BatchNormModel warned(BatchNormModel model, long skippedRows) {
    if (skippedRows == 0) {
      return model;
    }
    BatchNormSummary summary = model.summary();
    if (summary.skippedMany()) {
      LOG.warn(
          "{}: handleInvalid=skip dropped {} of {} rows; handleInvalid=mean would keep them",
          uid,
          summary.skippedRows(),
          summary.rows() + summary.skippedRows());
    }
    return model;
  }

  /**
   * The model of these statistics.
   *
   * @param dataset what is learned from, if learning is wanted
   * @param moments the sums of that dataset
   * @param byKey the statistics by key, or null
   */
  BatchNormModel model(
      Dataset<?> dataset,
      List<FeatureColumn> columns,
      List<Moments> moments,
      FittedStatistics statistics,
      KeyStatistics byKey) {
    BatchNormModel model = new BatchNormModel(uid);
    copyValues(model, ParamMap.empty());
    statistics.store(model);
    if (byKey != null) {
      KeyedFit.store(model, byKey);
    }
    model.setScaleAndShift(
        isSet(gamma) ? getOrDefault(gamma) : null, isSet(beta) ? getOrDefault(beta) : null);
    if (progress != null) {
      BatchNormSummary known = model.summary();
      progress.statistics(known.rows() + known.skippedRows());
    }
    Learning.run(this, dataset, columns, moments, model, progress);
    return model.setParent(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    List<FeatureColumn> columns = FeatureColumn.resolve(this, Expect.schema(schema));
    columns.forEach(column -> column.checkHolds(getActivation()));
    FitPass.weight(this, schema);
    KeyedFit.columns(this, schema, columns);
    checkLength(gamma, columns);
    checkLength(beta, columns);
    Learning.check(this, schema, columns);
    return NormalizedColumns.schemaBeforeFit(this, columns, schema);
  }

  /**
   * Checks given numbers before the data are read, where the columns tell how many there must be.
   */
  private void checkLength(DoubleArrayParam param, List<FeatureColumn> columns) {
    int[] widths = columns.stream().mapToInt(FeatureColumn::width).toArray();
    if (isSet(param) && Arrays.stream(widths).allMatch(width -> width >= 0)) {
      FeatureCountException.check(param, getOrDefault(param), Arrays.stream(widths).sum());
    }
  }

  @Override
  public BatchNorm copy(ParamMap extra) {
    BatchNorm copy = defaultCopy(Expect.extra(extra));
    return copy.setProgress(progress);
  }

  /** {@return a reader of saved stages} */
  public static MLReader<BatchNorm> read() {
    return new StageReader<>(BatchNorm.class, BatchNorm::new);
  }

  /**
   * Loads a saved stage.
   *
   * @param path the folder that the stage was saved in
   * @return the stage
   * @throws IllegalArgumentException if the folder holds another class, or a format that this
   *     release doesn't know
   */
  public static BatchNorm load(String path) {
    return read().load(path);
  }
}
