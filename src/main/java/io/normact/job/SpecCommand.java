package io.normact.job;

import io.normact.job.run.Job;
import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecParser;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What all commands have in common: a spec, changes to it, and a Spark session to run it in. */
abstract class SpecCommand implements Callable<Integer> {

  @ParentCommand private Main main;

  @Parameters(paramLabel = "SPEC.yaml", description = "The job spec.")
  private String spec;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = {
        "Changes the spec; may be given more than once. The key is a dotted path, the elements of"
            + " a list are numbered from 0, the value is YAML, and an empty one removes the key."
            + " @FILE.yaml takes all keys of another spec.",
        "Examples: --set mode=overwrite",
        "          --set output.path=x",
        "          --set stages.0.batchNorm.epsilon=0"
      })
  private List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try {
      // The spec comes first: a misspelt key is known before Spark has started.
      JobSpec job = SpecParser.read(spec, overrides);
      List<String> files = SpecParser.files(spec, overrides);
      execute(job, new Job(SparkSession.builder().getOrCreate(), job, files, main.out()));
      return 0;
    } catch (StackOverflowError | LinkageError | ServiceConfigurationError e) {
      // What the command line reports are exceptions; these would end in a trace instead.
      throw new JobException(Failure.message(e), e);
    }
  }

  PrintStream out() {
    return main.out();
  }

  abstract void execute(JobSpec spec, Job job) throws Exception;
}
