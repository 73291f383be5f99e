package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import io.normact.sql.catalyst.SparkLine;
import io.normact.sql.column.ColumnNames;
import io.normact.text.Counted;
import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/** Chooses the columns of the output and writes them. */
public final class OutputWriter {

  /**
   * Spark refuses a checkpoint that has files but no batch, lest a query take up another one's
   * state. A half-written first offset is such a file, so a stream that was killed over it could
   * never be started again. These queries keep no state.
   */
  private static final String VERIFY_CHECKPOINT =
      "spark.sql.streaming.verifyCheckpointDirectoryEmptyOnStart";

  /** Milliseconds. */
  private static final long BETWEEN_LOOKS = 1000;

  private OutputWriter() {}

  /** The columns of the output, under the names that the spec gives them. */
  public static Dataset<Row> select(
      Dataset<Row> transformed, Dataset<Row> input, PipelineColumns columns, JobSpec.Output spec) {
    List<String> written = columns.written(transformed.schema(), input.schema());
    List<String> names = spec.columns().isEmpty() ? written : spec.columns();
    if (names.size() != written.size()) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'output.columns' has %s, but the model writes %s; name each or none.",
              Counted.of(names.size(), "name"),
              Counted.of(written.size(), "column")));
    }
    List<Column> selected = new ArrayList<>();
    Set<String> read = Names.set(columns.inputs());
    Set<String> kept = Names.set(List.of());
    for (String name : input.columns()) {
      if (spec.keepInputs() || !read.contains(name)) {
        selected.add(ColumnNames.column(name));
        kept.add(name);
      }
    }
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (!kept.add(name)) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Key 'output.columns' has '%s', but a column of this name exists already; choose another.",
                name));
      }
      Column column = ColumnNames.column(written.get(i));
      selected.add(name.equals(written.get(i)) ? column : column.as(name));
    }
    Dataset<Row> output = transformed.select(selected.toArray(new Column[0]));
    checkPartitionBy(spec, List.of(output.columns()));
    return output;
  }

  /** Checks that the output has the columns by whose values its folders are named. */
  public static void checkPartitionBy(JobSpec.Output spec, List<String> columns) {
    for (String name : spec.partitionBy()) {
      if (columns.stream().noneMatch(column -> Names.same(column, name))) {
        throw SpecException.of(
            "Key 'output.partitionBy' names column '%s', which the output does not have%s",
            name, NearestName.suggestion(name, columns));
      }
    }
  }

  /**
   * Writes a batch.
   *
   * @param sink says where to and how
   * @return the rows written, counted on their way
   */
  static long write(Dataset<Row> output, Sink sink) {
    RowCounter counter = new RowCounter(output.sparkSession());
    try {
      sink.write(counter.counted(output));
      return counter.rows();
    } catch (Exception | AssertionError e) {
      if (Failure.isRefusal(e)) {
        throw SpecException.at("output", e);
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new JobException(Failure.message(e), e);
    }
  }

  /** Where rows go. */
  @FunctionalInterface
  interface Sink {
    /** Writes rows; Spark declares of what it throws a part. */
    void write(Dataset<Row> rows) throws Exception;
  }

  /**
   * Writes a batch.
   *
   * @param folder where to; null for a sink without a path, which is appended to
   * @param mode what to do with what is there
   * @param options besides those of the spec, which come first
   * @return the rows written
   */
  static long write(
      Dataset<Row> output,
      JobSpec.Output spec,
      String folder,
      SaveMode mode,
      Map<String, String> options) {
    return write(
        output,
        rows -> {
          DataFrameWriter<Row> writer = rows.write();
          writer.format(spec.format()).options(options).options(spec.options()).mode(mode);
          if (!spec.partitionBy().isEmpty()) {
            writer.partitionBy(spec.partitionBy().toArray(new String[0]));
          }
          if (folder == null) {
            writer.save();
          } else {
            writer.save(folder);
          }
        });
  }

  /**
   * What a streaming query has done.
   *
   * @param rows how many it wrote since it was started
   * @param lastBatch the number of its last batch, from 0; -1 if there was none
   */
  public record Streamed(long rows, long lastBatch) {}

  /**
   * Runs a streaming query until its input ends or it is stopped.
   *
   * @param listener told of each batch that had rows
   */
  public static Streamed stream(
      Dataset<Row> output, JobSpec.Output spec, Consumer<StreamingQueryProgress> listener)
      throws TimeoutException, StreamingQueryException {
    output.sparkSession().conf().set(VERIFY_CHECKPOINT, false);
    Map<String, String> options = new LinkedHashMap<>(spec.options());
    options.put("checkpointLocation", spec.checkpoint().orElseThrow());
    RowCounter counter = new RowCounter(output.sparkSession());
    DataStreamWriter<Row> writer =
        SparkLine.withOptions(counter.counted(output).writeStream(), options)
            .outputMode("append")
            .trigger(trigger(spec));
    if (!spec.format().isEmpty()) {
      writer = writer.format(spec.format());
    }
    if (!spec.partitionBy().isEmpty()) {
      writer = writer.partitionBy(spec.partitionBy().toArray(new String[0]));
    }
    StreamingQuery query =
        spec.table().isPresent()
            ? writer.toTable(spec.table().get())
            : spec.path().isPresent() ? writer.start(spec.path().get()) : writer.start();
    long told = -1;
    boolean ended = false;
    while (!ended) {
      ended = query.awaitTermination(BETWEEN_LOOKS);
      for (StreamingQueryProgress batch : query.recentProgress()) {
        if (batch.batchId() > told && batch.numInputRows() > 0) {
          listener.accept(batch);
          told = batch.batchId();
        }
      }
    }
    StreamingQueryProgress last = query.lastProgress();
    // A query that finds nothing tells of the batch that would have been the next.
    boolean nothing = last == null || (counter.rows() == 0 && last.numInputRows() == 0);
    return new Streamed(counter.rows(), nothing ? -1 : last.batchId());
  }

  private static Trigger trigger(JobSpec.Output spec) {
    if (spec.interval().isEmpty()) {
      return Trigger.AvailableNow();
    }
    try {
      return Trigger.ProcessingTime(spec.interval().get());
    } catch (IllegalArgumentException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'output.trigger' is '%s', but must be availableNow or an interval such as '10 seconds'.",
              spec.interval().get()),
          e);
    }
  }
}
