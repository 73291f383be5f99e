package io.normact.job.output;

import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The outputs of a job, complete or not there at all. Each is written to a folder beside its place,
 * where a file tells first that a job does so. What is there without that file is not touched. Once
 * all are complete, a marker file says so. Then each is renamed into its place. A driver that is
 * killed before the marker leaves the old outputs. One that is killed after it leaves the new ones.
 * The next job that writes to one of the paths finishes or undoes what it finds. Until then {@link
 * #readable} says where a complete output is.
 *
 * <p>Two jobs that write to the same place at the same time are not kept apart. One that reads is:
 * it changes nothing, since it can't tell a job that is still writing from one that was killed.
 */
public final class StagedOutputs implements AutoCloseable {

  private final Configuration conf;
  private final boolean overwrite;
  private final List<OutputFolder> folders = new ArrayList<>();
  private boolean decided;
  private boolean recovered;

  public StagedOutputs(Configuration conf, boolean overwrite) {
    this.conf = conf;
    this.overwrite = overwrite;
  }

  /** Finishes or undoes the replacement that a killed job left at this path. */
  void recover(String path) throws IOException {
    recovered |= recover(OutputFolder.of(new Path(path), conf), conf);
  }

  /**
   * Adds an output.
   *
   * @param key where the path stands in the spec
   * @return where to write it to
   * @throws SpecException if it exists and is not to be replaced, or if something that no job has
   *     put there stands beside it
   */
  public String stage(String key, String path) throws IOException {
    OutputFolder folder = OutputFolder.of(new Path(path), conf);
    recovered |= recover(folder, conf);
    if (folder.exists() && !overwrite) {
      throw existing(key, path);
    }
    Optional<Path> inTheWay = folder.inTheWay(conf);
    if (inTheWay.isPresent()) {
      throw SpecException.of(
          "Key '%s' is '%s', but '%s' beside it was put there by no job; move it away, or choose another path.",
          key, path, Location.of(inTheWay.get(), conf).shown());
    }
    folders.add(folder);
    folder.writeGroup(List.of(folder));
    return folder.fresh().toString();
  }

  /** What is said of an output that is there and is not to be replaced. */
  public static SpecException existing(String key, String path) {
    return SpecException.of(
        "Key '%s' is '%s', which exists already; choose another path, or set mode to overwrite.",
        key, path);
  }

  /** Whether a replacement that a killed job had left was finished or undone. */
  public boolean recovered() {
    return recovered;
  }

  /** Replaces all outputs by what was written. */
  public void commit() throws IOException {
    if (folders.isEmpty()) {
      return;
    }
    for (OutputFolder folder : folders) {
      folder.writeGroup(folders);
    }
    OutputFolder first = folders.get(0);
    first.fs().create(first.decision(), true).close();
    decided = true;
    try {
      finish(folders);
    } catch (IOException e) {
      // Else an output stays out of its place until the next job, for a disk that failed once.
      finishAgain(e);
    }
  }

  private void finishAgain(IOException first) throws IOException {
    try {
      finish(folders);
    } catch (IOException e) {
      e.addSuppressed(first);
      throw new IOException(
          String.format(
              Locale.ROOT,
              "Outputs are complete, but not all in their places; run the job again: %s",
              e.getMessage()),
          e);
    }
  }

  /** Takes away what was written, unless it was complete. */
  @Override
  public void close() throws IOException {
    if (!decided && !folders.isEmpty()) {
      // It may be there, though who wrote it was told of a failure.
      OutputFolder first = folders.get(0);
      first.fs().delete(first.decision(), false);
      for (OutputFolder folder : folders) {
        folder.rollBack();
      }
    }
  }

  /**
   * Where a complete output for this path is. That is the path itself, unless a job was killed
   * after it had taken the old output away and before it put the new one in its place.
   */
  public static String readable(String path, Configuration conf) throws IOException {
    OutputFolder folder = OutputFolder.of(new Path(path), conf);
    boolean beside = !folder.exists() && isDecided(folder.readGroup(conf)) && folder.isStaged();
    return beside ? folder.fresh().toString() : path;
  }

  private static boolean isDecided(List<OutputFolder> group) throws IOException {
    return !group.isEmpty() && group.get(0).fs().exists(group.get(0).decision());
  }

  /**
   * Finishes or undoes the replacement that a killed job left at this path.
   *
   * @return whether there was one
   */
  private static boolean recover(OutputFolder folder, Configuration conf) throws IOException {
    List<OutputFolder> group = folder.readGroup(conf);
    if (group.isEmpty()) {
      return false;
    }
    if (isDecided(group)) {
      finish(group);
      return true;
    }
    for (OutputFolder other : group) {
      // One that has joined another group since then is none of this one's business.
      if (!other.equals(folder) && other.readGroup(conf).equals(group)) {
        other.rollBack();
      }
    }
    folder.rollBack();
    return true;
  }

  private static void finish(List<OutputFolder> group) throws IOException {
    // Nothing that takes time stands between the first replacement and the last.
    for (OutputFolder folder : group) {
      folder.replace();
    }
    for (OutputFolder folder : group) {
      folder.deleteOld();
    }
    OutputFolder first = group.get(0);
    first.fs().delete(first.decision(), false);
    for (OutputFolder folder : group) {
      folder.fs().delete(folder.group(), false);
    }
  }
}
