package io.normact.job.output;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Where the rows of a job go. Plain files are written beside their place, and replace what is there
 * when all is complete. A format with transactions gets the rows in one transaction. A sink without
 * a path is appended to.
 */
public final class OutputTarget {

  /** How the files of a format end, maybe before the ending of a compression. */
  private static final Map<String, String> ENDINGS =
      Map.of(
          "avro", "avro", "csv", "csv", "json", "json", "orc", "orc", "parquet", "parquet", "text",
          "txt", "xml", "xml");

  /** What is said of files that are there and not like those that would be added. */
  private record OldFiles(String otherFormat, String otherLayout) {}

  private static final OldFiles OF_A_STREAM =
      new OldFiles(
          "Key 'output.format' is '%s', but the stream has written %s to '%s'; choose another path and another checkpoint.",
          "Key 'output.partitionBy' is %s, but the stream has written '%s' by %s; choose another path and another checkpoint.");

  private static final OldFiles OF_A_JOB =
      new OldFiles(
          "Key 'output.format' is '%s', but files of %s are in '%s'; append in that format, or choose another path.",
          "Key 'output.partitionBy' is %s, but '%s' is laid out by %s; append in that layout, or choose another path.");

  private final JobSpec.Output spec;
  private final JobSpec.Mode mode;
  private final Configuration conf;

  /** Absent for a path. */
  private final Optional<TableTarget> table;

  private String staged;

  private OutputTarget(
      SparkSession spark, JobSpec.Output spec, JobSpec.Mode mode, Configuration conf) {
    this.spec = spec;
    this.mode = mode;
    this.conf = conf;
    table = spec.table().map(name -> new TableTarget(spark, spec, mode));
  }

  /**
   * The target that a spec names.
   *
   * @throws SpecException if it names none
   */
  public static OutputTarget of(SparkSession spark, JobSpec spec, Configuration conf) {
    JobSpec.Output output =
        spec.output()
            .orElseThrow(
                () ->
                    new SpecException(
                        "Key 'output' is missing, but must be a mapping with format and path."));
    if (output.path().isEmpty()
        && output.table().isEmpty()
        && PathChecks.FILE_FORMATS.contains(output.format())) {
      throw SpecException.of(
          "Key 'output.path' is missing, but must be the folder to write %s to.", output.format());
    }
    if (TransactionLog.ICEBERG.isOf(output.format())
        && output.path().filter(path -> !path.contains("/")).isPresent()) {
      throw SpecException.of(
          "Key 'output.path' is '%s', which Iceberg takes for the name of a table; set output.table, or begin a path with ./ or /.",
          output.path().get());
    }
    return new OutputTarget(spark, output, spec.mode(), conf);
  }

  public JobSpec.Output spec() {
    return spec;
  }

  /** Whether rows of this format are written by transactions of its own. */
  private boolean isTransactional() {
    return TransactionLog.isKeptBy(spec.format());
  }

  /**
   * Checks that the rows may be written where the spec says.
   *
   * @throws SpecException if something is there that is not to be replaced, or not like this
   */
  public void check() throws IOException {
    table.ifPresent(TableTarget::check);
    if (spec.path().isEmpty()) {
      return;
    }
    String text = spec.path().get();
    Path path = Location.of(new Path(text), conf).path();
    FileSystem fs = path.getFileSystem(conf);
    TransactionLog.checkNoneAbove("output.path", text, path, conf);
    if (!fs.exists(path)) {
      return;
    }
    if (mode == JobSpec.Mode.ERROR) {
      throw StagedOutputs.existing("output.path", text);
    }
    if (!fs.getFileStatus(path).isDirectory()) {
      throw SpecException.of(
          "Key 'output.path' is '%s', which is a file, but must be a folder.", text);
    }
    if (!isTransactional()) {
      TransactionLog.checkNoneBelow("output.path", text, path, conf);
      if (mode == JobSpec.Mode.APPEND && hasEnding()) {
        checkLikeOldFiles(fs, path, text, OF_A_JOB);
      }
    } else if (holdsFiles(fs, path) && !isTableOfItsFormat(fs, path)) {
      throw SpecException.of(
          "Key 'output.path' is '%s', which holds files but no %s table; choose another path.",
          text, spec.format());
    }
  }

  /** Whether something is there. */
  public boolean exists() throws IOException {
    return table.isPresent()
        ? table.get().exists()
        : spec.path().isPresent()
            && new Path(spec.path().get()).getFileSystem(conf).exists(new Path(spec.path().get()));
  }

