package io.normact.ml;

import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.KeyedAggregation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statistics that follow a stream. Structured Streaming's {@code foreachBatch} updates a model with
 * every batch, and the model is saved after each.
 *
 * <pre>
 *   stream.writeStream().foreachBatch(new RunningBatchNorm(batchNorm, folder))
 *       .option("checkpointLocation", checkpoint).start();
 *   BatchNormModel model = RunningBatchNorm.latest(folder, spark).orElseThrow();
 * </pre>
 *
 * <p>The first model appears with the first valid value, and counts all batches until then. A
 * feature that has no valid value yet has count 0, mean 0 and variance 1. Learned gamma and beta
 * come from the first batch in which every feature has a valid value. For supervised learning that
 * batch must also hold two different labels. Later batches go to {@link
 * BatchNormModel#update(Dataset)}. With momentum 0 the statistics are those of all rows so far.
 * With a momentum above 0 they forget old batches.
 *
 * <p>foreachBatch hands a batch over at least once, and again after a failure between the batch and
 * the checkpoint. Each model is saved whole in a folder of its own, {@code batch-<number>}, with
 * the number of its last batch, the query's id and the stage's params. A restarted query goes on
 * from the newest model and skips a batch that is in it already. So no row is lost and none counts
 * twice, as long as the stream's source replays a batch with the same rows. That also holds if
 * saving fails and the same object gets the batch again. The newest two models are kept.
 *
 * <p>A folder belongs to one query and its checkpoint, and to one stage. Another query over it is
 * an error, and a new checkpoint makes another query. A stage with other params is an error too.
 * The message says what differs. Folders of normact 0.1.0 hold no query's id and can be continued.
 *
 * <p>Only statistics follow the stream: gamma and beta are not learned anew. Nor is the stream
 * transformed: a query that transforms loads {@link #latest} when it starts. For a table that is
 * complete use {@link BatchNorm#fit}.
 */
public final class RunningBatchNorm implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(RunningBatchNorm.class);

  /** Where Spark tells the jobs of a batch which streaming query they belong to. */
  private static final String QUERY_ID = "sql.streaming.queryId";

  private final BatchNorm stage;
  private final String folder;

  /** What is safely saved, and nothing else. */
  private transient RunningState saved;

  /**
   * Makes a follower for {@code foreachBatch}.
   *
   * @param stage the stage that fits the first batch; its params hold for all batches
   * @param folder where the models are saved, on any file system that Hadoop knows; it is made with
   *     the first batch
   */
  public RunningBatchNorm(BatchNorm stage, String folder) {
    this.stage = Expect.given(stage, "stage", "a BatchNorm");
    this.folder = Expect.given(folder, "folder", "a path");
  }

  /**
   * Loads the newest model that was saved whole in a folder.
   *
   * @param folder the folder of a follower
   * @param spark the session that reads it
   * @return the model; empty if there is none yet
   * @throws UncheckedIOException if the folder can't be read
   */
  public static Optional<BatchNormModel> latest(String folder, SparkSession spark) {
    Expect.given(folder, "folder", "a path");
    Expect.given(spark, "spark", "a SparkSession");
    try {
      return new RunningFolder(folder, spark).newest().map(RunningState::model);
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Models in '%s' can't be read.", folder), e);
    }
  }

  /**
   * Takes in one batch of a stream. Spark calls this.
   *
   * @param batch the rows
   * @param number the batch's number in the query
   * @throws IllegalArgumentException if the folder belongs to another query or a stage with other
   *     params, or the batch is refused as by {@link BatchNorm#fit} or {@link
   *     BatchNormModel#update}
   * @throws IOException if the model can't be saved; the batch is not in it then
   */
  @Override
  public void call(Dataset<Row> batch, Long number) throws IOException {
    Expect.given(number, "number", "the number of a batch");
    SparkSession spark = Expect.given(batch, "batch", "a Dataset").sparkSession();
    String query = spark.sparkContext().getLocalProperty(QUERY_ID);
    RunningFolder models = new RunningFolder(folder, spark);
    if (saved == null) {
      saved = models.newest().orElse(null);
    }
    if (saved == null && number > 0) {
      LOG.warn("'{}' holds no model yet, so statistics begin with batch {}", folder, number);
    }
    if (saved != null) {
      checkStage();
      checkFollows(number, query);
      if (number <= saved.batch()) {
        LOG.info("Batch {} is in the model in '{}' already", number, folder);
        return;
      }
    }
    RunningState next = next(batch, number, query);
    models.save(next);
    saved = next;
    models.removeAllButTwo();
  }

  private void checkStage() {
    List<String> differences = saved.differences(stage);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Models in '%s' come from a stage with other params: %s; set them back, or begin anew with an empty folder and a new checkpoint.",
              folder,
              String.join(", ", differences)));
    }
  }

  private void checkFollows(long number, String query) {
    boolean same = saved.query() != null && saved.query().equals(query);
    if (!same && saved.query() != null && query != null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Models in '%s' follow the streaming query %s up to its batch %d, but this is batch %d of query %s; start the query from the checkpoint that belongs to the folder, or give it an empty folder.",
              folder,
              saved.query(),
              saved.batch(),
              number,
              query));
    }
    if (!same && number < saved.batch()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Models in '%s' go up to batch %d, but this is batch %d, and a query never goes back before its last batch; start it from the checkpoint that belongs to the folder, or give it an empty folder.",
              folder,
              saved.batch(),
              number));
    }
    if (number < saved.batch()) {
      LOG.warn(
          "Query {} has gone back to batch {}, but batches up to {} are in the model in '{}' already",
          query,
          number,
          saved.batch(),
          folder);
    }
    if (number > saved.batch() + 1) {
      LOG.warn(
          "Batches {} to {} never came, so that they are not in the model in '{}'",
          saved.batch() + 1,
          number - 1,
          folder);
    }
  }

  /** The state after one more batch. */
  private RunningState next(Dataset<Row> batch, long number, String query) {
    String id = query != null || saved == null ? query : saved.query();
    if (saved != null && saved.model() != null) {
      BatchNormModel updated = saved.model().update(batch);
      return state(number, id, null, updated);
    }
    stage.transformSchema(batch.schema());
    List<FeatureColumn> columns = FeatureColumn.resolve(stage, batch.schema());
    PendingSums ofBatch = pass(batch, columns);
    PendingSums sums = saved == null ? ofBatch : saved.pending().plus(ofBatch, columns);
    FittedStatistics statistics =
        sums.statistics(columns, InvalidValues.of(stage.getHandleInvalid()));
    boolean learns = !stage.getLearn().equals(BatchNormParamSet.LEARN_NONE);
    if (learns ? !ofBatch.sufficeForAll() : !sums.suffice()) {
      LOG.warn("Batch {} has too few valid values for a model in '{}'", number, folder);
      return state(number, id, sums, null);
    }
    statistics.rejectInfinite(columns);
    try {
      BatchNormModel model = stage.model(batch, columns, ofBatch.parts(), statistics, sums.byKey());
      FittedHistograms.store(model, sums.histograms());
      return state(number, id, null, model);
    } catch (SingleLabelException e) {
      LOG.warn("Batch {} gives no model in '{}' yet: {}", number, folder, e.getMessage());
      return state(number, id, sums, null);
    }
  }

  private PendingSums pass(Dataset<Row> batch, List<FeatureColumn> columns) {
    String name = "BatchNorm.fit";
    if (stage.getKeyCols().length == 0) {
      FeatureMoments pass = FitPass.run(name, stage, batch, columns, stage.getHistogram());
      return new PendingSums(
          pass.parts(), pass.nullCells(), pass.skippedRows(), null, pass.histograms());
    }
    KeyedAggregation.Result pass = KeyedFit.run(name, stage, batch, columns);
    return new PendingSums(
        pass.parts(), pass.nullCells(), pass.skippedRows(), pass.statistics(), List.of());
  }

  private RunningState state(long number, String query, PendingSums pending, BatchNormModel model) {
    if (model != null) {
      model.setFitted(model.fittedLastBatch(), number);
    }
    return new RunningState(number, query, RunningState.params(stage), pending, model);
  }
}
