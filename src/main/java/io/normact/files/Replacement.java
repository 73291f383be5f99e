package io.normact.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/**
 * A file or folder that is about to be written. A file is written beside its place and renamed into
 * it once it is whole. So is a folder where something is; where nothing is, it is written in its
 * place, and taken away again if that fails. A disk that fails or is full loses nothing and leaves
 * nothing half.
 *
 * <p>On this machine a file takes the place of another in one step, so a process that is killed
 * leaves the old one or the new one. A folder can't: the old one is moved away first. A process
 * that is killed just then leaves nothing in the place, and both beside it. {@link #leftBeside}
 * finds them, and the next replacement brings the old one back before it begins.
 *
 * <pre>{@code
 * try (Replacement file = new Replacement(files, path)) {
 *   file.write(bytes);
 *   Replacement.put(file);
 * }
 * }</pre>
 */
public final class Replacement implements AutoCloseable {

  private static final String FRESH = "-new";
  private static final String OLD = "-old";

  /** Characters of the mark by which two replacements of one place are kept apart. */
  private static final int MARK = 8;

  private final FileSystem files;
  private final Path place;

  /** Whether something is there. */
  private final boolean replaces;

  private final Path fresh;
  private final Path old;

  /** Where the new one is being written; null before. */
  private Path written;

  /** Whether the new one is a file. */
  private boolean isFile;

  /** Whether what was there is moved away. */
  private boolean away;

  /** Whether what was there is in its place, and again beside it. */
  private boolean kept;

  /** Whether the new one is in its place. */
  private boolean inPlace;

  /** Whether all that are put together are in their places. */
  private boolean complete;

  /**
   * Begins to write.
   *
   * @param path where it ends up; what is behind a link is replaced, and the link stays
   * @throws IOException if the path is a root, or can't be looked at
   */
  public Replacement(FileSystem files, Path path) throws IOException {
    this.files = Disk.withoutChecksums(files);
    place = Disk.end(this.files, this.files.makeQualified(path));
    if (place.isRoot()) {
      throw new IOException(
          String.format(Locale.ROOT, "Folder '%s' is a root, and can't be replaced.", path));
    }
    Optional<Path> left = leftBeside(this.files, place);
    if (left.isPresent()) {
      rename(left.get(), place);
      this.files.delete(other(left.get()), true);
    }
    replaces = this.files.exists(place);
    String mark = UUID.randomUUID().toString().substring(0, MARK);
    fresh = Disk.beside(place, mark + FRESH);
    old = Disk.beside(place, mark + OLD);
  }

  /**
   * What was at a place where nothing is any more, since a process was killed as it put a new one
   * there. It has the new one beside it, whole, under the same name but for {@code -new} in place
   * of {@code -old}.
   *
   * @return empty if something is at the place, or nothing of the kind is beside it
   */
  public static Optional<Path> leftBeside(FileSystem fileSystem, Path path) throws IOException {
    FileSystem files = Disk.withoutChecksums(fileSystem);
    Path place = Disk.end(files, files.makeQualified(path));
    if (place.isRoot() || files.exists(place)) {
      return Optional.empty();
    }
    Path any = Disk.beside(place, "");
    Pattern name = Pattern.compile(Pattern.quote(any.getName()) + "[0-9a-f]{" + MARK + "}" + OLD);
    FileStatus[] found;
    try {
      found = files.listStatus(place.getParent(), it -> name.matcher(it.getName()).matches());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    Arrays.sort(found, (a, b) -> Long.compare(b.getModificationTime(), a.getModificationTime()));
    for (FileStatus left : found) {
      // Without the new one beside it, it is what a replacement did not get to remove.
      if (files.exists(other(left.getPath()))) {
        return Optional.of(left.getPath());
      }
    }
    return Optional.empty();
  }

  private static Path other(Path old) {
    String name = old.getName();
    return new Path(old.getParent(), name.substring(0, name.length() - OLD.length()) + FRESH);
  }

  /** Whether something is there. */
  public boolean replaces() {
    return replaces;
  }

  /** Where to write it to, if it is a folder. */
  public Path fresh() {
    written = replaces ? fresh : place;
    return written;
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
    isFile = true;
    written = fresh;
    try (OutputStream out = files.create(fresh, false)) {
      out.write(bytes);
    }
  }

  /** Puts what was written in its place, all of it or nothing. */
  public static void put(Replacement... all) throws IOException {
    for (Replacement each : all) {
      each.swap(all.length > 1);
    }
    for (Replacement each : all) {
      each.complete = true;
    }
    for (Replacement each : all) {
      each.files.delete(each.old, true);
    }
  }

  /**
   * Puts it in its place.
   *
   * @param mayBeUndone whether that may be undone afterwards
   */
  private void swap(boolean mayBeUndone) throws IOException {
    if (!isFile && !replaces) {
      return;
    }
    if (isFile && Disk.isLocal(files)) {
      if (replaces && mayBeUndone) {
        kept = true;
        FileUtil.copy(files, place, files, old, false, files.getConf());
      }
    } else if (replaces) {
      rename(place, old);
      away = true;
    }
    Disk.dropChecksum(files, place);
    rename(fresh, place);
    inPlace = true;
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException(String.format(Locale.ROOT, "'%s' can't be renamed to '%s'.", from, to));
    }
  }

  /** Leaves or brings back what was there, unless the new one has been put in its place. */
  @Override
  public void close() throws IOException {
    if (complete) {
      return;
    }
    if (inPlace) {
      if (kept) {
        rename(old, place);
      } else {
        rename(place, fresh);
      }
    }
    if (away) {
      rename(old, place);
    }
    if (kept) {
      files.delete(old, false);
    }
    if (written != null) {
      files.delete(written, true);
    }
  }
}
