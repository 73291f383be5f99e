package io.normact.job.run;

import io.normact.ml.LearningProgress;
import io.normact.text.Counted;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says how a job goes on: rows and time of each pass, and iterations of the learning. The log has
 * the passes in any case, and the learning logs its iterations itself; the terminal is told both
 * where somebody looks at it.
 */
final class Progress {

  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

  /** Who looks on reads a line a second at most. */
  private static final long BETWEEN_ITERATIONS = TimeUnit.SECONDS.toNanos(1);

  private final Optional<PrintStream> terminal;

  Progress(Optional<PrintStream> terminal) {
    this.terminal = terminal;
  }

  /** A pass over rows that starts now. */
  Pass start(String what) {
    return new Pass(what, System.nanoTime());
  }

  /** What a pass does, and when it has started. */
  final class Pass {

    private final String what;
    private final long start;

    private Pass(String what, long start) {
      this.what = what;
      this.start = start;
    }

    /** Says that the pass is done. */
    void end(long rows) {
      say(
          String.format(
              Locale.ROOT,
              "%s: %s in %s.",
              what,
              Counted.of(rows, "row"),
              seconds(System.nanoTime() - start)));
    }
  }

  /** Says that a batch of a stream is done. */
  void batch(StreamingQueryProgress batch) {
    say(
        String.format(
            Locale.ROOT,
            "Batch %d: %s in %s.",
            batch.batchId(),
            Counted.of(batch.numInputRows(), "row"),
            seconds(TimeUnit.MILLISECONDS.toNanos(batch.batchDuration()))));
  }

  /** A listener for the fit of a normalisation, the one of this number from 0. */
  LearningProgress fit(int number, int of) {
    return new Fit(
        of == 1 ? "batchNorm" : String.format(Locale.ROOT, "batchNorm %d of %d", number + 1, of));
  }

  private void say(String line) {
    LOG.info("{}", line);
    terminal.ifPresent(stream -> stream.println(line));
  }

  private final class Fit implements LearningProgress {

    private final String stage;
    private Pass pass;
    private long shown;

    Fit(String stage) {
      this.stage = stage;
    }

    @Override
    public void start() {
      pass = Progress.this.start("Statistics of " + stage);
    }

    @Override
    public void statistics(long rows) {
      pass.end(rows);
      pass = Progress.this.start("Learning of " + stage);
      shown = pass.start - BETWEEN_ITERATIONS;
    }

    @Override
    public void iteration(int iteration, double objective, double gradientNorm) {
      long now = System.nanoTime();
      if (terminal.isPresent() && now - shown >= BETWEEN_ITERATIONS) {
        shown = now;
        terminal
            .get()
            .println(
                String.format(
                    Locale.ROOT,
                    "%s: iteration %d after %s, objective %.6g.",
                    pass.what,
                    iteration,
                    seconds(now - pass.start),
                    objective));
      }
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%,.1f s", nanos / 1e9);
  }
}
