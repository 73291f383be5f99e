package io.normact.job.run;

import io.normact.job.output.PathChecks;
import io.normact.job.output.StagedOutputs;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a job reads: its input and its saved model. */
final class JobSources {

  private final SparkSession spark;
  private final JobSpec spec;
  private final PathChecks paths;
  private final Optional<JobLog> log;
  private final Configuration conf;

  JobSources(
      SparkSession spark,
      JobSpec spec,
      PathChecks paths,
      Optional<JobLog> log,
      Configuration conf) {
    this.spark = spark;
    this.spec = spec;
    this.paths = paths;
    this.log = log;
    this.conf = conf;
  }

  /** Checks that the input is a batch, which stages are fitted on. */
  void checkBatch() {
    if (spec.input().streaming()) {
      throw new SpecException(
          "Key 'input.streaming' is true, but stages are fitted on a batch; fit on one, then use transform.");
    }
  }

  /** The input, once it is known to lie apart from what the job writes. */
  Dataset<Row> input() throws IOException {
    Dataset<Row> input = InputReader.read(spark, spec.input());
    paths.checkRead(input);
    log.ifPresent(JobLog::begin);
    return input;
  }

  /** Begins the log of a job that was refused before it was known where the log lies. */
  void beginLog() throws IOException {
    if (log.isPresent() && log.get().isHeld()) {
      paths.check();
      paths.checkRead(InputReader.open(spark, spec.input()));
      log.get().begin();
    }
  }

  /** The input again if it may have been changed by what a killed job had left to be done. */
  Dataset<Row> reread(Dataset<Row> input, StagedOutputs outputs) throws IOException {
    return outputs.recovered() ? input() : input;
  }

  /** Whether something is saved where the spec has its model. */
  boolean isModelThere() throws IOException {
    return spec.model().isPresent() && exists(readable(spec.model().get()));
  }

  /** Whether what is saved where the spec has its model is a model of Spark ML. */
  boolean isModelSaved() throws IOException {
    return spec.model().isPresent() && exists(readable(spec.model().get()) + "/metadata");
  }

  /** The saved model, with what the spec says of its stages. */
  PipelineModel model(String path) throws IOException {
    PipelineModel model = savedModel(path);
    FittedStages.apply(spec, model, path);
    return model;
  }

  /** The model as it was saved. */
  PipelineModel savedModel(String path) throws IOException {
    return SavedModel.load(spark, readable(path));
  }

  private String readable(String path) throws IOException {
    return StagedOutputs.readable(path, conf);
  }

  private boolean exists(String path) throws IOException {
    return new Path(path).getFileSystem(conf).exists(new Path(path));
  }

  /**
   * The value of a key that a command needs.
   *
   * @throws SpecException if it is not there
   */
  static String required(Optional<String> value, String key, String expectation) {
    return value.orElseThrow(
        () -> SpecException.of("Key '%s' is missing, but must be %s.", key, expectation));
  }
}
