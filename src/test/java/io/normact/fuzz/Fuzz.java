package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the cases of one kind of input. A case is made from the seed, the kind and its number alone,
 * so that any of them can be run again by itself:
 *
 * <pre>./mvnw test -Dtest=SpecFuzzTest -Dfuzz.seed=1 -Dfuzz.case=17</pre>
 *
 * <p>{@code -Dfuzz.cases} is the number of cases of all kinds together, {@code -Dfuzz.seed} makes
 * other ones.
 */
final class Fuzz {

  private static final long SEED = Long.getLong("fuzz.seed", 1);
  private static final int CASES = Integer.getInteger("fuzz.cases", 400);
  private static final int ONE_CASE = Integer.getInteger("fuzz.case", -1);

  /** Enough to see what is wrong; the rest is likely to be the same. */
  private static final int SHOWN = 20;

  /** What became of a case's input. */
  enum Outcome {
    ACCEPTED,
    REFUSED
  }

  /** What an interrupted case has to come to its end. */
  private static final Duration TO_STOP = Duration.ofSeconds(5);

  /** One case; it throws if the input was not treated as it must be. */
  interface Case {
    /**
     * Makes the input and tries it.
     *
     * @param trail receives the names of what was done to the input, for the message of a failure
     */
    Outcome run(SplittableRandom random, List<String> trail) throws Exception;
  }

  private Fuzz() {}

  /**
   * Runs the share of all cases that this kind has.
   *
   * @param percent the share
   * @param limit what a case may take; longer counts as a hang
   */
  static void run(Class<?> test, int percent, Duration limit, Case each) throws Exception {
    int first = Math.max(0, ONE_CASE);
    int end = ONE_CASE < 0 ? Math.max(1, CASES * percent / 100) : ONE_CASE + 1;
    List<String> failures = new ArrayList<>();
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    for (int number = first; number < end; number++) {
      List<String> trail = new ArrayList<>();
      try {
        outcomes.merge(inTime(limit, each, random(test, number), trail), 1, Integer::sum);
      } catch (ExecutionException e) {
        failures.add(describe(test, number, trail, e.getCause()));
      } catch (HangException e) {
        failures.add(describe(test, number, trail, e));
        if (e.runsOn) {
          // Beside it the next cases would be slow, or fail, for no fault of theirs.
          failures.add(
              String.format(Locale.ROOT, "Cases after %d are not run, since it runs on.", number));
          break;
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s, seed %d: %s, %d failed.%n",
        test.getSimpleName(),
        SEED,
        outcomes,
        failures.size());
    assertThat(failures.subList(0, Math.min(SHOWN, failures.size())))
        .as("%d failed cases", failures.size())
        .isEmpty();
    if (ONE_CASE < 0) {
      // A generator whose inputs all end the same way tries nothing.
      assertThat(outcomes).containsOnlyKeys(Outcome.values());
    }
  }

  private static SplittableRandom random(Class<?> test, int number) {
    long kind = test.getSimpleName().hashCode();
    return new SplittableRandom((SEED * 31 + kind) * 1_000_003 + number);
  }

  /** A case gave no answer in time. */
  static final class HangException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whether it goes on although it was interrupted. */
    final boolean runsOn;

    private HangException(Duration limit, boolean runsOn, StackTraceElement[] where) {
      super("No answer after " + limit);
      this.runsOn = runsOn;
      setStackTrace(where);
    }
  }

  /** Runs a case in a thread of its own, which is interrupted if it takes too long. */
  static Outcome inTime(Duration limit, Case each, SplittableRandom random, List<String> trail)
      throws ExecutionException, InterruptedException, HangException {
    FutureTask<Outcome> task = new FutureTask<>(() -> each.run(random, trail));
    Thread thread = new Thread(task, "fuzz");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      StackTraceElement[] where = thread.getStackTrace();
      task.cancel(true);
      thread.join(TO_STOP.toMillis());
      throw new HangException(limit, thread.isAlive(), where);
    }
  }

  private static String describe(Class<?> test, int number, List<String> trail, Throwable failure) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%nCase %d of seed %d; alone: ./mvnw test -Dtest=%s -Dfuzz.seed=%d -Dfuzz.case=%d%n  %s%n  %s",
            number,
            SEED,
            test.getSimpleName(),
            SEED,
            number,
            abridged(trail),
            abridged(failure.toString(), 3000)));
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().startsWith("io.normact")) {
        text.append(String.format(Locale.ROOT, "%n    at %s", frame));
      }
    }
    return text.append('\n').toString();
  }

  private static String abridged(List<String> trail) {
    return String.join("; ", trail.stream().map(done -> abridged(done, 300)).toList());
  }

  /** The start of a text, so that one of a million characters can be printed. */
  private static String abridged(String text, int length) {
    return text.length() <= length
        ? text
        : String.format(
            Locale.ROOT, "%s ... (%d characters)", text.substring(0, length), text.length());
  }
}
