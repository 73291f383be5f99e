package io.normact.job;

import io.normact.job.run.Job;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecSchema;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The commands, each a call of a {@link Job}. */
final class Commands {

  private Commands() {}

  @Command(
      name = "run",
      description = {
        "Fits the stages on the input, transforms it by them, and writes rows and model.",
        "Needs input, stages and output; the model is saved if model says where."
      })
  static final class Run extends SpecCommand {
    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.run();
    }
  }

  @Command(
      name = "fit",
      description = {
        "Fits the stages on the input and saves the pipeline model.",
        "Needs input, stages and model."
      })
  static final class Fit extends SpecCommand {
    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.fit();
    }
  }

  @Command(
      name = "transform",
      description = {
        "Applies a saved model to the input and writes the rows.",
        "Needs input, model and output. With streaming: true under input it is a Structured"
            + " Streaming query, which also needs output.checkpoint and ends with what is there"
            + " unless output.trigger is an interval such as '10 seconds'."
      })
  static final class Transform extends SpecCommand {
    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.transform();
    }
  }

  @Command(
      name = "update",
      description = {
        "Has a saved model take in the input as one more batch, and saves it in its place.",
        "Needs input and model. What was learned is kept; see momentum for how statistics move."
      })
  static final class Update extends SpecCommand {

    @Option(
        names = "--batch-id",
        paramLabel = "N",
        description =
            "Number of the batch, such as 20261126, which grows from batch to batch: one that is"
                + " in the model already changes nothing.")
    private Long batchId;

    @Override
    Optional<Long> batchId() {
      return Optional.ofNullable(batchId);
    }

    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.update();
    }
  }

  @Command(
      name = "validate",
      description = {
        "Checks the spec against the input's schema and prints the plan; writes nothing.",
        "Needs input, and stages or a saved model; checks output, model and report where they are"
            + " named."
      })
  static final class Validate extends SpecCommand {
    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.validate();
    }
  }

  @Command(
      name = "schema",
      description = {
        "Prints the JSON Schema of specs, by which editors complete and check them; needs no spec.",
        "Example: jobs/submit schema > spec.schema.json"
      })
  static final class Schema implements Callable<Integer> {

    @ParentCommand private Main main;

    @Override
    public Integer call() {
      main.out().println(SpecSchema.text());
      return 0;
    }
  }

  @Command(
      name = "report",
      description = {
        "Looks at the input: saturation, dead units and vanishing slopes, before and after.",
        "Needs input and report, and model or stages: with a saved model there it is looked at,"
            + " else the stages are fitted for the report and nothing but the report is written."
      })
  static final class Report extends SpecCommand {
    @Override
    void execute(JobSpec spec, Job job) throws Exception {
      job.report();
    }
  }
}
