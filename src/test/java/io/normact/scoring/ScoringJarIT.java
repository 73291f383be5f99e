package io.normact.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small jar, in a JVM that has nothing else, gives the bits that Spark gives. */
class ScoringJarIT {

  /** Scores rows of hexadecimal numbers and prints theirs. */
  private static final String PROGRAM =
      """
      import io.normact.scoring.Scorer;
      import java.nio.file.*;
      import java.util.*;
      import java.util.stream.*;

      public class ScoreRows {
        public static void main(String[] args) throws Exception {
          for (String name : new String[] {"org.apache.spark.sql.Row", "scala.Option", "io.normact.ml.BatchNorm"}) {
            try {
              Class.forName(name);
              throw new IllegalStateException(name);
            } catch (ClassNotFoundException expected) {
            }
          }
          Scorer scorer = Scorer.load(args[0]);
          for (String line : Files.readAllLines(Path.of(args[1]))) {
            double[] row = Arrays.stream(line.split(" ")).mapToDouble(Double::valueOf).toArray();
            System.out.println(
                Arrays.stream(scorer.score(row)).mapToObj(Double::toHexString).collect(Collectors.joining(" ")));
          }
        }
      }
      """;

  @TempDir private Path folder;

  private static Path jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      List<Path> jars =
          files
              .filter(f -> f.getFileName().toString().matches("normact-spark-.*-scoring\\.jar"))
              .toList();
      assertThat(jars).hasSize(1);
      return jars.get(0).toAbsolutePath();
    }
  }

  private static String hex(Row row) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      if (row.get(i) instanceof Vector vector) {
        Arrays.stream(vector.toArray()).mapToObj(Double::toHexString).forEach(numbers::add);
      } else {
        numbers.add(Double.toHexString(row.getDouble(i)));
      }
    }
    return String.join(" ", numbers);
  }

  private static String[] columns(String prefix, int count) {
    return Stream.iterate(0, i -> i + 1).limit(count).map(i -> prefix + i).toArray(String[]::new);
  }

  @Test
  void scoresAlone() throws Exception {
    Dataset<Row> data =
        LocalSpark.session()
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv("sample-data/breast-cancer.csv")
            .drop("malignant");
    String[] inputs = data.columns();
    String[] functions =
        Definition.all().stream()
            .filter(Definition::elementwise)
            .map(Definition::name)
            .limit(inputs.length)
            .toArray(String[]::new);
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new BatchNorm()
                      .setInputCols(inputs)
                      .setOutputCols(columns("n", inputs.length))
                      .setActivation("tanh"),
                  new Activation()
                      .setInputCols(columns("n", functions.length))
                      .setOutputCols(columns("f", functions.length))
                      .setFunctions(functions),
                  new VectorAssembler().setInputCols(columns("n", 20)).setOutputCol("v"),
                  new Activation().setInputCol("v").setOutputCol("s").setFunction("softmax")
                })
            .fit(data);
    Path saved = folder.resolve("model");
    model.save(saved.toString());
    List<String> rows = data.collectAsList().stream().map(ScoringJarIT::numbers).toList();
    Scorer here = Scorer.load(saved);
    List<String> columns =
        here.outputs().stream().map(name -> name.replaceFirst("\\[.*", "")).distinct().toList();
    List<String> expected =
        model.transform(data).selectExpr(columns.toArray(new String[0])).collectAsList().stream()
            .map(ScoringJarIT::hex)
            .toList();
    Path file = Files.write(folder.resolve("rows"), rows);
    Path program = Files.writeString(folder.resolve("ScoreRows.java"), PROGRAM);
    for (List<String> options :
        List.of(List.<String>of(), List.of("--add-modules=jdk.incubator.vector"))) {
      List<String> command = new ArrayList<>(List.of(java()));
      command.addAll(options);
      command.addAll(
          List.of("-cp", jar().toString(), program.toString(), saved.toString(), file.toString()));
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      try {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).as(Files.readString(err)).isZero();
      assertThat(Files.readAllLines(out)).isEqualTo(expected);
    }
  }

  private static String numbers(Row row) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < row.length(); i++) {
      numbers.add(Double.toHexString(((Number) row.get(i)).doubleValue()));
    }
    return String.join(" ", numbers);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Test
  void isSmall() throws IOException {
    assertThat(Files.size(jar())).isLessThan(400_000);
    try (JarFile jar = new JarFile(jar().toFile())) {
      assertThat(
              jar.stream()
                  .map(entry -> entry.getName())
                  .filter(name -> name.endsWith(".class"))
                  .map(name -> name.split("/", -1)[2])
                  .distinct())
          .isSubsetOf("math", "scoring", "text")
          .contains("math", "scoring");
    }
  }
}
