package io.normact.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Keeps the folders of a spec apart, since replacing one would take along what lies in it. */
final class PathChecks {

  /** Formats that are files in a folder. */
  static final Set<String> FILE_FORMATS =
      Set.of("avro", "csv", "json", "orc", "parquet", "text", "xml");

  private PathChecks() {}

  /**
   * Checks that no output holds, or lies in, the input or another output, and that none holds the
   * folder that the job runs in.
   */
  static void check(JobSpec spec, Configuration conf) throws IOException {
    List<Named> others = new ArrayList<>();
    for (String path : spec.input().paths()) {
      // Which files a pattern means is known to Spark alone.
      if (!path.matches(".*[*?{\\[].*")) {
        others.add(new Named("input.path", path));
      }
    }
    for (Named output : outputs(spec)) {
      checkReplaceable(output, conf);
      for (Named other : others) {
        checkApart(output, other, conf);
      }
      others.add(output);
    }
  }

  private static List<Named> outputs(JobSpec spec) {
    List<Named> outputs = new ArrayList<>();
    spec.model().ifPresent(path -> outputs.add(new Named("model", path)));
    for (String file : spec.report().map(JobReport::paths).orElse(List.of())) {
      outputs.add(new Named("report", file));
    }
    spec.output()
        .ifPresent(
            output -> {
              output.path().ifPresent(path -> outputs.add(new Named("output.path", path)));
              output.checkpoint().ifPresent(p -> outputs.add(new Named("output.checkpoint", p)));
            });
    return outputs;
  }

  private static void checkApart(Named output, Named other, Configuration conf) throws IOException {
    String a = output.qualified(conf);
    String b = other.qualified(conf);
    if (a.startsWith(b) || b.startsWith(a)) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key '%s' is '%s', which overlaps %s '%s'; choose folders that lie apart.",
              output.key,
              output.path,
              other.key,
              other.path));
    }
  }

  /** Checks that replacing a path would not take along what the job itself stands on. */
  private static void checkReplaceable(Named output, Configuration conf) throws IOException {
    if ((output.fileSystem(conf).getWorkingDirectory() + "/").startsWith(output.qualified(conf))) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key '%s' is '%s', which holds the folder that the job runs in; choose one of its own.",
              output.key,
              output.path));
    }
  }

  /** A path and the key of the spec that names it. */
  private record Named(String key, String path) {

    /** The whole path, ending in a slash, so that what lies in a folder begins with its path. */
    String qualified(Configuration conf) throws IOException {
      String qualified = fileSystem(conf).makeQualified(new Path(path)).toString();
      return qualified.endsWith("/") ? qualified : qualified + "/";
    }

    FileSystem fileSystem(Configuration conf) throws IOException {
      try {
        return new Path(path).getFileSystem(conf);
      } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Key '%s' is '%s', but must be a path: %s",
                key,
                path,
                Failure.message(e)),
            e);
      }
    }
  }
}
