package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.fault.DyingDisk;
import io.normact.job.output.StagedOutputs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@link StagedOutputs} in a process that gets SIGKILL before any change it makes to the disk,
 * checksum files and the files of folders that are deleted included.
 */
class ReplacementIT {

  /** Two folders and a file, as a job has them. */
  private static final List<String> NAMES = List.of("model", "features", "report.html");

  @TempDir Path dir;

  /** Replaces the outputs in a folder, and dies before a change. */
  static final class Replacement {
    private Replacement() {}

    /** Called with the folder, the outputs' text, and the change. */
    public static void main(String[] args) throws IOException {
      Configuration conf = new Configuration();
      conf.set("fs.file.impl", DyingDisk.Files.class.getName());
      conf.set(DyingDisk.FOLDER, args[0]);
      conf.set(DyingDisk.CHANGE, args[2]);
      replace(Path.of(args[0]), args[1], conf);
    }
  }

  private static void replace(Path folder, String text, Configuration conf) throws IOException {
    try (StagedOutputs outputs = new StagedOutputs(conf, true)) {
      for (String name : NAMES) {
        write(outputs.stage(name, folder.resolve(name).toString()), text, conf);
      }
      outputs.commit();
    }
  }

  /** A folder of two files, or a file. */
  private static void write(String path, String text, Configuration conf) throws IOException {
    boolean file = path.contains(".html");
    for (String name : file ? List.of("") : List.of("/a", "/b")) {
      var target = new org.apache.hadoop.fs.Path(path + name);
      try (OutputStream out = target.getFileSystem(conf).create(target)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private int replaceAndDie(String text, int change) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Replacement.class.getName(),
                dir.toString(),
                text,
                Integer.toString(change))
            .inheritIO()
            .start();
    ChildProcesses.add(process.toHandle());
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue();
  }

  @Test
  @Tag("faults")
  void killedBeforeAnyChangeItLeavesOldOrNew() throws Exception {
    Configuration conf = new Configuration();
    Map<String, Integer> found = new TreeMap<>();
    replace(dir, "0", conf);
    int change = 1;
    while (replaceAndDie(Integer.toString(change), change) == JobProcess.KILLED) {
      List<String> outcomes = List.of(Integer.toString(change - 1), Integer.toString(change));
      int away = 0;
      for (String name : NAMES) {
        Path output = dir.resolve(name);
        away += Files.exists(output) ? 0 : 1;
        String complete = StagedOutputs.readable(output.toString(), conf);
        assertThat(text(Path.of(complete.replaceFirst("^file:", "")))).isIn(outcomes);
      }
      assertThat(away).as("change %d", change).isLessThan(2);

      String left = afterNextJob(conf);
      assertThat(left).as("change %d", change).isIn(outcomes);
      found.merge(
          (left.equals(outcomes.get(0)) ? "old" : "new") + (away > 0 ? ", one away" : ""),
          1,
          Integer::sum);

      replace(dir, Integer.toString(change), conf);
      assertThat(afterNextJob(conf)).isEqualTo(Integer.toString(change));
      change++;
    }
    Files.writeString(
        Files.createDirectories(JobProcess.ROOT.resolve("target/cluster"))
            .resolve("replacement.txt"),
        found.toString());
    assertThat(found.keySet()).contains("old", "new");
    assertThat(afterNextJob(conf)).isEqualTo(Integer.toString(change));
  }

  /** What all outputs hold once a job was to write there; nothing else is left then. */
  private String afterNextJob(Configuration conf) throws IOException {
    try (StagedOutputs next = new StagedOutputs(conf, true)) {
      for (String name : NAMES) {
        assertThat(next.stage(name, dir.resolve(name).toString())).isNotEmpty();
      }
    }
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files.map(it -> it.getFileName().toString()).filter(it -> !it.endsWith(".crc")))
          .containsExactlyInAnyOrderElementsOf(NAMES);
    }
    List<String> texts = NAMES.stream().map(dir::resolve).map(ReplacementIT::text).toList();
    assertThat(texts).containsOnly(texts.get(0));
    return texts.get(0);
  }

  private static String text(Path output) {
    try {
      if (!Files.isDirectory(output)) {
        return Files.readString(output);
      }
      String a = Files.readString(output.resolve("a"));
      assertThat(Files.readString(output.resolve("b"))).isEqualTo(a);
      return a;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
