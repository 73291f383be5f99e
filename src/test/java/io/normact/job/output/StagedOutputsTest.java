package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old outputs or new ones, wherever a driver dies. */
class StagedOutputsTest {

  @TempDir Path dir;

  /** A file system on which the driver dies at a given step. */
  public static final class DyingFileSystem extends RawLocalFileSystem {
    static int stepsLeft = Integer.MAX_VALUE;

    @Override
    public String getScheme() {
      return "dying";
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("dying:///");
    }

    private static void step() throws IOException {
      if (stepsLeft-- <= 0) {
        throw new IOException("Killed.");
      }
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      step();
      return super.rename(from, to);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      step();
      return super.delete(path, recursive);
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int buffer,
        short copies,
        long block,
        org.apache.hadoop.util.Progressable progress)
        throws IOException {
      step();
      return super.create(path, overwrite, buffer, copies, block, progress);
    }
  }

  private static Configuration dying() {
    Configuration conf = new Configuration();
    conf.set("fs.dying.impl", DyingFileSystem.class.getName());
    return conf;
  }

  private String uri(String name) {
    return "dying://" + dir.resolve(name);
  }

  private void write(String folder, String text) throws IOException {
    Path path = Path.of(folder.replaceFirst("^dying:(//)?", ""));
    Files.createDirectories(path);
    Files.writeString(path.resolve("data"), text);
  }

  private static String read(String folder) throws IOException {
    Path file = Path.of(folder.replaceFirst("^dying:(//)?", "")).resolve("data");
    return Files.exists(file) ? Files.readString(file) : "none";
  }

