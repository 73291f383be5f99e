package io.normact.ml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Statistics that follow a stream: for Structured Streaming's {@code foreachBatch}, a model that is
 * updated with every batch and saved after it.
 *
 * <pre>
 *   stream.writeStream().foreachBatch(new RunningBatchNorm(batchNorm, folder))
 *       .option("checkpointLocation", checkpoint).start();
 *   BatchNormModel model = RunningBatchNorm.latest(folder, spark).orElseThrow();
 * </pre>
 *
 * <p>The first batch with rows is fitted, later ones go to {@link BatchNormModel#update(Dataset,
 * long)}. foreachBatch hands a batch over at least once, and again after a failure between the
 * batch and the checkpoint. Each model is saved whole in a folder of its own, {@code
 * batch-<number>}, and has the number of its last batch: a restarted query goes on from the newest
 * complete one, and a batch that is in it already is passed over. So no row is lost and none counts
 * twice, as long as the stream's source replays a batch with the same rows. The model before the
 * newest is kept too.
 *
 * <p>A folder belongs to one query, and goes with its checkpoint.
 */
public final class RunningBatchNorm implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1L;

  private static final String PREFIX = "batch-";

  private final BatchNorm stage;
  private final String folder;
  private transient BatchNormModel model;

  /** A follower that fits its first batch by this stage and saves its models in this folder. */
  public RunningBatchNorm(BatchNorm stage, String folder) {
    this.stage = stage;
    this.folder = folder;
  }

  /** The newest model that was saved whole in a folder; empty if there is none. */
  public static Optional<BatchNormModel> latest(String folder, SparkSession spark) {
    try {
      Path root = new Path(folder);
      FileSystem files = root.getFileSystem(spark.sessionState().newHadoopConf());
      long[] numbers = complete(files, root);
      return numbers.length == 0
          ? Optional.empty()
          : Optional.of(
              BatchNormModel.load(new Path(root, PREFIX + numbers[numbers.length - 1]).toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Models in '%s' can't be read.", folder), e);
    }
  }

  /** The numbers of complete models, in order; Spark writes the mark of success at the end. */
  private static long[] complete(FileSystem files, Path root) throws IOException {
    if (!files.exists(root)) {
      return new long[0];
    }
    FileStatus[] found = files.globStatus(new Path(root, PREFIX + "*/metadata/_SUCCESS"));
    return Arrays.stream(found)
        .map(status -> status.getPath().getParent().getParent().getName())
        .mapToLong(name -> Long.parseLong(name.substring(PREFIX.length())))
        .sorted()
        .toArray();
  }

  @Override
  public void call(Dataset<Row> batch, Long number) throws IOException {
    SparkSession spark = batch.sparkSession();
    if (model == null) {
      model = latest(folder, spark).orElse(null);
    }
    if (model == null && batch.isEmpty()) {
      return;
    }
    BatchNormModel before = model;
    if (before == null) {
      BatchNormModel first = stage.fit(batch);
      model = first.setFitted(first.fittedLastBatch(), number);
    } else {
      model = before.update(batch, number);
    }
    if (model != before) {
      Path root = new Path(folder);
      model.write().overwrite().save(new Path(root, PREFIX + number).toString());
      removeAllButTwo(root.getFileSystem(spark.sessionState().newHadoopConf()), root);
    }
  }

  private static void removeAllButTwo(FileSystem files, Path root) throws IOException {
    long[] numbers = complete(files, root);
    for (int i = 0; i < numbers.length - 2; i++) {
      files.delete(new Path(root, PREFIX + numbers[i]), true);
    }
  }
}
