package io.normact.job;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Keeps the folders of a spec apart, since replacing one would take along what lies in it. */
final class PathChecks {

  /** Formats that are files in a folder. */
  static final Set<String> FILE_FORMATS =
      Set.of("avro", "csv", "json", "orc", "parquet", "text", "xml");

  private PathChecks() {}

  /** Checks that no output holds, or lies in, the input or another output. */
  static void check(JobSpec spec, Configuration conf) throws IOException {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String path : spec.input().paths()) {
      if (!path.matches(".*[*?{\\[].*")) {
        paths.put("input.path", path);
        checkOutputs(spec, paths, conf);
      }
    }
    checkOutputs(spec, paths, conf);
  }

  private static void checkOutputs(JobSpec spec, Map<String, String> inputs, Configuration conf)
      throws IOException {
    Map<String, String> paths = new LinkedHashMap<>(inputs);
    spec.model().ifPresent(path -> paths.put("model", path));
    spec.report().ifPresent(path -> paths.put("report", path));
    spec.output()
        .ifPresent(
            output -> {
              output.path().ifPresent(path -> paths.put("output.path", path));
              output.checkpoint().ifPresent(path -> paths.put("output.checkpoint", path));
            });
    String[] keys = paths.keySet().toArray(new String[0]);
    for (int i = 0; i < keys.length; i++) {
      for (int j = i + 1; j < keys.length; j++) {
        String a = qualified(paths.get(keys[i]), keys[i], conf);
        String b = qualified(paths.get(keys[j]), keys[j], conf);
        if (a.startsWith(b) || b.startsWith(a)) {
          throw new SpecException(
              "Key '%s' is '%s', which overlaps %s '%s'; choose folders that lie apart."
                  .formatted(keys[j], paths.get(keys[j]), keys[i], paths.get(keys[i])));
        }
      }
    }
  }

  private static String qualified(String path, String key, Configuration conf) throws IOException {
    try {
      Path parsed = new Path(path);
      return parsed.getFileSystem(conf).makeQualified(parsed) + "/";
    } catch (IllegalArgumentException e) {
      throw new SpecException(
          "Key '%s' is '%s', but must be a path: %s".formatted(key, path, Failure.message(e)), e);
    }
  }
}
