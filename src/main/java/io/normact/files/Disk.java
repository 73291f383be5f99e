package io.normact.files;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** What is known of a file system beside what Hadoop says of it. */
public final class Disk {

  private static final int MOST_LINKS = 40;

  private Disk() {}

  /**
   * The file system without the hidden files of checksums that Hadoop keeps on local disks. Such a
   * file and the one that it is for can't be replaced in one step, and whoever is killed in between
   * leaves a file that Hadoop refuses to read.
   */
  public static FileSystem withoutChecksums(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** Whether its files are on this machine. There a file that is renamed replaces another one. */
  public static boolean isLocal(FileSystem files) {
    return withoutChecksums(files) instanceof RawLocalFileSystem;
  }

  /**
   * A name beside a place. It begins with a point, so that Spark does not take it for data.
   *
   * @param what a word that tells what has this name
   */
  public static Path beside(Path place, String what) {
    // A colon would make a scheme of what is before it.
    String name = place.getName().replace(":", "%3A");
    return new Path(place.getParent(), String.format(Locale.ROOT, ".%s.normact-%s", name, what));
  }

  /** Takes away what Hadoop would compare a file with that another writer puts there. */
  public static void dropChecksum(FileSystem files, Path file) throws IOException {
    if (isLocal(files) && file.getName().indexOf(':') < 0) {
      Path checksum = new Path(file.getParent(), "." + file.getName() + ".crc");
      FileSystem raw = withoutChecksums(files);
      if (raw.exists(checksum)) {
        raw.delete(checksum, false);
      }
    }
  }

  /** Where links on this machine lead to; elsewhere the path itself. */
  static Path end(FileSystem files, Path path) throws IOException {
    if (!isLocal(files)) {
      return path;
    }
    java.nio.file.Path at = new File(path.toUri().getPath()).toPath();
    for (int links = 0; Files.isSymbolicLink(at); links++) {
      if (links == MOST_LINKS) {
        throw new IOException(
            String.format(Locale.ROOT, "Path '%s' leads over links in a circle.", path));
      }
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    return new Path(
        path.toUri().getScheme(), path.toUri().getAuthority(), at.toFile().getCanonicalPath());
  }
}
