package io.normact.job.output;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What is already there where a job saves its model and its report. */
public final class ExistingOutputs {

  private final JobSpec spec;
  private final Configuration conf;

  public ExistingOutputs(JobSpec spec, Configuration conf) {
    this.spec = spec;
    this.conf = conf;
  }

  /**
   * Checks that the model may be saved: what it replaces is a model or nothing, and anything else
   * there is a path gone wrong.
   *
   * @throws SpecException if something is there that is not to be replaced
   */
  public void checkModel() throws IOException {
    if (spec.model().isEmpty()) {
      return;
    }
    String path = spec.model().get();
    Path folder = Location.of(new Path(path), conf).path();
    FileSystem fs = folder.getFileSystem(conf);
    if (!fs.exists(folder)) {
      return;
    }
    if (!spec.overwrite()) {
      throw StagedOutputs.existing("model", path);
    }
    if (!fs.exists(new Path(folder, "metadata"))
        && (!fs.getFileStatus(folder).isDirectory() || fs.listStatus(folder).length > 0)) {
      throw SpecException.of(
          "Key 'model' is '%s', which holds something else than a model; choose another path.",
          path);
    }
    TransactionLog.checkNoneBelow("model", path, folder, conf);
  }

  /**
   * Checks that the files of the report may be written.
   *
   * @throws SpecException if something is there that is not to be replaced
   */
  public void checkReport() throws IOException {
    Optional<SpecException> refusal = reportRefusal();
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  /** Why the files of the report can't be written; empty if they can. */
  public Optional<SpecException> reportRefusal() throws IOException {
    for (String path : spec.reportFiles()) {
      Path file = new Path(path);
      FileSystem fs = file.getFileSystem(conf);
      if (fs.exists(file)) {
        if (!spec.overwrite()) {
          return Optional.of(StagedOutputs.existing("report", path));
        }
        if (fs.getFileStatus(file).isDirectory()) {
          return Optional.of(
              SpecException.of(
                  "Key 'report' is '%s', which is a folder, but must be a file.", path));
        }
      }
    }
    return Optional.empty();
  }
}
