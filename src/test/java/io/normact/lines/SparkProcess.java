package io.normact.lines;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that a Spark of some line runs, started as its own launcher would start it. */
final class SparkProcess {

  private static final int LONGEST_MINUTES = 10;

  private SparkProcess() {}

  /** The jars of the line, as the file that lists them has them. */
  static List<Path> jars(Path classPath) throws IOException {
    return Arrays.stream(Files.readString(classPath).strip().split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }

  /**
   * Runs a program through {@code SparkSubmit}, to its end.
   *
   * @return the exit status
   * @see #start
   */
  static int run(Path java, Path home, Path classPath, List<String> submit, Path log)
      throws IOException, InterruptedException {
    Process running = start(java, home, classPath, submit, log);
    if (!running.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      running.destroyForcibly();
      throw new IllegalStateException(
          String.format(Locale.ROOT, "No end after %d minutes; see %s.", LONGEST_MINUTES, log));
    }
    return running.exitValue();
  }

  /**
   * Starts a program through {@code SparkSubmit}.
   *
   * @param java the JVM
   * @param home where the line's jars are put together, as they are in a distribution
   * @param classPath the file that lists them
   * @param submit what spark-submit is given
   * @param log what the program prints
   */
  static Process start(Path java, Path home, Path classPath, List<String> submit, Path log)
      throws IOException {
    if (!Files.exists(home.resolve("jars"))) {
      Files.createDirectories(home.resolve("jars"));
      for (Path jar : jars(classPath)) {
        Files.createSymbolicLink(home.resolve("jars").resolve(jar.getFileName()), jar);
      }
    }
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME", home.toString(),
            "JAVA_HOME", java.getParent().getParent().toString(),
            "SPARK_SCALA_VERSION", "2.13");
    List<String> launcher = new ArrayList<>();
    launcher.addAll(List.of(java.toString(), "-cp", home + "/jars/*"));
    launcher.addAll(
        List.of("org.apache.spark.launcher.Main", "org.apache.spark.deploy.SparkSubmit"));
    launcher.addAll(submit);
    ProcessBuilder builder = new ProcessBuilder(launcher).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    // A mark, and then the words of the command, each with a zero after it.
    String words =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).substring(1);
    List<String> command = List.of(words.strip().split("\0", 0));
    ProcessBuilder program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    program.environment().putAll(environment);
    return program.start();
  }
}
