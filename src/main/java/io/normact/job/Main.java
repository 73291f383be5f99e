package io.normact.job;

import io.normact.job.spec.Failure;
import io.normact.text.Excerpt;
import io.normact.text.NearestName;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. Exit status: 0 done, 2 the command or spec is wrong, 3 done and something was
 * found that {@code --fail-on} names, 1 anything else.
 */
@Command(
    name = "normact",
    description = "Activation functions and batch normalisation for data that Spark can read.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    sortOptions = false,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:anything else",
      "2:the command or the spec is wrong",
      "3:done, and something was found that --fail-on names"
    },
    subcommands = {
      Commands.Run.class,
      Commands.Fit.class,
      Commands.Transform.class,
      Commands.Report.class,
      Commands.Update.class,
      Commands.Validate.class,
      Commands.Schema.class
    })
public final class Main implements Runnable {

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Prints the stack trace of an error as well.")
  private boolean stackTrace;

  @CommandLine.Spec private CommandLine.Model.CommandSpec command;

  private Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs a command, stops the Spark session, and ends the JVM with the exit status unless that is
   * 0.
   *
   * <p>This is for {@code spark-submit}. In a program that goes on afterwards use {@link
   * #run(String[], PrintStream, PrintStream)}.
   *
   * @param args the command, its spec and options; {@code --help} lists them
   */
  public static void main(String[] args) {
    int status = run(args, System.out, System.err);
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  /**
   * Runs a command in the Spark session of this JVM. The session is made if there is none, and it
   * is not stopped.
   *
   * @param args the command, its spec and options
   * @param out where results and help go, in UTF-8
   * @param err where errors go, a line each, in UTF-8
   * @return the exit status: 0 done, 2 the command or the spec is wrong, 3 done and something was
   *     found that {@code --fail-on} names, 1 anything else
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    Main main = new Main(out, err);
    return new CommandLine(main)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, arguments) -> main.wrongCommand(e))
        .setExecutionExceptionHandler((e, line, parsed) -> main.failed(e))
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(), "Command is missing: expected " + commands(command) + ".");
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  private int wrongCommand(ParameterException e) {
    CommandLine.Model.CommandSpec at = e.getCommandLine().getCommandSpec();
    String message = e.getMessage();
    if (e instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      boolean option = word.startsWith("-");
      List<String> known =
          List.copyOf(option ? at.optionsMap().keySet() : at.subcommands().keySet());
      message =
          known.isEmpty()
              ? String.format(
                  Locale.ROOT,
                  "Argument '%s' is one too many: expected %s.",
                  word,
                  at.positionalParameters().isEmpty() ? "none" : "one spec")
              : String.format(
                  Locale.ROOT,
                  "%s '%s' is unknown%s",
                  option ? "Option" : "Command",
                  word,
                  NearestName.suggestion(word, known));
    } else if (e instanceof MissingParameterException missing
        && missing.getMissing().stream().anyMatch(arg -> !arg.isOption())) {
      message =
          String.format(
              Locale.ROOT,
              "Spec is missing: expected a YAML file, as in %s SPEC.yaml.",
              at.qualifiedName());
    } else if (e.getArgSpec() instanceof CommandLine.Model.OptionSpec option
        && option.type() == Long.class
        && e.getValue() != null) {
      message =
          String.format(
              Locale.ROOT,
              "Option '%s' is '%s', but must be a whole number, such as 20261126.",
              option.longestName(),
              e.getValue());
    }
    err.println("Error: " + Excerpt.of(message, Failure.LONGEST));
    return Failure.WRONG_SPEC;
  }

  private int failed(Exception e) {
    err.println("Error: " + Failure.message(e));
    if (stackTrace) {
      e.printStackTrace(err);
    }
    return Failure.status(e);
  }

  private static String commands(CommandLine.Model.CommandSpec spec) {
    return String.join(", ", spec.subcommands().keySet());
  }

  /** The version that the build wrote into the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"normact " + (version == null ? "(not packaged)" : version)};
    }
  }
}
