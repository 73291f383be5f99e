package io.normact.job.spec;

import io.normact.text.Excerpt;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** What a user is told when something went wrong: one line and an exit status. */
public final class Failure {

  /** The command or spec is wrong. */
  public static final int WRONG_SPEC = 2;

  /** Anything else. */
  public static final int FAILED = 1;

  /** The job is done, and found what it was told to fail on. */
  public static final int FOUND = 3;

  /** Characters of a message; what a spec says may be a megabyte. */
  public static final int LONGEST = 800;

  /** Spark puts a condition in front of its messages, and an SQLSTATE and query texts behind. */
  private static final Pattern CONDITION = Pattern.compile("^\\[[A-Z0-9_.]+] ");

  private static final Pattern SQL_STATE =
      Pattern.compile(" ?SQLSTATE: [0-9A-Z]{5}.*", Pattern.DOTALL);

  private static final String ILLEGAL_PATTERN = "Illegal file pattern";

  private Failure() {}

  public static int status(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      // A plan that Spark refuses is one that the spec asked for.
      if (t instanceof SpecException || t instanceof AnalysisException) {
        return WRONG_SPEC;
      }
      if (t instanceof JobException) {
        return FAILED;
      }
      if (t instanceof FindingException) {
        return FOUND;
      }
    }
    return FAILED;
  }

  /**
   * Whether Spark refused to read or write something because of a path, an option or a schema. The
   * failure of a task, or of a file system, or for want of memory, is no refusal.
   */
  @SuppressWarnings("deprecation") // Spark 3.5 has no getCondition.
  public static boolean isRefusal(Throwable e) {
    boolean isNamedBySpark =
        e instanceof SparkThrowable refusal
            && refusal.getErrorClass() != null
            && e.getCause() == null;
    return isNamedBySpark
        || e instanceof AnalysisException
        || e instanceof IllegalArgumentException
        || e instanceof UnsupportedOperationException
        // What Hadoop promises to say of a pattern that is none.
        || (e instanceof IOException && String.valueOf(e.getMessage()).startsWith(ILLEGAL_PATTERN))
        // Spark's sources state by assertions which schemas they take.
        || e instanceof AssertionError;
  }

  /**
   * The reason in one line: our own message where there is one, else that of the root cause. The
   * exceptions around it only say that a task, a stage and a job failed.
   */
  public static String message(Throwable failure) {
    Throwable reason = failure;
    while (!isOurs(reason) && !saysMoreThanItsCause(reason) && reason.getCause() != null) {
      reason = reason.getCause();
    }
    String text = reason.getMessage();
    if (text == null || text.isBlank()) {
      return reason.getClass().getSimpleName() + ".";
    }
    text = CONDITION.matcher(text.strip()).replaceFirst("");
    text = SQL_STATE.matcher(text).replaceFirst("");
    String line = isWritten(reason) ? text : firstSentence(text);
    return Excerpt.of(
        (reason instanceof Error && !(reason instanceof AssertionError)) || isTerse(line)
            ? String.format(Locale.ROOT, "%s: %s", reason.getClass().getSimpleName(), line)
            : line,
        LONGEST);
  }

  private static boolean isOurs(Throwable reason) {
    return reason instanceof SpecException
        || reason instanceof JobException
        || reason instanceof FindingException;
  }

  /** Whether normact threw it with a sentence of its own, and not only to pass its cause on. */
  private static boolean saysMoreThanItsCause(Throwable reason) {
    StackTraceElement[] trace = reason.getStackTrace();
    return trace.length > 0
        && trace[0].getClassName().startsWith("io.normact.")
        && reason.getMessage() != null
        && !reason.getMessage().equals(String.valueOf(reason.getCause()));
  }

  /**
   * Whether a message is a sentence from end to end, so that a line break in it is one of the value
   * that it shows. Others go on with plans and traces after their first line.
   */
  private static boolean isWritten(Throwable reason) {
    return isOurs(reason)
        || (reason instanceof IllegalArgumentException && !(reason instanceof SparkThrowable));
  }

  /**
   * The first sentence, which may take several lines. A line that begins with a small letter goes
   * on with the line before, and so does the line after a colon.
   */
  private static String firstSentence(String text) {
    List<String> lines = text.lines().map(String::strip).toList();
    StringBuilder sentence = new StringBuilder(lines.get(0));
    int next = 1;
    while (next < lines.size() && isWithin(sentence, lines.get(next))) {
      sentence.append(' ').append(lines.get(next++));
    }
    if (next < lines.size() && sentence.charAt(sentence.length() - 1) == ':') {
      sentence.append(' ').append(lines.get(next));
    }
    return sentence.toString();
  }

  private static boolean isWithin(CharSequence sentence, String line) {
    return !line.isEmpty()
        && Character.isLowerCase(line.charAt(0))
        && !line.matches("at .*|[a-z]\\w*\\.\\S.*")
        && ".:;!?".indexOf(sentence.charAt(sentence.length() - 1)) < 0;
  }

  /** A message such as a bare path or number says nothing without its exception's name. */
  private static boolean isTerse(String line) {
    return !line.contains(" ");
  }
}
