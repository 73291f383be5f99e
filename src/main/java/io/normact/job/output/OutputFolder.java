package io.normact.job.output;

import io.normact.files.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One output and what stands beside it while it is replaced. The names beside it begin with a
 * point, so that Spark does not take them for data.
 *
 * @param fs its file system, without checksums
 * @param path where it ends up
 */
record OutputFolder(FileSystem fs, Path path) {

  /**
   * The output at a path; where that is a link, what it leads to is replaced and the link stays.
   */
  static OutputFolder of(Path path, Configuration conf) throws IOException {
    Path end = Location.of(path, conf).path();
    if (end.getParent() == null) {
      throw new IOException(
          String.format(Locale.ROOT, "Folder '%s' is a root, and can't be replaced.", path));
    }
    return new OutputFolder(Disk.withoutChecksums(end.getFileSystem(conf)), end);
  }

  /** All that may be there beside the output while it is replaced. */
  List<Path> beside() {
    return List.of(fresh(), old(), group(), decision());
  }

  /** Where the new one is written. */
  Path fresh() {
    return Disk.beside(path, "new");
  }

  /** Where the old one waits until the new one is in its place. */
  Path old() {
    return Disk.beside(path, "old");
  }

  /**
   * Names all outputs that are replaced together. It is there before anything else beside the
   * output is, so what is there without it is somebody's own.
   */
  Path group() {
    return Disk.beside(path, "group");
  }

  /** Exists, beside the first of a group, from when all are complete until all are in place. */
  Path decision() {
    return Disk.beside(path, "commit");
  }

  boolean exists() throws IOException {
    return fs.exists(path);
  }

  /** Whether the new one is still beside its place. */
  boolean isStaged() throws IOException {
    return fs.exists(fresh());
  }

  /** Records which outputs are to be replaced together with this one. */
  void writeGroup(List<OutputFolder> folders) throws IOException {
    List<String> paths = folders.stream().map(folder -> folder.path.toString()).toList();
    try (OutputStream out = fs.create(group(), true)) {
      out.write(String.join("\n", paths).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** What stands beside the output, though no job has put it there; empty if nothing does. */
  Optional<Path> inTheWay(Configuration conf) throws IOException {
    if (readGroup(conf).isEmpty()) {
      for (Path beside : beside()) {
        if (fs.exists(beside)) {
          return Optional.of(beside);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The outputs that are replaced together with this one; none if there is no such record, or one
   * that does not name this output.
   */
  List<OutputFolder> readGroup(Configuration conf) throws IOException {
    if (!fs.exists(group()) || fs.getFileStatus(group()).isDirectory()) {
      return List.of();
    }
    String text;
    try (FSDataInputStream in = fs.open(group())) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (text.isEmpty()) {
      // A job was killed as it wrote the record.
      return List.of(this);
    }
    List<OutputFolder> folders = new ArrayList<>();
    boolean named = false;
    Location own = Location.of(path, conf);
    for (String line : text.lines().toList()) {
      try {
        Location other = Location.of(new Path(line), conf);
        named |= own.holds(other) && other.holds(own);
        folders.add(of(new Path(line), conf));
      } catch (IllegalArgumentException e) {
        // No path, so no record of a job.
        return List.of();
      }
    }
    return named ? folders : List.of();
  }

  /** Puts the new one in its place; may be called again after it was broken off anywhere. */
  void replace() throws IOException {
    if (!isStaged()) {
      return;
    }
    if (exists()) {
      // Left over from a replacement before: the output itself is there.
      fs.delete(old(), true);
      rename(path, old());
    }
    Disk.dropChecksum(fs, path);
    rename(fresh(), path);
  }

  void deleteOld() throws IOException {
    fs.delete(old(), true);
  }

  /** Leaves the old one in its place, or brings it back there. */
  void rollBack() throws IOException {
    if (fs.exists(old())) {
      if (exists()) {
        fs.delete(old(), true);
      } else {
        rename(old(), path);
      }
    }
    fs.delete(fresh(), true);
    fs.delete(group(), false);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException(String.format(Locale.ROOT, "'%s' can't be renamed to '%s'.", from, to));
    }
  }
}
