package io.normact.job;

import io.normact.math.Excerpt;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** What a user is told when something went wrong: one line and an exit status. */
final class Failure {

  /** The command or spec is wrong. */
  static final int WRONG_SPEC = 2;

  /** Anything else. */
  static final int FAILED = 1;

  /** Characters of a message; what a spec says may be a megabyte. */
  static final int LONGEST = 800;

  /** Spark puts a condition in front of its messages, and an SQLSTATE and query texts behind. */
  private static final Pattern CONDITION = Pattern.compile("^\\[[A-Z0-9_.]+] ");

  private static final Pattern SQL_STATE =
      Pattern.compile(" ?SQLSTATE: [0-9A-Z]{5}.*", Pattern.DOTALL);

  private Failure() {}

  static int status(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      // A plan that Spark refuses is one that the spec asked for.
      if (t instanceof SpecException || t instanceof AnalysisException) {
        return WRONG_SPEC;
      }
      if (t instanceof JobException) {
        return FAILED;
      }
    }
    return FAILED;
  }

  /**
   * The reason in one line: our own message where there is one, else that of the root cause, since
   * the exceptions around it only say that a task, a stage and a job failed.
   */
  static String message(Throwable failure) {
    Throwable reason = failure;
    while (!(reason instanceof SpecException || reason instanceof JobException)
        && reason.getCause() != null) {
      reason = reason.getCause();
    }
    String text = reason.getMessage();
    if (text == null || text.isBlank()) {
      return reason.getClass().getSimpleName() + ".";
    }
    text = CONDITION.matcher(text.strip()).replaceFirst("");
    text = SQL_STATE.matcher(text).replaceFirst("");
    String line = isWritten(reason) ? text : text.lines().findFirst().orElse(text).strip();
    return Excerpt.of(
        reason instanceof Error || isTerse(line)
            ? "%s: %s".formatted(reason.getClass().getSimpleName(), line)
            : line,
        LONGEST);
  }

  /**
   * Whether a message is a sentence from end to end, so that a line break in it is one of the value
   * that it shows. Others go on with plans and traces after their first line.
   */
  private static boolean isWritten(Throwable reason) {
    return reason instanceof SpecException
        || reason instanceof JobException
        || (reason instanceof IllegalArgumentException && !(reason instanceof SparkThrowable));
  }

  /** A message such as a bare path or number says nothing without its exception's name. */
  private static boolean isTerse(String line) {
    return !line.contains(" ");
  }
}
