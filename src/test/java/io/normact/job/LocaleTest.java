package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs and functions give the same text, names and bits wherever the machine thinks it is. */
@Tag("thorough")
class LocaleTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, v ARRAY<DOUBLE>, w DOUBLE"}
      weight: w
      features: [x, v]
      stages:
        - batchNorm: {learn: infomax, activation: sigmoid, handleInvalid: skip}
        - activation: "elu(alpha=0.5)"
      output: {format: json, path: DIR/out}
      model: DIR/model
      report: DIR/report.html
      """;

  /** What a job leaves behind, and says. */
  private record Answer(
      Result result,
      Result wrong,
      String page,
      String json,
      List<Row> statistics,
      List<Row> functions,
      List<Row> rows) {}

  @Test
  void sameInEveryLocale() throws IOException {
    writeInput();
    Locale before = Locale.getDefault();
    Answer expected = answer("root");
    for (String tag :
        List.of("ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "mr-IN-u-nu-deva", "tr-TR")) {
      Locale.setDefault(Locale.forLanguageTag(tag));
      try {
        assertThat(answer(tag)).as(tag).isEqualTo(expected);
      } finally {
        Locale.setDefault(before);
      }
    }
  }

  /** The locales are there at all: without their data the JVM would write plain digits. */
  @Test
  void theLocalesHaveDigitsOfTheirOwn() {
    for (String tag : List.of("ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "mr-IN-u-nu-deva")) {
      assertThat(String.format(Locale.forLanguageTag(tag), "%d", 7)).as(tag).isNotEqualTo("7");
    }
    assertThat("I".toLowerCase(Locale.forLanguageTag("tr-TR"))).isNotEqualTo("i");
  }

  private void writeInput() {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String x = i % 9 == 0 ? "null" : Double.toString(random.nextGaussian());
      lines.add(
          String.format(
              Locale.ROOT,
              "{\"x\": %s, \"v\": [%s, %s], \"w\": %s}",
              x,
              random.nextGaussian() * 1000,
              random.nextDouble(),
              1 + i % 3));
    }
    write("in.json", String.join("\n", lines) + "\n");
  }

  private Answer answer(String name) throws IOException {
    Result result = run("run", SPEC, List.of("--set", "mode=overwrite"));
    assertThat(result.status()).as(result.err()).isZero();
    Result wrong =
        run(
            "validate",
            SPEC,
            List.of("--set", "stages.0.batchNorm.maxIter=" + 3_000_000_000L, "--set", "INPUT=x"));
    // New texts of generated code each time, since what was compiled once is not compiled anew.
    String column = "c" + name.replaceAll("[^a-zA-Z]", "");
    List<Row> functions =
        LocalSpark.session()
            .range(0, 40, 1, 2)
            .selectExpr("id - 20.5D AS " + column)
            .selectExpr(
                "sigmoid(" + column + ") AS a",
                "ELU(" + column + ", 0.5) AS b",
                "softmax(array(" + column + ", 1D)) AS c",
                "activate(" + column + ", 'HARD_SIGMOID') AS d")
            .collectAsList();
    List<Row> statistics =
        io.normact.ml.BatchNormModel.class
            .cast(org.apache.spark.ml.PipelineModel.load(path("model")).stages()[0])
            .statistics(LocalSpark.session())
            .collectAsList();
    assertThat(statistics).extracting(row -> row.getString(1)).containsExactly("x", "v[0]", "v[1]");
    return new Answer(
        result,
        wrong,
        undated("report.html"),
        undated("report.json"),
        statistics,
        functions,
        LocalSpark.session().read().json(path("out")).orderBy("x", "w").collectAsList());
  }

  /** A report's text without the time of day at which it was made. */
  private String undated(String file) throws IOException {
    return Files.readString(Path.of(path(file)))
        .replaceAll("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z", "TIME");
  }
}
