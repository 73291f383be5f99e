package io.normact.job.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The folder that a table of the session's catalog is to have. */
record TableFolder(FileSystem files, Path path) {

  static TableFolder of(Path path, SparkSession spark) {
    Configuration conf = spark.sessionState().newHadoopConf();
    Path folder = CatalogTables.qualified(path, conf);
    try {
      return new TableFolder(folder.getFileSystem(conf), folder);
    } catch (IOException e) {
      throw failed("looked at", folder, e);
    }
  }

  boolean exists() {
    try {
      return files.exists(path);
    } catch (IOException e) {
      throw failed("looked at", path, e);
    }
  }

  /** Takes away what a failed job has left, which Spark would refuse to write a table into. */
  void delete() {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      throw failed("removed", path, e);
    }
  }

  private static UncheckedIOException failed(String verb, Path folder, IOException e) {
    return new UncheckedIOException(
        String.format(
            Locale.ROOT,
            "Folder '%s' of a table of key 'output.table' can't be %s: %s",
            folder,
            verb,
            e.getMessage()),
        e);
  }
}
