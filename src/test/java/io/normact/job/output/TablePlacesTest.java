package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a command line or a spec names is written into the folder of a table. */
class TablePlacesTest extends JobFixture {

  private static final String OF_TABLE =
      """
      input: {%s}
      stages: [batchNorm]
      output: {path: DIR/out}
      model: DIR/model
      """;

  private void table(String name, String location) {
    LocalSpark.session()
        .sql(
            String.format(Locale.ROOT, "CREATE TABLE %s (x DOUBLE) USING json %s", name, location));
    LocalSpark.session().sql("INSERT INTO " + name + " VALUES (1), (2)");
  }

  private Result job(String input, String... options) {
    return run("run", OF_TABLE.formatted(input), List.of(options));
  }

  @AfterEach
  void drop() {
    LocalSpark.session().sql("DROP TABLE IF EXISTS table_places");
  }

  /** Each is refused for another reason, before or after the input is opened. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "table: table_places",
        "sql: SELECT x FROM table_places",
        "table: table_places, where: x > 0 AND y > 0"
      })
  void logOfARefusedJobStaysOutOfTheTablesThatItReads(String input) throws Exception {
    table("table_places", "LOCATION '" + path("t") + "'");
    write("model/other", "");
    Map<String, String> before = tree(dir.resolve("t"));
    String log = path("t/deep/x.log");
    for (List<String> more : List.of(List.<String>of(), List.of("--fail-on", "nothing"))) {
      List<String> options = new ArrayList<>(List.of("--log", log));
      options.addAll(more);
      assertThat(job(input, options.toArray(new String[0])))
          .isEqualTo(
              new Result(
                  2,
                  "",
                  "Error: Option --log is 'DIR/t/deep/x.log', which overlaps table spark_catalog.default.table_places 'DIR/t'; choose a file that lies apart.\n"));
      assertThat(tree(dir.resolve("t"))).isEqualTo(before);
    }
    Result apart = job(input, "--log", path("apart/x.log"));
    assertThat(apart.status()).isEqualTo(2);
    assertThat(apart.err()).doesNotContain("--log");
    assertThat(Files.readString(dir.resolve("apart/x.log"))).contains(" Failed.");
  }

  @Test
  void whatCanNotBeOpenedHoldsNoLog() throws Exception {
    assertThat(job("table: table_places", "--log", path("x.log")).err())
        .startsWith("Error: Key 'input.table': The table or view `table_places` cannot be found.");
    assertThat(Files.readString(dir.resolve("x.log"))).contains(" Failed.");
  }

  @ParameterizedTest
  @CsvSource({"--log, x.log", "--summary, x.json"})
  void fileStaysOutOfTablesOfTheWarehouse(String option, String name) throws Exception {
    table("table_places", "");
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    Path folder =
        Path.of(java.net.URI.create(LocalSpark.session().conf().get("spark.sql.warehouse.dir")))
            .resolve("table_places");
    Map<String, String> before = tree(folder);
    String file = folder.resolve(name).toString();
    Result inside = run("run", ONE_NUMBER, List.of(option, file));
    assertThat(inside.status()).isEqualTo(2);
    assertThat(inside.err())
        .isEqualTo(
            "Error: Option %s is '%s', which overlaps table spark_catalog.default.table_places '%s'; choose a file that lies apart.\n"
                .formatted(option, file, folder));
    assertThat(tree(folder)).isEqualTo(before);
    assertThat(dir.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--log, x.log, _delta_log, a Delta table",
    "--summary, x.json, .hoodie, a Hudi table",
    "--log, deep/x.log, _spark_metadata, the output of a stream"
  })
  void fileStaysOutOfALogOfTransactions(String option, String name, String mark, String what)
      throws Exception {
    write("in.json", "{\"x\":1}\n{\"x\":2}\n");
    Files.createDirectories(dir.resolve("t").resolve(mark));
    assertThat(run("run", ONE_NUMBER, List.of(option, path("t/" + name))))
        .isEqualTo(
            new Result(
                2,
                "",
                "Error: Option %s is 'DIR/t/%s', but 'DIR/t' is %s, whose files belong to its log; choose a file that lies apart.\n"
                    .formatted(option, name, what)));
    assertThat(dir.resolve("t")).isDirectoryNotContaining("glob:**/x.*");
    assertThat(dir.resolve("out")).doesNotExist();
  }
}
