package io.normact.connect;

import io.normact.ml.BatchNormModel;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;

/**
 * Makes a model on the server of numbers that a client of Spark Connect holds, as if it were fitted
 * there. That is {@link BatchNormModel#of} for a client, also of a table of statistics by key. It
 * can also give a model one more batch, by {@link BatchNormModel#update(Dataset)}.
 */
public final class RestoredModel extends Estimator<BatchNormModel> {

  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StringArrayParam modelParams;
  private final BooleanParam update;
  private final StringArrayParam statisticsKeys;

  /** An estimator without a model. */
  public RestoredModel() {
    this(Identifiable$.MODULE$.randomUID("restoredModel"));
  }

  /** An estimator without a model, with this uid. */
  public RestoredModel(String uid) {
    this.uid = uid;
    modelParams = ModelParams.param(this);
    update = new BooleanParam(this, "update", "whether the rows are one more batch");
    statisticsKeys =
        new StringArrayParam(
            this, "statisticsKeys", "columns of the key, where the rows are statistics by key");
    setDefault(update, false);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The model's params: for each its name, and then its value in JSON. */
  public StringArrayParam modelParams() {
    return modelParams;
  }

  /** Whether the rows are one more batch that the model sees; else they are not looked at. */
  public BooleanParam update() {
    return update;
  }

  /**
   * The columns of the key, where the model is that of {@link BatchNormModel#of(Dataset,
   * String...)}, by the rows.
   */
  public StringArrayParam statisticsKeys() {
    return statisticsKeys;
  }

  /**
   * The model.
   *
   * @throws IllegalArgumentException as {@link BatchNormModel#ofParams}, {@link
   *     BatchNormModel#of(Dataset, String...)} and {@link BatchNormModel#update(Dataset)}, or if
   *     there is no model
   */
  @Override
  public BatchNormModel fit(Dataset<?> dataset) {
    if (isSet(statisticsKeys)) {
      return BatchNormModel.of(dataset.toDF(), getOrDefault(statisticsKeys)).setParent(this);
    }
    BatchNormModel model = ModelParams.model(getOrDefault(modelParams));
    boolean more = (boolean) getOrDefault((Param<?>) update);
    return (more ? model.update(dataset) : model).setParent(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return ModelParams.model(getOrDefault(modelParams)).transformSchema(schema);
  }

  @Override
  public RestoredModel copy(ParamMap extra) {
    return defaultCopy(extra);
  }
}
