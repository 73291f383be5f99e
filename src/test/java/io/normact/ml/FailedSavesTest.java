package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.OnFailingDisk;
import io.normact.job.fault.FailingDisk;
import io.normact.math.ActivationFunction;
import io.normact.onnx.OnnxExport;
import io.normact.report.ColumnReport;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever change of the disk fails: what was there is there, or the new one is, whole. */
@Tag("thorough")
@ExtendWith(OnFailingDisk.class)
class FailedSavesTest {

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;

  private static Configuration configuration() {
    return SPARK.sparkContext().hadoopConfiguration();
  }

  private static BatchNormModel model(double mean) {
    return BatchNormModel.of(
            new double[] {mean}, new double[] {1}, new double[] {1}, new double[] {0})
        .setInputCol("x")
        .setOutputCol("y");
  }

  private interface Save {
    void run() throws Exception;
  }

  /** Whether it failed; empty once the change that was to fail is none of its changes. */
  private static boolean fails(int change, Save save) {
    FailingDisk.failAt(change);
    try {
      save.run();
      return false;
    } catch (Exception e) {
      return true;
    } finally {
      if (FailingDisk.isStillToFail()) {
        FailingDisk.failAt(0);
      }
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.map(name -> name.getFileName().toString()).sorted().toList();
    }
  }

  private String failing(String name) {
    return FailingDisk.SCHEME + ":" + folder.resolve(name);
  }

  private static ColumnReport report(int rows) {
    return ColumnReport.of(
        SPARK.range(rows).selectExpr("id - 2D x"), List.of("x"), ActivationFunction.parse("relu"));
  }

  @ParameterizedTest
  @CsvSource({"spark, true", "spark, false", "onnx, true", "onnx, false"})
  void aModelIsTheOldOneOrTheNewOne(String format, boolean replaces) throws Exception {
    BatchNormModel old = model(1);
    BatchNormModel fresh = model(2);
    String path = failing("model");
    int failures = 0;
    boolean failed = true;
    for (int change = 1; failed; change++) {
      if (replaces) {
        old.write().overwrite().option("format", format).save(path);
      }
      MLWriter writer = fresh.write().option("format", format);
      failed = fails(change, () -> (replaces ? writer.overwrite() : writer).save(path));
      failures += failed ? 1 : 0;
      boolean isNew = Files.exists(folder.resolve("model")) && is(fresh, format);
      if (failed && !isNew) {
        assertThat(names())
            .as("change %d", change)
            .isEqualTo(replaces ? List.of("model") : List.of());
        assertThat(!replaces || is(old, format)).as("change %d", change).isTrue();
      } else {
        assertThat(isNew).as("change %d", change).isTrue();
      }
    }
    assertThat(failures).isGreaterThan(format.equals("spark") ? 3 : 0);
  }

  /** Wherever a process is killed, the model is found, or who loads it is told where it is. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKilledSaveLosesNothing(boolean replaces) throws Exception {
    BatchNormModel old = model(1);
    BatchNormModel fresh = model(2);
    List<String> told = new ArrayList<>();
    boolean died = true;
    for (int change = 1; died; change++) {
      FileUtil.fullyDelete(folder.toFile(), false);
      Files.createDirectories(folder);
      if (replaces) {
        old.save(failing("model"));
      }
      FailingDisk.dieAt(change);
      try {
        fresh.write().overwrite().save(failing("model"));
        died = false;
      } catch (Exception e) {
        died = true;
      }
      FailingDisk.failAt(0);
      try {
        assertThat(BatchNormModel.load(failing("model")).mean())
            .as("change %d", change)
            .isIn(old.mean(), fresh.mean());
      } catch (IllegalArgumentException e) {
        String why =
            e.getMessage().replace(folder.toString(), "DIR").replaceAll("[0-9a-f]{8}", "ID");
        told.add(why);
        if (why.contains("rename")) {
          Path aside = Path.of(e.getMessage().replaceAll(".* back from '([^']*)'.*", "$1"));
          assertThat(BatchNormModel.load(failing(aside.toString())).mean()).isEqualTo(old.mean());
          assertThatThrownBy(() -> Scorer.load(folder.resolve("model")))
              .hasMessage(e.getMessage().replace("failing:", ""));
        }
      }
      fresh.write().overwrite().save(failing("model"));
      assertThat(BatchNormModel.load(failing("model")).mean()).isEqualTo(fresh.mean());
    }
    assertThat(told.stream().distinct())
        .containsExactlyInAnyOrderElementsOf(
            replaces
                ? List.of(
                    "Folder 'failing:DIR/model' is missing, since an overwrite was killed; rename what was there back from '.model.normact-ID-old', or save the stage again.")
                : List.of(
                    "Folder 'failing:DIR/model' is missing, but must be one of a saved stage.",
                    "Folder 'failing:DIR/model' holds no saved stage, since it has no folder 'metadata'.",
                    "Folder 'failing:DIR/model' holds no saved stage, since its metadata are empty, as when saving was broken off."));
  }

  /** Whether what is there is this model, whole. */
  private boolean is(BatchNormModel model, String format) throws IOException {
    return format.equals("spark")
        ? BatchNormModel.load(failing("model")).mean().equals(model.mean())
        : Arrays.equals(
            Files.readAllBytes(folder.resolve("model")), OnnxExport.of(model).toBytes());
  }

  @Test
  void pageAndNumbersOfAReportAreOfOneReport() throws Exception {
    ColumnReport first = report(4);
    ColumnReport second = report(9);
    boolean failed = true;
    int failures = 0;
    for (int change = 1; failed; change++) {
      first.write(folder + "/report.html", configuration(), true);
      failed = fails(change, () -> second.write(failing("report.html"), configuration(), true));
      failures += failed ? 1 : 0;
      String numbers = Files.readString(folder.resolve("report.json"));
      assertThat(numbers).as("change %d", change).isIn(first.toJson(), second.toJson());
      assertThat(Files.readString(folder.resolve("report.html")))
          .as("change %d", change)
          .isEqualTo(numbers.equals(first.toJson()) ? first.toHtml() : second.toHtml());
      if (numbers.equals(first.toJson())) {
        assertThat(names()).containsExactly("report.html", "report.json");
      }
    }
    assertThat(failures).isGreaterThan(4);
    assertThat(Files.readString(folder.resolve("report.json"))).isEqualTo(second.toJson());
  }

  @Test
  void linksStayAndFoldersAreNoFiles() throws Exception {
    ColumnReport report = report(4);
    Files.writeString(folder.resolve("old"), "old");
    Files.createSymbolicLink(folder.resolve("report.html"), Path.of("old"));
    report.write(folder + "/report.html", configuration(), true);
    assertThat(folder.resolve("report.html")).isSymbolicLink();
    assertThat(Files.readString(folder.resolve("old"))).isEqualTo(report.toHtml());
    Files.delete(folder.resolve("report.json"));
    Files.writeString(Files.createDirectory(folder.resolve("report.json")).resolve("mine"), "mine");
    assertThatThrownBy(() -> report.write(folder + "/report.html", configuration(), true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("report.json' is a folder, but must be a file.");
    assertThat(folder.resolve("report.json/mine")).exists();
    assertThat(names()).containsExactly("old", "report.html", "report.json");
  }
}
