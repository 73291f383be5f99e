package io.normact.job;

import io.normact.job.fault.DyingDisk;
import io.normact.job.fault.FaultyTasks;
import io.normact.job.fault.FaultyTasks.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** What is to go wrong with a job, as options of spark-submit, and what did. */
final class Faults {

  private final Path folder;
  private final Map<Integer, Fault> stages;
  private final Path jar;

  private Faults(Path folder, Map<Integer, Fault> stages, Path jar) {
    this.folder = folder;
    this.stages = stages;
    this.jar = jar;
  }

  /**
   * Faults of tasks.
   *
   * @param folder where the job runs
   * @param stages which fault the first task of a stage meets, by the stage's number
   */
  static Faults ofTasks(Path folder, Map<Integer, Fault> stages) throws IOException {
    return new Faults(
        Files.createTempDirectory(Files.createDirectories(folder), "faults-"), stages, jar(folder));
  }

  /** The options of a job whose tasks meet the faults. */
  List<String> options() {
    List<String> options = new ArrayList<>(onClassPath(jar, "driver", "executor"));
    conf(options, "spark.plugins", FaultyTasks.class.getName());
    conf(options, FaultyTasks.FOLDER, folder.toString());
    stages.forEach((stage, fault) -> conf(options, FaultyTasks.STAGE + stage, fault.name()));
    return options;
  }

  /**
   * The options of a job whose driver dies before it changes a folder for the n-th time.
   *
   * @param folder where the job runs; its changes count
   */
  static List<String> deathAtChange(Path folder, int n) throws IOException {
    List<String> options = new ArrayList<>(onClassPath(jar(folder.getParent()), "driver"));
    conf(options, "spark.hadoop.fs.file.impl", DyingDisk.Files.class.getName());
    conf(
        options,
        "spark.hadoop.fs.AbstractFileSystem.file.impl",
        DyingDisk.Checkpoints.class.getName());
    conf(options, "spark.hadoop." + DyingDisk.FOLDER, folder.toString());
    conf(options, "spark.hadoop." + DyingDisk.CHANGE, Integer.toString(n));
    return options;
  }

  /** Which faults have happened, such as KILL-3. */
  List<String> happened() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Waits until a fault happens, and gives the id of the process in which it does. */
  long await(Fault fault, int stage) {
    return Awaitility.await(String.format(Locale.ROOT, "%s in stage %d", fault, stage))
        .atMost(2, TimeUnit.MINUTES)
        .until(() -> processes(fault, stage), it -> !it.isEmpty())
        .get(0);
  }

  /** The ids of the processes in which a fault has happened, one for each time. */
  List<Long> processes(Fault fault, int stage) throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "%s-%d", fault, stage));
    String lines = Files.exists(file) ? Files.readString(file) : "";
    // A line that is still being written is none yet.
    return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(Long::valueOf).toList();
  }

  private static List<String> onClassPath(Path jar, String... processes) {
    List<String> options = new ArrayList<>();
    for (String process : processes) {
      conf(options, String.format(Locale.ROOT, "spark.%s.extraClassPath", process), jar.toString());
    }
    return options;
  }

  private static void conf(List<String> options, String key, String value) {
    options.addAll(List.of("--conf", key + "=" + value));
  }

  /** The faults' own classes, without the other tests, which have nothing to do in a job. */
  private static Path jar(Path folder) throws IOException {
    Path jar = folder.resolve("faults.jar");
    if (Files.exists(jar)) {
      return jar;
    }
    String pack = FaultyTasks.class.getPackageName().replace('.', '/');
    Path classes =
        Path.of(FaultyTasks.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .resolve(pack);
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> list = Files.list(classes)) {
      for (Path compiled : list.toList()) {
        out.putNextEntry(new JarEntry(pack + "/" + compiled.getFileName()));
        Files.copy(compiled, out);
        out.closeEntry();
      }
    }
    return jar;
  }
}
