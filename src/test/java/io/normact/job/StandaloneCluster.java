package io.normact.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.job.JobProcess.Result;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.awaitility.Awaitility;

/**
 * A Spark standalone cluster: a master and two workers, each a process of its own, of the Spark
 * that the build resolved. The workers have loopback addresses of their own, since Spark starts no
 * second attempt of a slow task on the host of the first.
 */
final class StandaloneCluster implements AutoCloseable {

  static final int WORKERS = 2;

  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern UI =
      Pattern.compile("Bound MasterWebUI to \\S+, and started at http://\\S+:(\\d+)");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
  private static final Pattern JSON_ID = Pattern.compile("driver-\\d+-\\d+");

  /** Where jobs/submit puts together what executors are started from, before it starts a job. */
  private static final Path SPARK_HOME = JobProcess.ROOT.resolve("target/spark");

  private final Path logs;
  private final List<Process> workers = new ArrayList<>();
  private Process master;
  private String url;
  private URI json;

  private StandaloneCluster(Path logs) {
    this.logs = logs;
  }

  /**
   * Starts master and workers.
   *
   * @param logs the folder in which each leaves its log, and each executor its own
   */
  static StandaloneCluster start(Path logs) throws IOException {
    StandaloneCluster cluster = new StandaloneCluster(Files.createDirectories(logs));
    try {
      cluster.startMaster();
      for (int i = 1; i <= WORKERS; i++) {
        cluster.startWorker(i);
      }
      for (int i = 1; i <= WORKERS; i++) {
        Matcher unused = cluster.await(cluster.workers.get(i - 1), "worker-" + i, REGISTERED);
      }
      return cluster;
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  private void startMaster() throws IOException {
    master = daemon("master", "master.Master", "--host", "127.0.0.1", "--webui-port", "0");
    url = await(master, "master", MASTER).group(1);
    json =
        URI.create(
            String.format(
                Locale.ROOT, "http://127.0.0.1:%s/json/", await(master, "master", UI).group(1)));
  }

  private void startWorker(int number) throws IOException {
    String name = "worker-" + number;
    workers.add(
        daemon(
            name,
            "worker.Worker",
            "--host",
            "127.0.0." + (1 + number),
            "--webui-port",
            "0",
            "--cores",
            "2",
            "--memory",
            "2g",
            "--work-dir",
            logs.resolve(name).toString(),
            url));
  }

  private Process daemon(String name, String type, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(javaCommand()));
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            Files.readString(JobProcess.ROOT.resolve("target/spark.classpath")).strip(),
            "org.apache.spark.deploy." + type,
            "--port",
            "0"));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(logs.resolve(name + ".log").toFile());
    builder.environment().put("SPARK_HOME", SPARK_HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    Process process = builder.start();
    ChildProcesses.add(process.toHandle());
    return process;
  }

  private static String javaCommand() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Waits until a process has written this to its log. */
  private Matcher await(Process process, String name, Pattern line) {
    Path log = logs.resolve(name + ".log");
    return Awaitility.await(String.format(Locale.ROOT, "'%s' in %s", line, log))
        .atMost(1, TimeUnit.MINUTES)
        .failFast(name + " has ended, see its log", () -> !process.isAlive())
        .until(() -> line.matcher(Files.readString(log)), Matcher::find);
  }

  /** The master's URL. */
  String url() {
    return url;
  }

  /** What spark-submit needs to run a job here with an executor of one core on each worker. */
  List<String> options() {
    return List.of(
        "--master",
        url,
        "--driver-memory",
        "512m",
        "--driver-java-options",
        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "--conf",
        "spark.executor.memory=512m",
        "--conf",
        "spark.executor.cores=1",
        "--conf",
        "spark.executor.extraJavaOptions=-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "--conf",
        "spark.cores.max=" + WORKERS,
        "--conf",
        "spark.ui.enabled=false");
  }

  /** Sends SIGKILL to the worker that runs this executor, which ends by itself then. */
  void killWorkerOf(long executor) {
    ProcessHandle handle = ProcessHandle.of(executor).orElseThrow();
    Process worker =
        workers.stream()
            .filter(it -> it.descendants().anyMatch(handle::equals))
            .findFirst()
            .orElseThrow();
    worker.descendants().forEach(ChildProcesses::add);
    worker.destroyForcibly();
  }

  /** Waits until a driver that was submitted in cluster mode has ended, and tells how. */
  Result waitForDriver() throws IOException {
    JsonNode drivers =
        Awaitility.await("a driver among " + json)
            .atMost(3, TimeUnit.MINUTES)
            .until(this::completedDrivers, completed -> !completed.isEmpty());
    JsonNode driver = drivers.get(0);
    Matcher id = JSON_ID.matcher(driver.path("id").asText());
    if (!id.matches()) {
      throw new AssertionError(
          String.format(Locale.ROOT, "Driver '%s' has no id of a driver.", driver));
    }
    Path folder = null;
    for (int i = 1; i <= WORKERS; i++) {
      Path candidate = logs.resolve("worker-" + i).resolve(id.group());
      folder = Files.isDirectory(candidate) ? candidate : folder;
    }
    return new Result(
        driver.path("state").asText().equals("FINISHED") ? 0 : 1,
        Files.readString(folder.resolve("stdout")),
        Files.readString(folder.resolve("stderr")));
  }

  private JsonNode completedDrivers() throws IOException {
    try (InputStream state = json.toURL().openStream()) {
      return new ObjectMapper().readTree(state).path("completeddrivers");
    }
  }

  @Override
  public void close() {
    workers.forEach(worker -> ChildProcesses.kill(worker.toHandle()));
    if (master != null) {
      ChildProcesses.kill(master.toHandle());
    }
  }
}
