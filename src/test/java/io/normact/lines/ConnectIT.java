package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.normact.math.ActivationFunction;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real Spark Connect server with the packaged jar, and a client on the JVM: functions in SQL and
 * in Java, and stages by the messages that a client in Python sends.
 */
@Tag("lines")
class ConnectIT {

  private static final Path LINES = Path.of("target/lines").toAbsolutePath();
  private static final double[] X =
      IntStream.range(0, 8).mapToDouble(i -> i * 0.75 - 2.5).toArray();

  @ParameterizedTest
  @ValueSource(strings = {"4.0", "4.2"})
  void clientHasFunctionsAndStages(String line) throws Exception {
    Path folder = LINES.resolve("connect-" + line);
    TourRun.remove(folder);
    Files.createDirectories(folder);
    Path java = Jdk.java(17).orElseThrow();
    int port = freePort();
    Process server = server(java, line, folder, port);
    try {
      Awaitility.await("the server of " + line + " answers")
          .atMost(Duration.ofMinutes(3))
          .until(() -> answers(port) || !server.isAlive());
      Properties results = client(java, line, folder, port);
      checkFunctions(results);
      checkStages(results);
    } finally {
      server.destroy();
      assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static void checkFunctions(Properties results) {
    assertThat(results.getProperty("sql.sigmoid")).isEqualTo(values("sigmoid"));
    assertThat(results.getProperty("sql.elu")).isEqualTo(values("elu(alpha=0.5)"));
    assertThat(results.getProperty("sql.gelu")).isEqualTo(values("gelu"));
    assertThat(results.getProperty("java.text")).isEqualTo(values("mish"));
    ActivationFunction clamp = ActivationFunction.parse("hard_tanh(min=-0.5, max=0.25)");
    assertThat(results.getProperty("java.typed")).isEqualTo(text(clamp::value));
    assertThat(results.getProperty("java.typed_slope")).isEqualTo(text(clamp::slope));
    assertThat(results.getProperty("java.slope"))
        .isEqualTo(text(ActivationFunction.parse("silu")::slope));
    double[] first = numbers(results, "sql.softmax");
    double[] least = numbers(results, "java.softmin");
    for (int i = 0; i < X.length; i++) {
      double[] a = {i / 3.0, 1, -i / 7.0};
      assertThat(first[i]).isCloseTo(share(a, 1), within(1e-15));
      assertThat(least[i]).isCloseTo(share(a, -1), within(1e-15));
    }
    assertThat(results.getProperty("error.text"))
        .startsWith("Activation function 'sigmod' is unknown; did you mean 'sigmoid'?");
    assertThat(results.getProperty("error.sql"))
        .contains("Parameter alpha of elu is -1.0, but must be a finite number above 0.0");
  }

  private static void checkStages(Properties results) {
    double mean = Arrays.stream(X).average().orElseThrow();
    double variance = Arrays.stream(X).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    double[] normed = Arrays.stream(X).map(x -> (x - mean) / Math.sqrt(variance + 1e-5)).toArray();
    double[] squashed =
        Arrays.stream(normed).map(ActivationFunction.parse("sigmoid")::value).toArray();
    assertThat(numbers(results, "fit.identity")).containsExactly(normed, within(1e-15));
    assertThat(numbers(results, "fit")).containsExactly(squashed, within(1e-15));
    assertThat(results.getProperty("read")).isEqualTo(results.getProperty("fit"));
    assertThat(results.getProperty("read.activation")).isEqualTo("sigmoid");
    assertThat(results.getProperty("estimator.activation")).isEqualTo("tanh");
    assertThat(results.getProperty("activation")).isEqualTo(values("selu"));
    assertThat(results.getProperty("error.fit"))
        .contains("Activation function 'sigmod' is unknown; did you mean 'sigmoid'?");
    assertThat(results.getProperty("error.deleted")).doesNotStartWith("no error");
  }

  private static String values(String function) {
    return text(ActivationFunction.parse(function)::value);
  }

  private static String text(DoubleUnaryOperator function) {
    return String.join(
        " ", Arrays.stream(X).map(function).mapToObj(Double::toString).toArray(String[]::new));
  }

  private static double[] numbers(Properties results, String name) {
    return Arrays.stream(results.getProperty(name).split(" ", -1))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  /** The first one's share of the sum of exponentials. */
  private static double share(double[] a, double sign) {
    double sum = Arrays.stream(a).map(x -> Math.exp(sign * x)).sum();
    return Math.exp(sign * a[0]) / sum;
  }

  private static Process server(Path java, String line, Path folder, int port) throws Exception {
    return SparkProcess.start(
        java,
        folder,
        LINES.resolve("connect-server-" + line + ".classpath"),
        List.of(
            "--master",
            "local[2]",
            "--driver-memory",
            "1g",
            "--driver-java-options",
            "-Dlog4j2.configurationFile=file://"
                + Path.of("src/test/lines/log4j2.properties").toAbsolutePath(),
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.driver.host=localhost",
            "--conf",
            "spark.connect.grpc.binding.port=" + port,
            "--conf",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "--jars",
            PackagedJar.path().toString(),
            "--class",
            "org.apache.spark.sql.connect.service.SparkConnectServer",
            "spark-internal"),
        folder.resolve("server.log"));
  }

  /** Compiles the client against the line's own and runs it, in a folder with nothing else. */
  private static Properties client(Path java, String line, Path folder, int port) throws Exception {
    String classPath =
        PackagedJar.path()
            + ":"
            + Files.readString(LINES.resolve("connect-client-" + line + ".classpath")).strip();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                System.out,
                System.err,
                "-proc:none",
                "-nowarn",
                "-source",
                "17",
                "-target",
                "17",
                "-d",
                folder.toString(),
                "-cp",
                classPath,
                "src/test/lines/ConnectClient.java");
    assertThat(compiled).as("exit status of javac").isZero();
    Path log = folder.resolve("client.log");
    Path results = folder.resolve("results.properties");
    Process client =
        new ProcessBuilder(
                java.toString(),
                "-Xmx512m",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                folder + ":" + classPath,
                "ConnectClient",
                "sc://localhost:" + port,
                folder.toString(),
                results.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(client.waitFor(10, TimeUnit.MINUTES)).as("the client ends").isTrue();
    } finally {
      client.destroy();
    }
    assertThat(client.exitValue()).as("exit status, see %s", log).isZero();
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(results)) {
      properties.load(reader);
    }
    return properties;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("localhost", port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