  /** Makes ready to write. */
  public void stage(StagedOutputs outputs) throws IOException {
    if (spec.path().isEmpty() || isTransactional()) {
      return;
    }
    outputs.recover(spec.path().get());
    if (mode != JobSpec.Mode.APPEND || !exists()) {
      staged = outputs.stage("output.path", spec.path().get());
    }
  }

  /**
   * Writes the rows; to a table, which replaces its rows at once, so this comes last.
   *
   * @return how many
   */
  public long write(Dataset<Row> rows) {
    if (table.isPresent()) {
      return table.get().write(rows);
    }
    if (staged != null) {
      // What a killed job left there was taken away before.
      return OutputWriter.write(rows, spec, staged, SaveMode.ErrorIfExists, Map.of());
    }
    if (isTransactional() && spec.path().isPresent()) {
      // As with files, the columns that were there before don't matter.
      boolean overwrite = mode == JobSpec.Mode.OVERWRITE;
      return OutputWriter.write(
          rows,
          spec,
          spec.path().get(),
          overwrite
              ? SaveMode.Overwrite
              : mode == JobSpec.Mode.APPEND ? SaveMode.Append : SaveMode.ErrorIfExists,
          overwrite ? Map.of("overwriteSchema", "true") : Map.of());
    }
    return OutputWriter.write(rows, spec, spec.path().orElse(null), SaveMode.Append, Map.of());
  }

  /**
   * Checks that a stream may add to what is there: an output with its checkpoint is continued in
   * its format and its folders; one without belongs to something else.
   */
  public void checkContinues() throws IOException {
    if (spec.path().isEmpty()) {
      return;
    }
    String text = spec.path().get();
    Path path = Location.of(new Path(text), conf).path();
    FileSystem fs = path.getFileSystem(conf);
    TransactionLog.checkNoneAbove("output.path", text, path, conf);
    Optional<TransactionLog> log = TransactionLog.in(fs, path);
    if (log.isPresent() && log.get() != TransactionLog.STREAM && !isTableOfItsFormat(fs, path)) {
      throw log.get().refusal("output.path", text, path);
    }
    if (!holdsFiles(fs, path)) {
      return;
    }
    Path checkpoint = new Path(spec.checkpoint().orElseThrow());
    if (!checkpoint.getFileSystem(conf).exists(checkpoint)) {
      throw SpecException.of(
          "Key 'output.path' is '%s', which exists already, but no checkpoint of a stream is at '%s'; choose another path.",
          text, checkpoint);
    }
    if (isTransactional() && !isTableOfItsFormat(fs, path)) {
      throw SpecException.of(
          "Key 'output.format' is '%s', but '%s' holds files and no table of it; choose another path and another checkpoint.",
          spec.format(), text);
    }
    if (hasEnding()) {
      checkLikeOldFiles(fs, path, text, OF_A_STREAM);
    }
  }

  private boolean hasEnding() {
    return ENDINGS.containsKey(spec.format().toLowerCase(Locale.ROOT));
  }

  /** Compares the first file of data with what would be written now. */
  private void checkLikeOldFiles(FileSystem fs, Path path, String text, OldFiles old)
      throws IOException {
    RemoteIterator<LocatedFileStatus> files = fs.listFiles(path, true);
    while (files.hasNext()) {
      Path file = files.next().getPath();
      List<String> folders = new ArrayList<>();
      boolean hidden = isHidden(file.getName());
      for (Path up = file.getParent(); !up.equals(path); up = up.getParent()) {
        hidden |= isHidden(up.getName());
        folders.add(up.getName().replaceFirst("=.*", ""));
      }
      if (hidden) {
        continue;
      }
      List<String> parts = List.of(file.getName().split("\\.", -1));
      ENDINGS.forEach(
          (format, ending) -> {
            if (parts.contains(ending) && !format.equalsIgnoreCase(spec.format())) {
              throw SpecException.of(old.otherFormat, spec.format(), format, text);
            }
          });
      Collections.reverse(folders);
      boolean same = folders.size() == spec.partitionBy().size();
      for (int i = 0; same && i < folders.size(); i++) {
        same = Names.same(folders.get(i), spec.partitionBy().get(i));
      }
      if (!same) {
        throw SpecException.of(old.otherLayout, spec.partitionBy(), text, folders);
      }
      return;
    }
  }

  private boolean isTableOfItsFormat(FileSystem fs, Path path) throws IOException {
    return TransactionLog.in(fs, path).filter(log -> log.isOf(spec.format())).isPresent();
  }

  /** Spark makes the folders of a stream's output before its checkpoint, and may be killed then. */
  private static boolean holdsFiles(FileSystem fs, Path path) throws IOException {
    return fs.exists(path) && fs.listFiles(path, true).hasNext();
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
  }
}