  /** A job that is to write to these places, and then writes nothing. */
  private void nextJob(String... names) throws IOException {
    try (StagedOutputs outputs = new StagedOutputs(dying(), true)) {
      for (String name : names) {
        assertThat(outputs.stage("output.path", uri(name))).isNotEmpty();
      }
    }
  }

  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    for (String name : List.of("features", "model")) {
      contents.add(read(uri(name)));
    }
    return contents;
  }

  @Test
  void wheneverTheDriverDiesAllOutputsAreOldOrAllAreNew() throws Exception {
    boolean finished = false;
    List<List<String>> seen = new ArrayList<>();
    for (int steps = 0; !finished; steps++) {
      write(uri("features"), "old");
      write(uri("model"), "old");
      DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
      StagedOutputs outputs = new StagedOutputs(dying(), true);
      write(outputs.stage("output.path", uri("features")), "new");
      write(outputs.stage("model", uri("model")), "new");
      DyingFileSystem.stepsLeft = steps;
      try {
        outputs.commit();
        finished = true;
      } catch (IOException e) {
        assertThat(e).hasMessageEndingWith("Killed.");
      }

      DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
      for (String name : List.of("features", "model")) {
        assertThat(read(StagedOutputs.readable(uri(name), dying()))).isIn("old", "new");
      }
      nextJob("model", "features");

      assertThat(contents()).isIn(List.of("old", "old"), List.of("new", "new"));
      seen.add(contents());
      try (Stream<Path> left = Files.list(dir)) {
        assertThat(left.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("features", "model");
      }
    }
    assertThat(seen).contains(List.of("old", "old"), List.of("new", "new")).hasSizeGreaterThan(8);
  }

  @Test
  void recoveryMayDieAsWell() throws Exception {
    for (int steps = 0; steps < 12; steps++) {
      write(uri("features"), "old");
      write(uri("model"), "old");
      DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
      StagedOutputs outputs = new StagedOutputs(dying(), true);
      write(outputs.stage("output.path", uri("features")), "new");
      write(outputs.stage("model", uri("model")), "new");
      DyingFileSystem.stepsLeft = 5; // after the decision, in the midst of the first folder
      assertThatThrownBy(outputs::commit).hasMessageEndingWith("Killed.");

      DyingFileSystem.stepsLeft = steps;
      try {
        nextJob("features");
      } catch (IOException e) {
        assertThat(e).hasMessageEndingWith("Killed.");
      }
      DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
      nextJob("model", "features");

      assertThat(contents()).isEqualTo(List.of("new", "new"));
    }
  }

  @Test
  void readerLeavesAJobThatIsWritingAlone() throws Exception {
    write(uri("model"), "old");
    try (StagedOutputs outputs = new StagedOutputs(dying(), true)) {
      write(outputs.stage("model", uri("model")), "new");

      assertThat(StagedOutputs.readable(uri("model"), dying())).isEqualTo(uri("model"));
      assertThat(read(uri("model"))).isEqualTo("old");

      outputs.commit();
    }
    assertThat(read(uri("model"))).isEqualTo("new");
  }

  @Test
  void whatAKilledJobLeftDoesNotUndoALaterOne() throws Exception {
    write(uri("features"), "old");
    write(uri("model"), "old");
    StagedOutputs both = new StagedOutputs(dying(), true);
    write(both.stage("model", uri("model")), "half");
    write(both.stage("output.path", uri("features")), "half");
    DyingFileSystem.stepsLeft = 1; // the group's record is beside the model, not the features
    assertThatThrownBy(both::commit).hasMessageEndingWith("Killed.");
    DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
    StagedOutputs later = new StagedOutputs(dying(), true);
    write(later.stage("output.path", uri("features")), "new");
    DyingFileSystem.stepsLeft = 4; // group, decision, nothing to delete, the old one renamed
    assertThatThrownBy(later::commit).hasMessageEndingWith("Killed.");

    DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
    nextJob("model");
    nextJob("features");

    assertThat(contents()).isEqualTo(List.of("new", "old"));
  }

  @Test
  void halfWrittenOutputOfAKilledJobIsTakenAway() throws Exception {
    for (int steps = 0; steps < 2; steps++) {
      write(uri("features"), "old");
      StagedOutputs killed = new StagedOutputs(dying(), true);
      DyingFileSystem.stepsLeft = steps;
      try {
        write(killed.stage("output.path", uri("features")), "half");
      } catch (IOException e) {
        assertThat(e).hasMessageEndingWith("Killed.");
      }
      DyingFileSystem.stepsLeft = Integer.MAX_VALUE;
      // By another spelling of the same place.
      nextJob("none/../features");
      try (Stream<Path> left = Files.list(dir)) {
        assertThat(left).containsExactly(dir.resolve("features"));
      }
      assertThat(contents()).isEqualTo(List.of("old", "none"));
    }
  }

  /** As where a job was killed between making the file and writing to it. */
  @Test
  void emptyRecordIsAJobsOwn() throws Exception {
    write(uri("features"), "old");
    write(uri(".features.normact-new"), "half");
    Files.createFile(dir.resolve(".features.normact-group"));
    nextJob("features");
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).containsExactly(dir.resolve("features"));
    }
  }

  @Test
  void failedJobLeavesWhatWasThere() throws Exception {
    write(uri("features"), "old");
    try (StagedOutputs outputs = new StagedOutputs(dying(), true)) {
      write(outputs.stage("output.path", uri("features")), "half");
      write(outputs.stage("model", uri("model")), "half");
    }
    assertThat(contents()).isEqualTo(List.of("old", "none"));
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).containsExactly(dir.resolve("features"));
    }
  }

  @Test
  void existingOutputIsRefusedBeforeAnythingIsWritten() throws Exception {
    write(uri("features"), "old");
    try (StagedOutputs outputs = new StagedOutputs(dying(), false)) {
      assertThatThrownBy(() -> outputs.stage("output.path", uri("features")))
          .isInstanceOf(SpecException.class)
          .hasMessage(
              String.format(
                  Locale.ROOT,
                  "Key 'output.path' is '%s', which exists already; choose another path, or set mode to overwrite.",
                  uri("features")));
    }
    assertThat(contents()).isEqualTo(List.of("old", "none"));
  }

  @Test
  void rootIsNeverReplaced() {
    try (StagedOutputs outputs = new StagedOutputs(dying(), true)) {
      assertThatThrownBy(() -> outputs.stage("model", "/"))
          .hasMessage("Folder '/' is a root, and can't be replaced.");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
