package io.normact.job;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A job that {@code jobs/submit} runs from the packaged jar, in a process of its own. */
final class JobProcess {

  static final Path ROOT = Path.of("").toAbsolutePath();

  /** What a process that got SIGKILL ends with. */
  static final int KILLED = 128 + 9;

  /** What a JVM says first that has the vector registers. */
  static final String VECTORS = "WARNING: Using incubator modules: jdk.incubator.vector\n";

  private static final int LONGEST_MINUTES = 5;

  /** What a job printed, and its exit status. */
  record Result(int status, String out, String err) {}

  private final Process process;
  private final Path out;
  private final Path err;
  private final CompletableFuture<Void> copying;

  private JobProcess(Process process, Path out, Path err, CompletableFuture<Void> copying) {
    this.process = process;
    this.out = out;
    this.err = err;
    this.copying = copying;
  }

  /**
   * Starts a job.
   *
   * @param folder where it runs; its output is kept there as well
   * @param environment what is added to this process's environment, from which SPARK_HOME is taken
   * @param args what jobs/submit is given
   */
  static JobProcess start(Path folder, Map<String, String> environment, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("jobs/submit").toString()));
    command.addAll(args);
    Path out = Files.createTempFile(Files.createDirectories(folder), "job-", ".out");
    Path err = Files.createFile(Path.of(out.toString().replaceFirst("out$", "err")));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    ChildProcesses.add(process.toHandle());
    return new JobProcess(process, out, err, copying(process, err));
  }

  private static CompletableFuture<Void> copying(Process process, Path err) {
    return CompletableFuture.runAsync(
        () -> {
          try (OutputStream file = Files.newOutputStream(err)) {
            process.getErrorStream().transferTo(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Waits for the job's end, but no longer than this; whether it has ended. */
  boolean endsWithin(long nanos) throws InterruptedException {
    return process.waitFor(nanos, TimeUnit.NANOSECONDS);
  }

  /** Sends SIGKILL; jobs/submit has become the driver's JVM by {@code exec}. */
  void kill() {
    ChildProcesses.kill(process.toHandle());
  }

  Result waitFor() throws Exception {
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
      kill();
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "The job has not ended in %d minutes; it said: %s%s",
              LONGEST_MINUTES,
              Files.readString(out),
              Files.readString(err)));
    }
    copying.get(LONGEST_MINUTES, TimeUnit.MINUTES);
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
