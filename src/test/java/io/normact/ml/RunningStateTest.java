package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.exact.ByteOutput;
import io.normact.math.exact.Moments;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyKind;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.pass.DriverHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sums of a stream that has no model yet, where they are many. */
class RunningStateTest {

  private static final DriverHeap ANY = new DriverHeap(Long.MAX_VALUE);

  @TempDir private Path folder;

  /** A state with sums by key of so many bytes, of which none is as another. */
  private static RunningState state(int keys, int bytesOfKey) {
    Random random = new Random(4);
    List<KeyStatistics.Entry> entries =
        LongStream.range(0, keys)
            .mapToObj(
                k -> {
                  ByteOutput key = new ByteOutput(16);
                  KeyKind.INTEGER.putObject(key, k, "bigint");
                  byte[] sums = new byte[bytesOfKey];
                  random.nextBytes(sums);
                  double[] zero = {0};
                  return new KeyStatistics.Entry(key.toArray(), 1, zero, zero, zero, sums);
                })
            .toList();
    KeyStatistics byKey = KeyStatistics.of(List.of(new KeyColumn("k", "bigint")), 1, entries);
    PendingSums sums =
        new PendingSums(List.of(new Moments(1)), new long[] {7}, 3, byKey, List.of());
    return new RunningState(5, "q", RunningState.params(new BatchNorm()), sums, null);
  }

  /** Readers of JSON refuse a text of 20,000,000 characters. */
  @Test
  void sumsOfAnyLengthAreReadAgain() {
    RunningState state = state(40, 400_000);
    assertThat(KeyTexts.encode(state.pending().byKey()))
        .anyMatch(text -> text.length() > 20_000_000);
    RunningState read = RunningState.fromJson(state.toJson(ANY), "file");
    assertThat(read.pending().byKey()).isEqualTo(state.pending().byKey());
    assertThat(read.pending().parts().get(0).toBytes()).isEqualTo(new Moments(1).toBytes());
    assertThat(read.pending().nullCells()).containsExactly(7);
    assertThat(read.pending().skippedRows()).isEqualTo(3);
    assertThat(read.pending().histograms()).isEmpty();
    assertThat(read.stage()).isEqualTo(state.stage());
    assertThat(read.query()).isEqualTo("q");
  }

  @Test
  void whatADriverHasNoRoomForIsRefused() throws IOException {
    RunningState state = state(3000, 1000);
    DriverHeap small = new DriverHeap((300L << 20) + 8 * (3L << 20));
    String refused =
        " takes 3 MB, but a driver with a heap of 324 MB saves and loads at most 3 MB; raise spark.driver.memory to 33\\dm or more \\(-Xmx, where the session runs in a JVM of yours\\)[.]";
    assertThatThrownBy(() -> state.toJson(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("The state after batch 5" + refused);
    // What is small is saved in any heap.
    DriverHeap none = new DriverHeap(1);
    assertThat(RunningState.fromJson(state(1000, 1000).toJson(none), "file").batch()).isEqualTo(5);
    RunningFolder models = new RunningFolder(folder.toString(), LocalSpark.session());
    models.save(state);
    assertThat(models.newest(ANY).orElseThrow().pending().byKey())
        .isEqualTo(state.pending().byKey());
    assertThatThrownBy(() -> models.newest(small))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("File '.*/batch-5/_stream[.]json'" + refused);
  }

  @Test
  void damagedSumsAreRefusedInOneSentence() {
    String json = state(3, 10).toJson(ANY);
    for (String damaged :
        new String[] {
          json.replaceFirst("\"moments\":\\[", "\"moments\":[1,"),
          json.replace("moments", "momenta"),
          json.replaceFirst("\"moments\":\\[\"", "$0!"),
          json.replaceFirst("\"keyStatistics\":\\[\"", "$0!")
        }) {
      assertThat(damaged).isNotEqualTo(json);
      assertThatThrownBy(() -> RunningState.fromJson(damaged, "f"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("File 'f' is damaged: its sums can't be read.");
    }
  }
}
