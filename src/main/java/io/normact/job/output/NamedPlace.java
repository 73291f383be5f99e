package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * A place and what names it.
 *
 * @param key of the spec, or what the place is
 * @param path as it is given
 * @param meant the place, where the path does not show it; else empty
 */
record NamedPlace(String key, String path, Location location, String meant) {

  static NamedPlace of(String key, String path, Configuration conf) throws IOException {
    try {
      Location location = Location.of(new Path(path), conf);
      return new NamedPlace(key, path, location, location.isLinked() ? location.shown() : "");
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

  /** The path as it is named, links not followed; of a table the end of the way. */
  Path named(Configuration conf) throws IOException {
    Path plain = key.equals(PathChecks.TABLE) ? location.path() : new Path(path);
    return plain.getFileSystem(conf).makeQualified(plain);
  }

  NamedPlace at(Location other) {
    return new NamedPlace(key, path, other, other.shown());
  }

  String shown() {
    return "'" + path + "'" + (meant.isEmpty() ? "" : " (" + meant + ")");
  }
}
