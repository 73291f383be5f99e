package io.normact.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The outputs of a job, complete or not there at all. Each is written to a folder beside its place;
 * once all are complete, a marker file says so, and then each is renamed into its place. A driver
 * that is killed before the marker leaves the old outputs, and one that is killed after it leaves
 * the new ones: {@link #recover}, called on every path that a job touches, finishes what it finds.
 *
 * <p>Two jobs that write to the same place at the same time are not kept apart.
 */
final class StagedOutputs implements AutoCloseable {

  private final Configuration conf;
  private final boolean overwrite;
  private final List<OutputFolder> folders = new ArrayList<>();
  private boolean decided;

  StagedOutputs(Configuration conf, boolean overwrite) {
    this.conf = conf;
    this.overwrite = overwrite;
  }

  /**
   * Adds an output.
   *
   * @param key where the path stands in the spec
   * @return where to write it to
   * @throws SpecException if it exists and is not to be replaced
   */
  String stage(String key, String path) throws IOException {
    OutputFolder folder = OutputFolder.of(new Path(path), conf);
    recover(folder, conf);
    if (folder.exists() && !overwrite) {
      throw new SpecException(
          "Key '%s' is '%s', which exists already; choose another path, or set mode to overwrite."
              .formatted(key, path));
    }
    folders.add(folder);
    return folder.fresh().toString();
  }

  /** Replaces all outputs by what was written. */
  void commit() throws IOException {
    if (folders.isEmpty()) {
      return;
    }
    for (OutputFolder folder : folders) {
      folder.writeGroup(folders);
    }
    OutputFolder first = folders.get(0);
    first.fs().create(first.decision(), true).close();
    decided = true;
    finish(folders);
  }

  /** Takes away what was written, unless it was complete. */
  @Override
  public void close() throws IOException {
    if (!decided) {
      for (OutputFolder folder : folders) {
        folder.rollBack();
      }
    }
  }

  /** Finishes or undoes the replacement that a killed job left at this path, if there is one. */
  static void recover(String path, Configuration conf) throws IOException {
    recover(OutputFolder.of(new Path(path), conf), conf);
  }

  private static void recover(OutputFolder folder, Configuration conf) throws IOException {
    List<OutputFolder> group = folder.readGroup(conf);
    if (!group.isEmpty() && group.get(0).fs().exists(group.get(0).decision())) {
      finish(group);
      return;
    }
    folder.rollBack();
    for (OutputFolder other : group) {
      other.rollBack();
    }
  }

  private static void finish(List<OutputFolder> group) throws IOException {
    for (OutputFolder folder : group) {
      folder.rollForward();
    }
    OutputFolder first = group.get(0);
    first.fs().delete(first.decision(), false);
    for (OutputFolder folder : group) {
      folder.fs().delete(folder.group(), false);
    }
  }
}
