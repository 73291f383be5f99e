package io.normact.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.job.JobProcess.Result;
import io.normact.ml.BatchNormModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A job whose outputs can be compared to the last bit, and the folder in which it runs. */
final class ClusterJob {

  /** Of the input, each of which is a partition, so that the packed rows are the same anywhere. */
  static final int FILES = 4;

  static final int ROWS = 1000;

  /** Options of spark-submit for a job on this machine that starts soon and does little. */
  static final List<String> LOCAL =
      List.of(
          "--master",
          "local[1]",
          "--driver-memory",
          "512m",
          "--driver-java-options",
          "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
          "--conf",
          "spark.ui.enabled=false");

  private static final int FEATURES = 6;

  /** Below the size of a file, which else would share a partition with others. */
  private static final String[] PARTITIONS = {"spark.sql.files.maxPartitionBytes", "32k"};

  /**
   * What a job has left, every number in the shortest decimal that means no other.
   *
   * @param rows in the order of their ids
   * @param model counts, means, variances, gammas and betas
   * @param report the means in its JSON, then those of them that its page has; empty without one
   */
  record Outputs(List<String> rows, List<String> model, List<String> report) {}

  private final Path folder;

  private ClusterJob(Path folder) {
    this.folder = folder;
  }

  /** A new input and a spec in this folder. */
  static ClusterJob in(Path folder, long seed) throws IOException {
    ClusterJob job = new ClusterJob(folder);
    String columns =
        IntStream.range(0, FEATURES).mapToObj(j -> "x" + j).collect(Collectors.joining(", "));
    Files.createDirectories(folder);
    Files.writeString(
        job.spec(),
        String.format(
            Locale.ROOT,
            """
            input: {format: csv, path: %1$s/in, schema: "id INT, %2$s, label INT"}
            label: label
            features: [%3$s]
            stages: [batchNorm: {learn: supervised, activation: sigmoid, maxIter: 3}]
            output: {format: parquet, path: %1$s/out}
            model: %1$s/model
            """,
            folder,
            columns.replaceAll("(x\\d)", "$1 DOUBLE"),
            columns));
    job.writeInput(seed);
    return job;
  }

  /** Columns of different size and spread, the label being 1 where the first ones are large. */
  private void writeInput(long seed) throws IOException {
    Random random = new Random(seed);
    Path input = Files.createDirectories(folder.resolve("in"));
    for (int file = 0; file < FILES; file++) {
      List<String> lines = new ArrayList<>();
      for (int row = file; row < ROWS; row += FILES) {
        double score = random.nextGaussian();
        StringBuilder line = new StringBuilder().append(row);
        for (int j = 0; j < FEATURES; j++) {
          double z = random.nextGaussian();
          score += j < 2 ? z : 0;
          line.append(',').append(Math.scalb(j + z, 4 * j - 8));
        }
        lines.add(line.append(score > 0 ? ",1" : ",0").toString());
      }
      Files.write(input.resolve(String.format(Locale.ROOT, "part-%d.csv", file)), lines);
    }
  }

  Path folder() {
    return folder;
  }

  Path spec() {
    return folder.resolve("spec.yaml");
  }

  /** Starts the command on the spec. */
  JobProcess start(String command, List<String> options, String... overrides) throws IOException {
    List<String> args = new ArrayList<>(List.of("--conf", String.join("=", PARTITIONS)));
    args.addAll(options);
    args.addAll(arguments(command, overrides));
    return JobProcess.start(folder, Map.of(), args);
  }

  /** Runs the command on the spec in this JVM. */
  Result runHere(String command, String... overrides) {
    SparkSession spark = LocalSpark.session();
    spark.conf().set(PARTITIONS[0], PARTITIONS[1]);
    List<String> args = arguments(command, overrides);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        Main.run(
            args.toArray(new String[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  private List<String> arguments(String command, String... overrides) {
    List<String> args = new ArrayList<>(List.of(command, spec().toString()));
    for (String override : overrides) {
      args.addAll(List.of("--set", override));
    }
    return args;
  }

  /** What is there, read as a user would. */
  Outputs outputs() throws IOException {
    return new Outputs(rows(folder.resolve("out")), model(folder.resolve("model")), report());
  }

  private List<String> report() throws IOException {
    Path page = folder.resolve("report.html");
    if (!Files.exists(page)) {
      return List.of();
    }
    String html = Files.readString(page);
    JsonNode json = new ObjectMapper().readTree(Files.readString(folder.resolve("report.json")));
    List<String> means = new ArrayList<>(json.findValuesAsText("mean"));
    means.addAll(means.stream().filter(html::contains).toList());
    return means;
  }

  /** What a job has left beside its outputs. */
  List<String> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(".normact-"))
          .toList();
    }
  }

  static List<String> rows(Path parquet) {
    return LocalSpark.session()
        .read()
        .parquet(parquet.toString())
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }

  private static List<String> model(Path folder) {
    SparkSession spark = LocalSpark.session();
    MLReader<PipelineModel> reader = PipelineModel.read().session(spark);
    BatchNormModel model = (BatchNormModel) reader.load(folder.toString()).stages()[0];
    return Stream.of(model.count(), model.mean(), model.variance(), model.gamma(), model.beta())
        .map(Vector::toString)
        .toList();
  }
}
