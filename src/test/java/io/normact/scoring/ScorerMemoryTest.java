package io.normact.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.normact.math.Definition;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where the caller hands over the output, a row costs no memory. The JVM counts what a thread
 * allocates; before its compiler has been at work, registers of vectors are objects as well.
 */
class ScorerMemoryTest {

  /** Not a multiple of the lanes that registers have. */
  private static final int WIDTH = 19;

  private static final int ROWS = 1000;

  /** Rounds are over in an instant, and on a busy machine the compiler takes its time. */
  private static final int MOST_ROUNDS = 20_000;

  /** As the documentation of Scorer says. */
  private static final Set<String> WITH_MEMORY = Set.of("log_softmax", "sparsemax");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir private Path folder;

  static Stream<String> functions() {
    return Definition.all().stream()
        .map(Definition::name)
        .filter(name -> !WITH_MEMORY.contains(name));
  }

  private Scorer scorer(String type, String params) throws IOException {
    Path part = folder.resolve("metadata/part-00000");
    Files.createDirectories(part.getParent());
    Files.writeString(
        part,
        String.format(
            Locale.ROOT,
            "{\"class\":\"io.normact.ml.%s\",\"timestamp\":1,\"sparkVersion\":\"4.1.0\",\"uid\":\"s\",\"paramMap\":{%s,\"inputCol\":\"x\",\"outputCol\":\"y\"},\"defaultParamMap\":{\"formatVersion\":1}}",
            type,
            params));
    return Scorer.load(folder);
  }

  /** The least that this thread allocates for {@value #ROWS} rows, in rounds until it is little. */
  private static long leastBytes(Runnable row) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && least >= ROWS; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROWS; i++) {
        row.run();
      }
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private static double[] row() {
    double[] row = new double[WIDTH];
    for (int j = 0; j < WIDTH; j++) {
      row[j] = (j - 9) * 0.75;
    }
    return row;
  }

  @ParameterizedTest
  @MethodSource("functions")
  void noFunctionTakesMemory(String function) throws IOException {
    Scorer scorer = scorer("Activation", "\"function\":\"" + function + "\"");
    double[] row = row();
    double[] out = new double[WIDTH];
    assertThat(leastBytes(() -> scorer.score(row, out))).isLessThan(ROWS);
  }

  @Test
  void noModelTakesMemoryHoweverARowComes() throws IOException {
    Scorer scorer = scorer("BatchNormModel", numbers());
    double[] row = row();
    double[] out = new double[WIDTH];
    assertThat(leastBytes(() -> scorer.score(row, out))).isLessThan(ROWS);
    assertThat(leastBytes(() -> scorer.score(row, row))).isLessThan(ROWS);
    float[] singles = new float[WIDTH];
    assertThat(leastBytes(() -> scorer.score(singles, singles))).isLessThan(ROWS);
    int[] indices = {1, 7, 18};
    double[] values = {0.5, -3, 100};
    assertThat(leastBytes(() -> scorer.score(WIDTH, indices, values, out))).isLessThan(ROWS);
  }

  private static String numbers() {
    String ones = Collections.nCopies(WIDTH, "1.0").toString();
    return Stream.of("mean", "variance", "gamma", "beta", "count", "invalid")
        .map(name -> "\"" + name + "\":" + ones)
        .reduce("\"activation\":\"sigmoid\"", (a, b) -> a + "," + b);
  }

  @Test
  void norDoesOneOfManyThreads() throws Exception {
    Scorer scorer = scorer("BatchNormModel", numbers());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> least = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        least.add(
            threads.submit(
                () -> {
                  double[] row = row();
                  double[] out = new double[WIDTH];
                  return leastBytes(() -> scorer.score(row, out));
                }));
      }
      for (Future<Long> each : least) {
        assertThat(each.get()).isLessThan(ROWS);
      }
    } finally {
      threads.shutdown();
    }
  }
}
