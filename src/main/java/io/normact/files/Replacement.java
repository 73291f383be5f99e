package io.normact.files;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A file or folder that is about to be written. Where something is, the new one is written beside
 * it and takes its place once it is complete. Where nothing is, a file is renamed into its place
 * once it is written, so that a process that is killed leaves none that is half. A folder is
 * written in its place, and taken away again if that fails. So a disk that fails or is full loses
 * nothing and leaves nothing half.
 *
 * <pre>{@code
 * try (Replacement file = new Replacement(files, path)) {
 *   file.write(bytes);
 *   Replacement.put(file);
 * }
 * }</pre>
 */
public final class Replacement implements AutoCloseable {

  private final FileSystem files;
  private final Path place;
  private final boolean replaces;
  private final Path fresh;
  private final Path old;

  /** Whether what was there is moved away. */
  private boolean away;

  /** Whether the new one is in its place. */
  private boolean inPlace;

  /** Whether all that are put together are in their places. */
  private boolean complete;

  /**
   * Begins to write.
   *
   * @param path where it ends up
   * @throws IOException if the path is a root, or can't be looked at
   */
  public Replacement(FileSystem files, Path path) throws IOException {
    this.files = files;
    Path named = files.makeQualified(path);
    if (named.isRoot()) {
      throw new IOException(
          String.format(Locale.ROOT, "Folder '%s' is a root, and can't be replaced.", path));
    }
    replaces = files.exists(named);
    place = replaces ? end(files, named) : named;
    // Spark takes nothing for data whose name begins with a point.
    String beside = ".normact-" + UUID.randomUUID();
    fresh = replaces ? new Path(place.getParent(), beside + ".new") : place;
    old = new Path(place.getParent(), beside + ".old");
  }

  /** Where links on this machine lead to: what is behind one is replaced, and the link stays. */
  private static Path end(FileSystem files, Path path) throws IOException {
    FileSystem raw = files instanceof LocalFileSystem local ? local.getRaw() : files;
    return raw instanceof RawLocalFileSystem
        ? new Path(
            path.toUri().getScheme(),
            path.toUri().getAuthority(),
            new File(path.toUri().getPath()).getCanonicalPath())
        : path;
  }

  /** Where to write it to. */
  public Path fresh() {
    return fresh;
  }

  /**
   * Writes it as a file.
   *
   * @throws IOException if a folder is in its place, or it can't be written
   */
  public void write(byte[] bytes) throws IOException {
    if (replaces && files.getFileStatus(place).isDirectory()) {
      throw new IOException(
          String.format(Locale.ROOT, "'%s' is a folder, but must be a file.", place));
    }
    Path written = replaces ? fresh : new Path(place.getParent(), old.getName() + ".new");
    try {
      try (OutputStream out = files.create(written, false)) {
        out.write(bytes);
      }
      if (!replaces) {
        rename(written, place);
      }
    } catch (IOException e) {
      files.delete(written, false);
      throw e;
    }
  }

  /** Puts what was written in its place, all of it or nothing. */
  public static void put(Replacement... all) throws IOException {
    for (Replacement each : all) {
      each.swap();
    }
    for (Replacement each : all) {
      each.complete = true;
    }
    for (Replacement each : all) {
      each.files.delete(each.old, true);
    }
  }

  private void swap() throws IOException {
    if (replaces) {
      rename(place, old);
      away = true;
      rename(fresh, place);
      inPlace = true;
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException(String.format(Locale.ROOT, "'%s' can't be renamed to '%s'.", from, to));
    }
  }

  /** Leaves or brings back what was there, unless the new one has been put in its place. */
  @Override
  public void close() throws IOException {
    if (!complete) {
      if (inPlace) {
        rename(place, fresh);
      }
      if (away) {
        rename(old, place);
      }
      files.delete(fresh, true);
    }
  }
}
