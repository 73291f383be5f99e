package io.normact.ml;

import io.normact.sql.pass.DriverHeap;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * The folder in which a {@link RunningBatchNorm} saves how far it has come. It holds a folder for
 * each batch, with the model and a file that says the batch is saved. That file is written once all
 * else is there, and is renamed into its place, so that it is there whole or not at all. Without it
 * a batch was not saved, unless normact 0.1.0 saved it: then Spark's own file of metadata tells,
 * which comes last as well. Whether Spark marks success by a file is up to the cluster, so nothing
 * is taken from that.
 */
final class RunningFolder {

  private static final String PREFIX = "batch-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "(0|[1-9][0-9]{0,17})");
  private static final String MARK = "_stream.json";
  private static final String UNFINISHED_MARK = "_stream.json.new";
  private static final String METADATA = "metadata";

  /** What Hadoop keeps beside a local file. */
  private static final Pattern CHECKSUM = Pattern.compile("^\\.(.*)\\.crc$");

  /** All that there is in a batch's folder. */
  private static final Set<String> OWN = Set.of(METADATA, MARK, UNFINISHED_MARK);

  private final FileSystem files;
  private final Path root;

  RunningFolder(String path, SparkSession spark) throws IOException {
    root = new Path(path);
    files = root.getFileSystem(spark.sessionState().newHadoopConf());
  }

  /** The newest state that was saved whole; empty if there is none. */
  Optional<RunningState> newest() throws IOException {
    return newest(DriverHeap.present());
  }

  /** The same on a driver with such a heap. */
  Optional<RunningState> newest(DriverHeap heap) throws IOException {
    long[] numbers = complete();
    if (numbers.length == 0) {
      return Optional.empty();
    }
    long number = numbers[numbers.length - 1];
    Path folder = folder(number);
    Path mark = new Path(folder, MARK);
    if (!files.exists(mark)) {
      return Optional.of(RunningState.of(number, BatchNormModel.load(folder.toString())));
    }
    RunningState.checkSize(
        String.format(Locale.ROOT, "File '%s'", mark), files.getFileStatus(mark).getLen(), heap);
    String text;
    try (InputStream in = files.open(mark)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    RunningState state = RunningState.fromJson(text, mark.toString());
    return Optional.of(
        state.pending() == null ? state.with(BatchNormModel.load(folder.toString())) : state);
  }

  /** Saves a state; it is there once this returns, and may be or not if it throws. */
  void save(RunningState state) throws IOException {
    String json = state.toJson(DriverHeap.present());
    Path folder = folder(state.batch());
    Optional<Path> foreign = foreign(folder);
    if (foreign.isPresent()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Batch %d can't be saved: '%s' is no file of a batch; move it away.",
              state.batch(),
              foreign.get()));
    }
    // Left over from an attempt that failed.
    remove(folder);
    if (state.model() == null) {
      files.mkdirs(folder);
    } else {
      state.model().save(folder.toString());
    }
    Path unfinished = new Path(folder, UNFINISHED_MARK);
    try (OutputStream out = files.create(unfinished, true)) {
      out.write(json.getBytes(StandardCharsets.UTF_8));
    }
    Path mark = new Path(folder, MARK);
    if (!files.rename(unfinished, mark)) {
      throw new IOException(
          String.format(Locale.ROOT, "'%s' can't be renamed to '%s'.", unfinished, mark));
    }
  }

  /** Removes all batches before the last two, and what is left of earlier attempts. */
  void removeAllButTwo() throws IOException {
    long[] complete = complete();
    if (complete.length > 2) {
      for (long number : numbers()) {
        Path folder = folder(number);
        if (number < complete[complete.length - 2] && foreign(folder).isEmpty()) {
          remove(folder);
        }
      }
    }
  }

  /** The mark goes first, since a deletion may fail halfway. */
  private void remove(Path folder) throws IOException {
    files.delete(new Path(folder, MARK), false);
    files.delete(folder, true);
  }

  /** Something in a folder that no batch leaves there; what is somebody's own is not removed. */
  private Optional<Path> foreign(Path folder) throws IOException {
    return Arrays.stream(list(folder))
        .map(FileStatus::getPath)
        .filter(path -> !OWN.contains(CHECKSUM.matcher(path.getName()).replaceFirst("$1")))
        .findFirst();
  }

  private Path folder(long number) {
    return new Path(root, PREFIX + number);
  }

  private long[] complete() throws IOException {
    long[] found = numbers();
    int n = 0;
    for (long number : found) {
      if (isComplete(folder(number))) {
        found[n++] = number;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private boolean isComplete(Path folder) throws IOException {
    if (files.exists(new Path(folder, MARK))) {
      return true;
    }
    return Arrays.stream(list(new Path(folder, METADATA)))
        .anyMatch(file -> file.getPath().getName().startsWith("part-"));
  }

  /** The numbers of all batches of which there is a folder, in order. */
  private long[] numbers() throws IOException {
    return Arrays.stream(list(root))
        .filter(FileStatus::isDirectory)
        .map(status -> NAME.matcher(status.getPath().getName()))
        .filter(Matcher::matches)
        .mapToLong(name -> Long.parseLong(name.group(1)))
        .sorted()
        .toArray();
  }

  private FileStatus[] list(Path folder) throws IOException {
    try {
      return files.listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
