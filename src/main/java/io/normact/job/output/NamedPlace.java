package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.SpecException;
import java.io.File;
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

  /** Options of the command line, not keys of the spec. */
  static final String LOG = "--log";

  static final String SUMMARY = "--summary";

  static NamedPlace of(String key, String path, Configuration conf) throws IOException {
    try {
      Location location = Location.of(new Path(path), conf);
      return new NamedPlace(key, path, location, location.isLinked() ? location.shown() : "");
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "%s is '%s', but must be a path: %s",
              title(key),
              path,
              Failure.message(e)),
          e);
    }
  }

  /** A file of this machine, whatever Hadoop's default is. */
  static NamedPlace ofLocal(String key, String path) throws IOException {
    Location location = Location.ofLocal(path);
    return new NamedPlace(key, path, location, location.isLinked() ? location.shown() : "");
  }

  /** What a message calls it. */
  String title() {
    return title(key);
  }

  private static String title(String key) {
    return isOption(key) ? "Option " + key : "Key '" + key + "'";
  }

  /** Whether it is a file that the command line names. */
  boolean isOption() {
    return isOption(key);
  }

  private static boolean isOption(String key) {
    return key.equals(LOG) || key.equals(SUMMARY);
  }

  /** The path as it is named, links not followed; of a table the end of the way. */
  Path named(Configuration conf) throws IOException {
    if (key.equals(LOG)) {
      return new Path("file", null, new File(path).getAbsolutePath());
    }
    Path plain = key.equals(PathChecks.TABLE) ? location.path() : new Path(path);
    return plain.getFileSystem(conf).makeQualified(plain);
  }

  /** A file that the command line names, as something that an output must not hold. */
  NamedPlace asGiven() {
    String what = String.format(Locale.ROOT, "the %s '%s'", key.substring(2), path);
    return new NamedPlace(what, path, location, meant);
  }

  NamedPlace at(Location other) {
    return new NamedPlace(key, path, other, other.shown());
  }

  String shown() {
    return "'" + path + "'" + (meant.isEmpty() ? "" : " (" + meant + ")");
  }
}
