package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("thorough")
class SmallHeapTest {

  @TempDir private Path folder;

  /** The lines that a program tells in a JVM of its own. */
  private List<String> told(String heap, Class<?> program, Path... args) throws Exception {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of(heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    // A folder more, since Spark takes a path that is one jar for the application's.
    String classPath = System.getProperty("java.class.path") + File.pathSeparator;
    command.addAll(List.of("-cp", classPath, program.getName()));
    Arrays.stream(args).map(Path::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    List<String> told =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s%s", told, Files.readString(log)).isZero();
    return told;
  }

  /** A scorer has no Spark around it that asks for more. */
  @Test
  void aScorerSaysWhatItHasNoRoomFor() throws Exception {
    BatchNorm stage = new BatchNorm().setInputCol("x").setOutputCol("y").setKeyCols("k");
    Path fits = folder.resolve("fits");
    Path large = folder.resolve("large");
    SparkSession spark = LocalSpark.session();
    stage.fit(spark.range(0, 70_000, 1, 2).selectExpr("id k", "sin(id) x")).save(fits.toString());
    stage.fit(spark.range(0, 90_000, 1, 2).selectExpr("id k", "sin(id) x")).save(large.toString());
    List<String> told = told("-Xmx64m", SmallHeapScorer.class, fits, large);
    assertThat(told).hasSize(2);
    assertThat(told.get(0)).isEqualTo("1");
    assertThat(told.get(1))
        .matches(
            "Stage at '.*large' takes \\d MB, but a JVM with a heap of 6\\d MB loads at most \\d MB; raise -Xmx to \\d+m or more[.]");
  }

  /** What does not fit is told in a sentence, and what is just small enough is done. */
  @Test
  void aDriverSaysWhatItHasNoRoomFor() throws Exception {
    List<String> told = told("-Xmx330m", SmallHeap.class, folder);
    assertThat(told).hasSize(6);
    String raise =
        "raise spark[.]driver[.]memory to \\d+m or more \\(-Xmx, where the session runs in a JVM of yours\\)";
    String heap = "but a driver with a heap of 3\\d\\d MB ";
    String tooManyKeys =
        "The statistics of 100 keys and 2000 features take \\d+ MB, "
            + heap
            + "holds at most \\d+ MB; "
            + raise
            + ", or take fewer or coarser key columns, or fewer features[.]";
    assertThat(told.get(0)).matches(tooManyKeys);
    assertThat(told.get(1))
        .matches(
            "Stage batchNorm_\\w+ takes \\d+ MB where it is saved, "
                + heap
                + "saves at most \\d+ MB; "
                + raise
                + "[.]");
    assertThat(told.get(2)).matches(tooManyKeys);
    assertThat(told.get(3)).isEqualTo("saved");
    assertThat(told.get(4)).isEqualTo("loaded");
    assertThat(told.get(5))
        .matches(
            "Stage at '.*large' takes 12 MB, " + heap + "loads at most \\d+ MB; " + raise + "[.]");
  }
}
