package io.normact.job.output;

import io.normact.job.spec.OverlapException;
import io.normact.job.spec.SpecException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Marks of folders whose files belong to a log of transactions. Who replaces such a folder, or a
 * part of it, as if it held plain files loses its history and fails those who read it.
 */
enum TransactionLog {
  DELTA("delta", "_delta_log", "a Delta table"),
  HUDI("hudi", ".hoodie", "a Hudi table"),
  ICEBERG("iceberg", "metadata", "an Iceberg table") {
    /** The folder's name is not of Iceberg's own; a model of Spark ML has one, too. */
    @Override
    boolean isIn(FileSystem fs, Path folder) throws IOException {
      return super.isIn(fs, folder)
          && Arrays.stream(fs.listStatus(new Path(folder, mark())))
              .map(file -> file.getPath().getName())
              .anyMatch(TransactionLog::isIcebergs);
    }

    @Override
    boolean isAt(Path file) {
      return file.getParent().getName().equals(mark()) && isIcebergs(file.getName());
    }
  },
  STREAM("", "_spark_metadata", "the output of a stream");

  private final String format;
  private final String mark;
  private final String description;

  TransactionLog(String format, String mark, String description) {
    this.format = format;
    this.mark = mark;
    this.description = description;
  }

  /** Whether rows of this data source are written by transactions of its own. */
  static boolean isKeptBy(String format) {
    return Arrays.stream(values()).anyMatch(log -> log.isOf(format));
  }

  /** Whether the data source of this name writes this log. */
  boolean isOf(String source) {
    return format.equalsIgnoreCase(source);
  }

  /** What a folder with this mark is. */
  String description() {
    return description;
  }

  /** The log that this folder has; a file has none. */
  static Optional<TransactionLog> in(FileSystem fs, Path folder) throws IOException {
    for (TransactionLog log : values()) {
      if (log.isIn(fs, folder)) {
        return Optional.of(log);
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that plain files at a path are not among those of a log: that it does not lie in the
   * folder of one.
   *
   * @throws SpecException if it does
   */
  static void checkNoneAbove(String key, String text, Path path, Configuration conf)
      throws IOException {
    Optional<Marked> above = above(path, conf);
    if (above.isPresent()) {
      throw above.get().log.refusal(key, text, above.get().folder);
    }
  }

  /**
   * Checks that a file that the command line names does not lie in the folder of a log, which may
   * take away what it has not put there.
   *
   * @throws OverlapException if it does
   */
  static void checkNoneAbove(NamedPlace file, Configuration conf) throws IOException {
    Optional<Marked> above = above(file.location().path(), conf);
    if (above.isPresent()) {
      throw OverlapException.of(
          "%s is %s, but '%s' is %s, whose files belong to its log; choose a file that lies apart.",
          file.title(), file.shown(), shown(above.get().folder), above.get().log.description);
    }
  }

  /** A folder that has a log. */
  private record Marked(Path folder, TransactionLog log) {}

  private static Optional<Marked> above(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    for (Path up = path.getParent(); up != null; up = up.getParent()) {
      Optional<TransactionLog> log = in(fs, up);
      if (log.isPresent()) {
        return Optional.of(new Marked(up, log.get()));
      }
    }
    return Optional.empty();
  }

  /**
   * Checks that replacing what is at a path takes no log with it: neither the folder's own nor one
   * below it.
   *
   * @throws SpecException if it does
   */
  static void checkNoneBelow(String key, String text, Path path, Configuration conf)
      throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    Optional<TransactionLog> own = in(fs, path);
    if (own.isPresent()) {
      throw own.get().refusal(key, text, path);
    }
    if (!isFolder(fs, path)) {
      return;
    }
    for (RemoteIterator<LocatedFileStatus> files = fs.listFiles(path, true); files.hasNext(); ) {
      Path file = files.next().getPath();
      for (TransactionLog log : values()) {
        if (log.isAt(file)) {
          throw log.refusal(key, text, file.getParent().getParent());
        }
      }
    }
  }

  /** What to throw where plain files would go to a path in the folder of this log. */
  SpecException refusal(String key, String text, Path folder) {
    return SpecException.of(
        "Key '%s' is '%s', but '%s' is %s, whose files belong to its log; %s.",
        key,
        text,
        shown(folder),
        description,
        this == STREAM
            ? "choose another path"
            : "write it in format " + format + ", or choose another path");
  }

  private static String shown(Path path) {
    return "file".equals(path.toUri().getScheme()) ? path.toUri().getPath() : path.toString();
  }

  /** The file or folder by which a folder is known to have this log. */
  String mark() {
    return mark;
  }

  boolean isIn(FileSystem fs, Path folder) throws IOException {
    return isFolder(fs, new Path(folder, mark));
  }

  private static boolean isFolder(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path).isDirectory();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Whether a file is one of the log's own. */
  boolean isAt(Path file) {
    return file.getParent().getName().equals(mark);
  }

  private static boolean isIcebergs(String name) {
    return name.endsWith(".metadata.json") || name.equals("version-hint.text");
  }
}
