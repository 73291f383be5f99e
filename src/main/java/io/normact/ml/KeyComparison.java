package io.normact.ml;

import io.normact.math.key.KeyStatistics;
import io.normact.math.key.Shrinkage;
import io.normact.sql.pass.KeyedAggregation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;

/**
 * The rows of a dataset within each key, beside what a model with keys goes by. The report uses it.
 * It takes one pass over the rows, as a fit by key does, and as much memory.
 */
public final class KeyComparison {

  private final KeyStatistics found;
  private final Shrinkage fitted;
  private final List<String> features;
  private final long skippedRows;

  private KeyComparison(
      KeyStatistics found, Shrinkage fitted, List<String> features, long skippedRows) {
    this.found = found;
    this.fitted = fitted;
    this.features = features;
    this.skippedRows = skippedRows;
  }

  /**
   * Compares rows with a model, in one Spark job.
   *
   * @param model a model with statistics by key
   * @param data rows with the model's input columns and those of its key
   * @return the comparison
   * @throws IllegalArgumentException if the model has no statistics by key, or a column is missing
   *     or of another type or width than in the fit
   */
  public static KeyComparison of(BatchNormModel model, Dataset<?> data) {
    if (!isKeyed(Expect.given(model, "model", "a BatchNormModel"))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Model %s has no statistics by key; look at its columns by ColumnReport.",
              model.uid()));
    }
    List<FeatureColumn> columns = FeatureColumn.resolve(model, Expect.dataset(data).schema());
    KeyedAggregation.Result result = KeyedFit.run("KeyReport.of", model, data, columns);
    return new KeyComparison(
        result.statistics(),
        KeyNormalization.shrinkage(model),
        model.featureNames(),
        result.skippedRows());
  }

  /**
   * Tells whether a model has statistics by key.
   *
   * @param model the model
   * @return whether it has
   */
  public static boolean isKeyed(BatchNormModel model) {
    return model.isSet(model.fittedParams().keyStatistics);
  }

  /**
   * The stage, but for its refusing what a report only counts.
   *
   * @param model the model
   * @return a model that passes invalid values and unknown keys through
   */
  public static BatchNormModel tolerant(BatchNormModel model) {
    BatchNormModel tolerant = model.copy(ParamMap.empty());
    if (model.getHandleInvalid().equals(BatchNormParamSet.INVALID_ERROR)) {
      tolerant.setHandleInvalid(BatchNormParamSet.INVALID_KEEP);
    }
    if (model.getUnknownKey().equals(BatchNormParamSet.UNKNOWN_ERROR)) {
      tolerant.setUnknownKey(BatchNormParamSet.UNKNOWN_GLOBAL);
    }
    return tolerant;
  }

  /** {@return the names of the features} */
  public List<String> features() {
    return features;
  }

  /** {@return the rows that were left out for an invalid value} */
  public long skippedRows() {
    return skippedRows;
  }

  /** {@return how many keys the rows have} */
  public int size() {
    return found.size();
  }

  /** {@return how many keys the model has} */
  public int fittedKeys() {
    return fitted.statistics().size();
  }

  /**
   * A key of the rows as a text.
   *
   * @param key its number among those of the rows, which are in the keys' order
   * @return such as {@code store=7, day=2024-01-01}
   */
  public String text(int key) {
    return KeyStatistics.text(found.columns(), found.keys().key(key));
  }

  /**
   * Looks a key of the rows up in the model.
   *
   * @param key its number among those of the rows
   * @return its number in the model; below 0 if the model does not know it
   */
  public int fitted(int key) {
    ByteBuffer buffer = found.keys().key(key);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return fitted.statistics().keys().find(bytes, bytes.length);
  }

  /**
   * Counts rows of a key.
   *
   * @param key its number among those of the rows
   * @return the rows with a weight above 0
   */
  public long rows(int key) {
    return (long) found.rows(key);
  }

  /**
   * Counts valid values of a key.
   *
   * @param key its number among those of the rows
   * @param feature the feature
   * @return the rows in which it is valid
   */
  public long count(int key, int feature) {
    return (long) found.count(key, feature);
  }

  /**
   * The mean of a feature within a key of the rows.
   *
   * @param key its number among those of the rows
   * @param feature the feature
   * @return the mean; 0 without a valid value
   */
  public double mean(int key, int feature) {
    return found.mean(key, feature);
  }

  /**
   * The population variance of a feature within a key of the rows.
   *
   * @param key its number among those of the rows
   * @param feature the feature
   * @return the variance; 0 without a valid value
   */
  public double variance(int key, int feature) {
    return found.variance(key, feature);
  }

  /**
   * Counts the valid values of a key in the fit.
   *
   * @param fittedKey its number in the model
   * @param feature the feature
   * @return the rows in which it was valid
   */
  public long fittedCount(int fittedKey, int feature) {
    return (long) fitted.statistics().count(fittedKey, feature);
  }

  /**
   * Tells whether a key of the model goes by rows of its own.
   *
   * @param fittedKey its number in the model
   * @param feature the feature
   * @return whether it had minCount valid values of the feature
   */
  public boolean hasOwn(int fittedKey, int feature) {
    return fitted.statistics().count(fittedKey, feature) >= fitted.minCount();
  }

  /**
   * What a key of the model goes by, with minCount and shrinkage applied.
   *
   * @param fittedKey its number in the model
   * @param mean is filled with the mean of each feature
   * @param variance is filled with the variance of each feature
   */
  public void fill(int fittedKey, double[] mean, double[] variance) {
    fitted.fill(fittedKey, mean, variance);
  }
}
