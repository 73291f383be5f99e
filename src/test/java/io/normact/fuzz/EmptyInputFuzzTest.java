package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.fuzz.Fuzz.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs without a row: files of 0 bytes, files with a header or a schema alone, folders without a
 * file. A saved model transforms them to nothing, and whatever needs a row says that there is none,
 * if the columns are known; if they are not, that is what has to be said.
 */
@Tag("thorough")
class EmptyInputFuzzTest {

  private static final String COLUMNS = "id INT, x DOUBLE, y DOUBLE";

  private static final List<String> FORMATS = List.of("csv", "json", "parquet", "orc");

  private static final List<String> COMMANDS =
      List.of("validate", "run", "fit", "transform", "transform", "transform", "report");

  private static final String SPEC =
      """
      {input: {format: %1$s, path: '%2$s', options: {header: true}%3$s}, features: %4$s, label: id,
       stages: [{batchNorm: {activation: sigmoid}}], model: '%5$s', output: {path: '%6$s/out'%7$s},
       report: '%6$s/report.html'}
      """;

  /** What there is instead of rows. */
  private enum Content {
    NO_FILES,
    HIDDEN_FILES,
    NO_BYTES,
    NO_ROWS
  }

  @TempDir static Path folder;

  @BeforeAll
  static void fit() throws IOException {
    Path data = Files.writeString(folder.resolve("in.csv"), "id,x,y\n1,1,10\n2,2,20.5\n3,-3,60\n");
    Path spec =
        Files.writeString(
            folder.resolve("fit.yaml"),
            String.format(
                Locale.ROOT,
                SPEC,
                "csv",
                data,
                ", schema: '" + COLUMNS + "'",
                "[x, y]",
                model(),
                folder,
                ""));
    assertThat(JobAnswer.of(folder, List.of("fit", spec.toString())))
        .isEqualTo(new JobAnswer(0, ""));
  }

  private static Path model() {
    return folder.resolve("model");
  }

  @Test
  void everyEmptyInputIsTransformedToNothingOrNamed() throws Exception {
    Fuzz.run(getClass(), 3, Duration.ofMinutes(1), EmptyInputFuzzTest::tryInput);
  }

  private static Outcome tryInput(SplittableRandom random, List<String> trail) throws Exception {
    Path dir = Files.createTempDirectory(folder, "case");
    try {
      String format = Texts.one(FORMATS, random);
      Content content = Texts.one(List.of(Content.values()), random);
      boolean typed = random.nextInt(3) > 0;
      String command = Texts.one(COMMANDS, random);
      boolean streaming = command.equals("transform") && random.nextInt(3) == 0;
      boolean fits = !command.equals("transform");
      Path spec =
          Files.writeString(
              dir.resolve("spec.yaml"),
              String.format(
                  Locale.ROOT,
                  SPEC,
                  format,
                  dir.resolve("in"),
                  (typed ? ", schema: '" + COLUMNS + "'" : "")
                      + (streaming ? ", streaming: true" : ""),
                  random.nextBoolean() ? "'*'" : "[x, y]",
                  fits ? dir.resolve("model") : model(),
                  dir,
                  streaming
                      ? String.format(Locale.ROOT, ", checkpoint: '%s/checkpoint'", dir)
                      : ""));
      write(content, format, Files.createDirectory(dir.resolve("in")), random);
      trail.add(String.format(Locale.ROOT, "%s of %s, %s", content, format, command));
      trail.add(Files.readString(spec));

      JobAnswer answer = JobAnswer.of(dir, List.of(command, spec.toString()));

      boolean binary = format.equals("parquet") || format.equals("orc");
      if (!typed && !(binary && content == Content.NO_ROWS)) {
        assertColumnsAreMissed(answer, binary && content == Content.NO_BYTES);
        return Outcome.REFUSED;
      }
      if (fits && !command.equals("validate")) {
        assertThat(answer)
            .isEqualTo(
                new JobAnswer(
                    1,
                    "Error: The input is empty, but statistics need at least one row with a valid value and a positive weight.\n"));
        return Outcome.REFUSED;
      }
      assertThat(answer).isEqualTo(new JobAnswer(0, ""));
      if (command.equals("transform") && !streaming) {
        assertNothingIsWritten(dir.resolve("out"));
      }
      return Outcome.ACCEPTED;
    } finally {
      FileUtil.fullyDelete(dir.toFile());
    }
  }

  /** A file of 0 bytes is none of a format that ends in a footer, and may be called damaged. */
  private static void assertColumnsAreMissed(JobAnswer answer, boolean damaged) {
    if (damaged && answer.status() == 1) {
      assertThat(answer.error()).contains("/in/part-");
    } else {
      answer.assertBlamesTheSpec();
      assertThat(answer.error()).containsPattern("input|features|label");
    }
  }

  private static void assertNothingIsWritten(Path out) {
    var written = LocalSpark.session().read().parquet(out.toString());
    assertThat(written.columns()).containsExactly("id", "x", "y", "x_batchNorm", "y_batchNorm");
    assertThat(written.count()).isZero();
  }

  private static void write(Content content, String format, Path input, SplittableRandom random)
      throws IOException {
    List<Path> parts = new ArrayList<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      parts.add(input.resolve(String.format(Locale.ROOT, "part-%d.%s", i, format)));
    }
    switch (content) {
      case NO_FILES -> parts.clear();
      case HIDDEN_FILES -> {
        Files.writeString(input.resolve("_SUCCESS"), "");
        Files.writeString(input.resolve("." + parts.get(0).getFileName() + ".crc"), "crc");
      }
      case NO_BYTES -> {
        for (Path part : parts) {
          Files.createFile(part);
        }
      }
      case NO_ROWS -> writeNoRows(format, parts, input);
    }
  }

  private static void writeNoRows(String format, List<Path> parts, Path input) throws IOException {
    switch (format) {
      case "csv" -> {
        for (Path part : parts) {
          Files.writeString(part, "id,x,y\n");
        }
      }
      case "json" -> {
        for (Path part : parts) {
          Files.writeString(part, "\n\n");
        }
      }
      default ->
          LocalSpark.session()
              .createDataFrame(List.of(), StructType.fromDDL(COLUMNS))
              .write()
              .format(format)
              .mode("append")
              .save(input.toString());
    }
  }
}
