package io.normact.job;

import io.normact.job.run.Job;
import io.normact.job.run.JobLog;
import io.normact.job.run.JobOptions;
import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.OverlapException;
import io.normact.job.spec.SpecParser;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
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

  @Option(
      names = "--summary",
      paramLabel = "FILE.json",
      description =
          "Writes what the job says to a file, as JSON; replaces a summary that is there.")
  private String summary;

  @Option(
      names = "--fail-on",
      paramLabel = "finding",
      split = ",",
      description = {
        "Ends with exit status 3, its outputs in place, if something is found: trouble (a feature"
            + " is in trouble after its stage), drift (a feature is not as it was when the model"
            + " was fitted), or invalid>N%% (more of a feature is invalid). A shell needs quotes"
            + " around >.",
        "Example: --fail-on 'trouble,invalid>1%%'"
      })
  private List<String> failOn = new ArrayList<>();

  @Option(
      names = "--log",
      paramLabel = "FILE.log",
      description =
          "Adds to a file of this machine all that is logged and said, with the stack trace of an"
              + " error; nothing is logged on the terminal then. It begins once it is known to lie"
              + " apart from what the job reads and writes.")
  private String log;

  @Option(
      names = "--progress",
      negatable = true,
      description =
          "Says on stderr how many rows each pass took and how long, and how learning goes on;"
              + " jobs/submit does so on a terminal.")
  private boolean progress;

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  @Override
  public Integer call() throws Exception {
    if (log == null) {
      execute(main.out(), Optional.empty());
      return 0;
    }
    try (LogFile file = LogFile.open(log, SpecParser.files(spec, overrides))) {
      try {
        PrintStream out = file.copying(main.out());
        execute(out, Optional.of(file));
      } catch (OverlapException e) {
        // Maybe it is the log that lies where it must not be.
        file.drop();
        throw e;
      } catch (Exception e) {
        file.failed(e);
        throw e;
      }
    }
    return 0;
  }

  private void execute(PrintStream out, Optional<JobLog> file) throws Exception {
    try {
      // The spec comes first: a misspelt key is known before Spark has started.
      JobSpec job = SpecParser.read(spec, overrides);
      JobOptions options =
          new JobOptions(
              command.name(),
              SpecParser.files(spec, overrides),
              Optional.ofNullable(summary),
              file,
              failOn,
              batchId(),
              progress ? Optional.of(main.err()) : Optional.empty());
      SparkSession spark = SparkSession.builder().getOrCreate();
      try {
        execute(job, new Job(spark, job, options, out));
      } catch (OverlapException e) {
        throw e;
      } catch (Exception e) {
        beginLog(spark, job, options, e);
        throw e;
      }
    } catch (StackOverflowError | LinkageError | ServiceConfigurationError e) {
      // What the command line reports are exceptions; these would end in a trace instead.
      throw new JobException(Failure.message(e), e);
    }
  }

  /** Begins the log of a job that was refused, if it has not begun. */
  private static void beginLog(
      SparkSession spark, JobSpec spec, JobOptions options, Exception refused) {
    try {
      Job.beginLog(spark, spec, options);
    } catch (OverlapException e) {
      throw e;
    } catch (Exception e) {
      // In what can't be opened no log can lie.
      refused.addSuppressed(e);
    }
  }

  /** Number of the batch that the command takes in. */
  Optional<Long> batchId() {
    return Optional.empty();
  }

  abstract void execute(JobSpec spec, Job job) throws Exception;
}
