package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import io.normact.ml.BatchNormModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Penguins by species, by jobs alone: two species are fitted, a year later a third one comes along,
 * and another year is transformed. The expected numbers are exact sums of Python's fractions over
 * the file, rounded once.
 */
@Tag("thorough")
class KeyedJobTest extends JobFixture {

  private static final String SPEC =
      """
      input:
        format: csv
        path: sample-data/penguins.csv
        options: {header: true, inferSchema: true, nullValue: NA}
        where: year = 2007 AND species <> 'Gentoo'
      features: [body_mass_g, flipper_length_mm]
      stages:
        - batchNorm: {keyCols: [species], epsilon: 0, handleInvalid: mean, clip: 2, invalidIndicator: true}
      model: DIR/model
      """;

  /** Mean and variance of the body mass, by key, of 2007 without Gentoos. */
  private static final Map<String, double[]> FIRST =
      Map.of(
          "Adelie", new double[] {49, 3696.4285714285716, 198239.79591836734},
          "Chinstrap", new double[] {26, 3694.230769230769, 103235.94674556213});

  /** The same with all of 2008. */
  private static final Map<String, double[]> BOTH =
      Map.of(
          "Adelie", new double[] {99, 3719.4444444444443, 201231.7620650954},
          "Chinstrap", new double[] {44, 3737.5, 167911.93181818182},
          "Gentoo", new double[] {46, 5019.565217391304, 259291.11531190926});

  private void assertStatistics(Map<String, double[]> expected) throws Exception {
    Path stage;
    try (var stages = Files.list(dir.resolve("model/stages"))) {
      stage = stages.findFirst().orElseThrow();
    }
    Map<String, double[]> found = new HashMap<>();
    for (Row row :
        BatchNormModel.load(stage.toString())
            .statistics(LocalSpark.session())
            .filter("feature = 'body_mass_g'")
            .collectAsList()) {
      found.put(
          row.getString(0),
          new double[] {row.<Long>getAs("count"), row.getAs("mean"), row.getAs("variance")});
    }
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, numbers) -> assertThat(found.get(key)).as(key).containsExactly(numbers));
  }

  private Result job(String command, String where, String more, String... options) {
    return run(
        command,
        SPEC.replace("year = 2007 AND species <> 'Gentoo'", where) + more,
        List.of(options));
  }

  @Test
  void aSpeciesThatComesLater() throws Exception {
    String summary = dir.resolve("summary.json").toString();
    Result fit = job("fit", "year = 2007 AND species <> 'Gentoo'", "", "--summary", summary);
    assertThat(fit.err()).isEmpty();
    assertThat(fit.out()).contains("on 76 rows.\n  By species: 2 keys.\n");
    assertThat(Files.readString(Path.of(summary))).contains("\"keys\" : 2,");
    assertStatistics(FIRST);

    Result before = job("report", "year = 2008", "report: DIR/before.html\n");
    assertThat(before.err()).isEmpty();
    assertThat(before.out())
        .contains(
            "By species: 3 keys in 114 rows. 1 key with 46 rows is unknown to the model: they go by all rows.");

    Result update = job("update", "year = 2008", "");
    assertThat(update.err()).isEmpty();
    assertThat(update.out()).contains("114 rows of them new; 3 keys, 1 of them new.");
    assertStatistics(BOTH);

    assertThat(job("transform", "year = 2009", "output: {path: DIR/out}\n").err()).isEmpty();
    int invalid = 0;
    List<Row> rows = LocalSpark.session().read().parquet(path("out")).collectAsList();
    assertThat(rows).hasSize(120);
    for (Row row : rows) {
      double[] ofSpecies = BOTH.get(row.<String>getAs("species"));
      Integer mass = row.getAs("body_mass_g");
      double x = mass == null ? ofSpecies[1] : mass;
      double expected = Math.max(-2, Math.min((x - ofSpecies[1]) / Math.sqrt(ofSpecies[2]), 2));
      assertThat(row.<Double>getAs("body_mass_g_batchNorm")).isCloseTo(expected, within(1e-12));
      assertThat(row.<Double>getAs("body_mass_g_invalid")).isEqualTo(mass == null ? 1 : 0);
      invalid += mass == null ? 1 : 0;
    }
    assertThat(invalid).isEqualTo(1);
  }

  @Test
  void driftWithinAKeyIsAFinding() throws Exception {
    assertThat(job("fit", "year < 2009", "").err()).isEmpty();
    String report = "report: DIR/report.html\nmode: overwrite\n";
    Result same = job("report", "year < 2009", report, "--fail-on", "drift");
    assertThat(same.err()).isEmpty();
    assertThat(same.status()).isZero();
    Result heavy =
        job("report", "body_mass_g > 4000 AND year < 2009", report, "--fail-on", "drift");
    assertThat(heavy.status()).isEqualTo(3);
    assertThat(heavy.err()).contains("drifted: ", "body_mass_g where species=Adelie (mean by +");
    assertThat(heavy.out()).contains("have drifted within some of the keys.");
    assertThat(Files.readString(dir.resolve("report.json")))
        .contains("\"byKey\":{\"keyCols\":[\"species\"]");
  }

  /** What the model makes of them does not hide them. */
  @ParameterizedTest
  @ValueSource(strings = {"mean", "keep", "skip"})
  @Tag("thorough")
  void invalidValuesAreFindings(String handleInvalid) throws Exception {
    String set = "stages=[batchNorm: {keyCols: [species], handleInvalid: " + handleInvalid + "}]";
    assertThat(job("validate", "year > 0", "", "--set", set).out())
        .contains("Stage: batchNorm with handleInvalid=" + handleInvalid + ", keyCols=[species]");
    assertThat(job("fit", "year > 0", "", "--set", set).err()).isEmpty();
    Result report =
        job(
            "report",
            "year > 0",
            "report: DIR/report.html\n",
            "--set",
            set,
            "--fail-on",
            "invalid>0.5%");
    assertThat(report.err())
        .isEqualTo(
            "Error: The job is done; found by --fail-on: 2 features invalid in more than 0.5% of the rows: 'body_mass_g_batchNorm', 'flipper_length_mm_batchNorm'.\n");
    assertThat(report.status()).isEqualTo(3);
    assertThat(Files.readString(dir.resolve("report.json")))
        .contains("\"rows\":344,\"skippedRows\":" + (handleInvalid.equals("skip") ? 2 : 0));
  }
}
