package io.normact.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.job.JobFixture;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which columns are features, and what is said of the others. */
class FeatureChoiceTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "zip INT, price_a DOUBLE, price_b FLOAT, `a.b` DOUBLE, flag BOOLEAN, name STRING, geo STRUCT<lon: DOUBLE, lat: DOUBLE, at: STRUCT<x: INT>>, y DOUBLE"}
      label: y
      stages: [activation: relu]
      output: {path: DIR/out}
      """;

  private void writeRows() {
    write(
        "in.json",
        """
        {"zip":1,"price_a":-1.5,"price_b":2,"a.b":3,"flag":true,"name":"n","geo":{"lon":-4,"lat":5,"at":{"x":6}},"y":1}
        {"zip":2,"price_a":2.5,"price_b":-2,"a.b":4,"flag":false,"name":"m","geo":{"lat":7},"y":0}
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"*\" | zip, price_a, price_b, a.b",
        "[price_b, geo.lon, flag] | price_b, geo.lon, flag",
        "{include: \"price_*\"} | price_a, price_b",
        "{include: \"PRICE_?\"} | price_a, price_b",
        "{include: [price_b, \"*\"], exclude: zip} | price_b, price_a, a.b",
        "{exclude: [\"z*\", a.b]} | price_a, price_b",
        "{types: double} | price_a, a.b",
        "{types: [float, INT]} | zip, price_b",
        "{include: \"geo.*\"} | geo.lon, geo.lat",
        "{include: [\"geo.*\", \"geo.*.*\"]} | geo.lon, geo.lat, geo.at.x",
        "{include: [\"*\", flag], types: double} | price_a, a.b, flag",
        "{types: boolean} | flag",
        "{include: \"a*b\"} | a.b",
        "{include: \"*\", exclude: \"geo.*\"} | zip, price_a, price_b, a.b"
      })
  void namesAndPatternsChoose(String features, String chosen) {
    writeRows();
    Result result = run("validate", SPEC, List.of("--set", "features=" + features));
    assertThat(result.err()).isEmpty();
    assertThat(
            result
                .out()
                .lines()
                .filter(line -> line.contains(" -> "))
                .map(line -> line.strip().replaceAll(" -> .*", ""))
                .toList())
        .isEqualTo(List.of(chosen.split(", ", -1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{include: [\"price_*\", flag], exclude: price_b} | Left out, being not included: zip (int), a.b (double), name (string), geo (struct<lon:double,lat:double,at:struct<x:int>>).\\nLeft out, being excluded: price_b (float).",
        "{types: double, exclude: a.b} | Left out, being of another type: zip (int), price_b (float), flag (boolean), name (string), geo (struct<lon:double,lat:double,at:struct<x:int>>).\\nLeft out, being excluded: a.b (double).",
        "{include: [\"geo.*\", \"*\"]} | Left out, being of another type: flag (boolean), name (string).",
        "\"*\" | Left out of \"*\", being no numbers: flag (boolean), name (string), geo (struct<lon:double,lat:double,at:struct<x:int>>)."
      })
  void whatIsLeftOutIsSaid(String features, String said) {
    writeRows();
    Result result = run("run", SPEC, List.of("--set", "features=" + features));
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith(
            said.replace("\\n", "\n") + "\nLeft out, being the label: y (double).\nWrote 2 rows ");
  }

  /** Columns with another role are no features, and that is said too. */
  @Test
  void columnsOfOtherRolesAreLeftOut() {
    writeRows();
    String[] features = {"\"*\"", "{types: [double, int]}"};
    for (String chosen : features) {
      Result result =
          run(
              "validate",
              SPEC,
              List.of(
                  "--set", "features=" + chosen,
                  "--set", "weight=PRICE_A",
                  "--set", "stages=[{batchNorm: {keyCols: [NAME, zip]}}]"));
      assertThat(result.err()).isEmpty();
      assertThat(result.out())
          .contains(
              "Left out, being of a key (2): zip (int), name (string).\n",
              "Left out, being the weight (1): price_a (double).\n",
              "Left out, being the label (1): y (double).\n")
          .contains(chosen.equals("\"*\"") ? "Columns (2):\n" : "Columns (");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{include: price} | Key 'features.include' names column 'price', which the input does not have; did you mean 'price_a'?",
        "{include: geo.lan} | Key 'features.include' names column 'geo.lan', which the input does not have; did you mean 'geo.lon'?",
        "{include: name} | Key 'features.include' names column 'name' of type string, but a feature must be a number, a vector or an array of numbers.",
        "{include: \"prize_*\"} | Key 'features.include' has 'prize_*', which fits no column of numbers; the columns are 'zip', 'price_a', 'price_b', 'a.b', 'flag', ",
        "{include: \"price_*\", types: bigint} | Key 'features.include' has 'price_*', which fits no column of type bigint, only 'price_a' (double), 'price_b' (float).",
        "{include: \"na*\"} | Key 'features.include' has 'na*', which fits no column of numbers, only 'name' (string).",
        "{exclude: zipp} | Key 'features.exclude' names column 'zipp', which the input does not have; did you mean 'zip'?",
        "{exclude: \"*_id\"} | Key 'features.exclude' has '*_id', which fits no column of any type; the columns are ",
        "{exclude: \"*\"} | Key 'features' leaves none of the input's columns other than label and weight: ",
        "[geo.lat, nam] | Key 'features' names column 'nam', which the input does not have; did you mean 'name'?",
        "[zip, \"price_*\"] | Key 'features' names column 'price_*', which the input does not have; patterns stand under features.include.",
        "price_? | Key 'features' names column 'price_?', which the input does not have; patterns stand under features.include.",
        "{include: y, types: double} | "
      })
  void whatFitsNothingIsNamed(String features, String message) {
    writeRows();
    Result result = run("validate", SPEC, List.of("--set", "features=" + features));
    if (message == null) {
      assertThat(result.err()).isEmpty();
      return;
    }
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
  }

  /** What was chosen is in the model, which reads structs and booleans by itself. */
  @Test
  void fieldsOfStructsAndBooleansAreFittedSavedAndApplied() {
    writeRows();
    String spec =
        SPEC.replace("activation: relu", "batchNorm: {handleInvalid: keep, epsilon: 0}")
            + "features: {include: [geo.lon, flag, geo.at.x], exclude: geo.at.x}\nmodel: DIR/model\n";
    assertThat(run("run", spec, List.of()).err()).isEmpty();
    var rows = parquet("out").orderBy("zip").select("`geo.lon_batchNorm`", "flag_batchNorm");
    assertThat(rows.collectAsList().toString()).isEqualTo("[[0.0,1.0], [null,-1.0]]");
    PipelineModel model = PipelineModel.load(path("model"));
    assertThat(
            model
                .transform(
                    io.normact.LocalSpark.session()
                        .sql(
                            "SELECT named_struct('lat', 1D, 'lon', -4D) AS geo, true AS flag, 1 AS zip"))
                .select("`geo.lon_batchNorm`", "flag_batchNorm")
                .head()
                .toString())
        .isEqualTo("[0.0,1.0]");
    Result report = run("report", spec, List.of("--set", "report=" + path("r.html")));
    assertThat(report.err()).isEmpty();
    assertThat(report.out()).contains("geo.lon", "flag");
    Result again =
        run(
            "transform",
            spec,
            List.of("--set", "output.path=" + path("out2"), "--set", "features="));
    assertThat(again.err()).isEmpty();
    Result skipped =
        run(
            "transform",
            spec,
            List.of(
                "--set",
                "output.path=" + path("out3"),
                "--set",
                "stages.0.batchNorm.handleInvalid=skip"));
    assertThat(skipped.err()).isEmpty();
    assertThat(parquet("out3").count()).isEqualTo(1);
  }
}
