package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of the catalog as inputs and outputs, and rows added to what is there. */
@Tag("thorough")
class TableTargetTest extends JobFixture {

  private static final String SPEC =
      """
      input: {table: db.source}
      features: [x]
      stages: [activation: relu]
      output: {table: db.target, columns: [y]}
      """;

  private final SparkSession spark = LocalSpark.session();

  @BeforeEach
  void makeDatabase() {
    spark.sql(String.format(Locale.ROOT, "CREATE DATABASE db LOCATION '%s'", path("db")));
    spark.sql("CREATE TABLE db.source USING parquet AS SELECT id, id - 1D AS x FROM range(4)");
    spark.sql("CREATE VIEW db.seen AS SELECT * FROM db.source");
    spark.sql(
        String.format(
            Locale.ROOT,
            "CREATE TABLE db.far USING json LOCATION '%s' AS SELECT 1D AS x",
            path("far")));
    spark.sql("CREATE TABLE db.bare (x DOUBLE) USING parquet");
  }

  @AfterEach
  void dropDatabase() {
    spark.sql("DROP DATABASE db CASCADE");
  }

  private Result job(String command, String... overrides) {
    List<String> options = new ArrayList<>();
    for (String override : overrides) {
      options.addAll(List.of("--set", override.replace("DIR", dir.toString())));
    }
    return run(command, SPEC, options);
  }

  private String rows(String table) {
    return spark.table(table).orderBy("id", "y").collectAsList().toString();
  }

  @Test
  void tableIsReadAndMadeReplacedAndAddedTo() {
    assertThat(job("run"))
        .isEqualTo(new Result(0, "Wrote 4 rows with 3 columns to db.target.\n", ""));
    assertThat(rows("db.target"))
        .isEqualTo("[[0,-1.0,0.0], [1,0.0,0.0], [2,1.0,1.0], [3,2.0,2.0]]");
    assertThat(job("run").err())
        .isEqualTo(
            "Error: Key 'output.table' is 'db.target', which exists already; choose another name, or set mode to append or overwrite.\n");
    assertThat(job("run", "mode=append", "input.where=x = 2").out())
        .isEqualTo("Wrote 1 row with 3 columns to db.target.\n");
    assertThat(spark.table("db.target").count()).isEqualTo(5);
    Result replaced =
        job(
            "run",
            "mode=overwrite",
            "input.table=",
            "input.sql=SELECT 7L AS id, x FROM db.seen WHERE x > 0",
            "output.partitionBy=id",
            "output.format=orc");
    assertThat(replaced.err()).isEmpty();
    assertThat(spark.table("db.target").where("x = 2 AND y = 2 AND id = 7").count()).isEqualTo(1);
    assertThat(spark.table("db.target").count()).isEqualTo(2);
    assertThat(spark.sql("SHOW PARTITIONS db.target").count()).isEqualTo(1);
    assertThat(job("run", "mode=append").err()).isEmpty();
    assertThat(spark.table("db.target").count()).isEqualTo(6);
    // Without the views that other tests of this JVM have in the session.
    assertThat(spark.sql("SHOW TABLES IN db").where("NOT isTemporary").count()).isEqualTo(5);
    assertThat(job("validate", "mode=overwrite").out())
        .contains("Input: db.source, a table, 2 columns.", "Output: db.target, a table, replaces");
  }

  /**
   * The old table is dropped once the new one is whole, and who finds the new one alone takes it.
   */
  @Test
  void killedReplacementIsTakenUp() {
    job("run");
    spark.sql("ALTER TABLE db.target RENAME TO db.target_normact_new3");
    spark.sql(
        "ALTER TABLE db.target_normact_new3 SET TBLPROPERTIES ('normact.replaces' = 'spark_catalog.db.target')");
    Result unreadable = job("run", "mode=overwrite", "input.where=raise_error('no') > x");
    assertThat(unreadable.status()).isNotZero();
    assertThat(rows("db.target")).startsWith("[[0,").endsWith("[3,2.0,2.0]]");
    assertThat(job("run", "mode=overwrite", "input.where=id = 3").err()).isEmpty();
    assertThat(rows("db.target")).isEqualTo("[[3,2.0,2.0]]");
    assertThat(spark.sql("SHOW TABLES IN db LIKE '*_normact_new*'").isEmpty()).isTrue();
    assertThat(spark.sql("SHOW TBLPROPERTIES db.target").where("key LIKE 'normact%'").isEmpty())
        .isTrue();
    Result failed =
        job(
            "run",
            "mode=overwrite",
            "input.table=",
            "input.sql=SELECT id, CAST(raise_error('no') AS DOUBLE) AS x FROM db.source");
    assertThat(failed.status()).isNotZero();
    assertThat(rows("db.target")).isEqualTo("[[3,2.0,2.0]]");
  }

  /** A table is no job's own for its name, and nor is a folder of the database. */
  @Test
  @Tag("thorough")
  void tablesThatOnlyHaveSuchANameAreKept() throws Exception {
    job("run");
    spark.sql("CREATE TABLE db.target_normact_new USING json AS SELECT 1 AS mine");
    spark.sql("CREATE TABLE db.next_normact_new USING json AS SELECT 2 AS mine");
    spark.sql("CREATE VIEW db.target_normact_new2 AS SELECT 3 AS mine");
    // Left by a job that was to replace another table.
    spark.sql("CREATE TABLE db.target_normact_new_too USING json AS SELECT 4 AS mine");
    spark.sql(
        "ALTER TABLE db.target_normact_new_too SET TBLPROPERTIES ('normact.replaces' = 'spark_catalog.db.target_normact_new_')");
    write("db/target_normact_new3/rows", "x");
    for (String table : List.of("db.target", "db.next", "db.next")) {
      assertThat(job("run", "mode=overwrite", "output.table=" + table, "input.where=id = 3").err())
          .isEmpty();
      assertThat(rows(table)).isEqualTo("[[3,2.0,2.0]]");
    }
    for (String table :
        List.of(
            "target_normact_new",
            "next_normact_new",
            "target_normact_new2",
            "target_normact_new_too")) {
      assertThat(spark.table("db." + table).columns()).as(table).containsExactly("mine");
    }
    assertThat(dir.resolve("db/target_normact_new3/rows")).exists();
    assertThat(spark.sql("SHOW TABLES IN db LIKE '*_normact_new*'").count()).isEqualTo(4);
  }

  /** By whatever name, view, query or path a table is read, nothing that is read is written to. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "output.table=db.source | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "output.table=spark_catalog.DB.Source | Key 'output.table' is 'spark_catalog.DB.Source', which the input reads; choose another table.",
        "output.table=db.source; mode=append | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "input.table=db.seen; output.table=db.source | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "input.table=; input.sql=SELECT 1D AS x WHERE 1 > (SELECT max(x) FROM db.seen); output.table=db.source | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "input.table=; input.sql=WITH a AS (SELECT * FROM db.source WHERE false) SELECT * FROM a; output.table=db.source | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "input.table=db.bare; input.where=x IN (SELECT x FROM db.source); output.table=db.source | Key 'output.table' is 'db.source', which the input reads; choose another table.",
        "input.table=; input.path=DIR/far; input.format=json; output.table=db.far; mode=append | Key 'output.table' is 'db.far' (DIR/far), which overlaps input.path 'DIR/far'; choose folders that lie apart.",
        "output.table=; output.path=DIR/db/source | Key 'output.path' is 'DIR/db/source', which overlaps table spark_catalog.db.source 'DIR/db/source'; choose folders that lie apart.",
        "input.table=db.bare; output.table=; output.path=DIR/db/bare/new | Key 'output.path' is 'DIR/db/bare/new', which overlaps table spark_catalog.db.bare 'DIR/db/bare'; choose folders that lie apart.",
        "input.table=db.bare; output.table=; output.path=DIR/db; mode=append | Key 'output.path' is 'DIR/db', which overlaps table spark_catalog.db.bare 'DIR/db/bare'; choose folders that lie apart.",
        "output.table=db.far; model=DIR/far/model | Key 'model' is 'DIR/far/model', which overlaps table spark_catalog.db.far 'DIR/far'; choose folders that lie apart.",
        "output.table=db.far | Key 'output.table' is 'db.far', a table over files of its own at 'file:DIR/far', which is not replaced; append to it, or write to output.path.",
        "output.table=db.seen | Key 'output.table' is 'db.seen', which is a view; choose another name.",
        "input.table=db.bare; output.table=db.seen | Key 'output.table' is 'db.seen', which is a view; choose another name.",
        "output.table=nodb.t | Key 'output.table' is 'nodb.t', but there is no database 'nodb'.",
        "output.table=a b | Key 'output.table': ",
        "output.table=a.b.c.d | Key 'output.table': ",
        "output.table=db.far; mode=append; output.format=csv | Key 'output.format' is 'csv', but table 'db.far' is of format json; leave the key out.",
        "output.table=db.far; mode=append; output.partitionBy=x | Key 'output.partitionBy' is [x], but table 'db.far' is laid out by []; leave the key out.",
        "input.table=db.nowhere | Key 'input.table': The table or view `db`.`nowhere` cannot be found.",
        "input.table=parquet.`DIR/db/source` | Key 'input.table': The table or view `parquet`.`DIR/db/source` cannot be found.",
        "input.table=; input.sql=SELECT * FROM json.`DIR/far` | Key 'input.sql': The table or view `json`.`DIR/far` cannot be found."
      })
  void whatIsReadIsNotWritten(String overrides, String message) throws Exception {
    List<String> before = everything();
    List<String> options = new ArrayList<>(List.of("mode=overwrite"));
    options.addAll(List.of(overrides.split("; ", -1)));
    Result result = job("run", options.toArray(new String[0]));
    assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(everything()).isEqualTo(before);
  }

  private List<String> everything() throws Exception {
    List<String> tables =
        new ArrayList<>(
            spark.sql("SHOW TABLES IN db").collectAsList().stream().map(Object::toString).toList());
    tables.add(spark.table("db.source").collectAsList().toString());
    tables.addAll(files().stream().filter(name -> !name.equals("spec.yaml")).toList());
    return tables;
  }

  /** Nothing that a spec names is run: a query reads. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.sql=DROP TABLE db.source | Key 'input.sql'",
        "input.sql=WITH a AS (SELECT 1 AS x) INSERT INTO db.bare SELECT * FROM a | Key 'input.sql'",
        "input.sql=FROM db.source INSERT INTO db.bare SELECT x | Key 'input.sql'",
        "input.sql=SELECT 1D AS x; DROP TABLE db.source | Key 'input.sql'",
        "input.sql=SET a=b | Key 'input.sql'",
        "input.sql=ADD JAR 'x.jar' | Key 'input.sql'",
        "input.sql=CREATE TEMPORARY FUNCTION f AS 'x.Y' | Key 'input.sql'",
        "input.sql=SHOW TABLES | Key 'input.sql'",
        "input.sql=SELECT TRANSFORM (x) USING 'touch DIR/run' AS (x DOUBLE) FROM db.source | Key 'input.sql' is 'SELECT TRANSFORM",
        "input.sql=SELECT java_method('java.lang.System', 'setProperty', 'normact.run', 'yes') AS x | Key 'input.sql' would run a method of Java, but nothing that a spec names is run: a query only reads.",
        "input.sql=SELECT 1D AS x WHERE EXISTS (SELECT reflect('java.lang.System', 'setProperty', 'normact.run', 'yes')) | Key 'input.sql' would run a method of Java",
        "input.sql=SELECT * FROM VALUES (reflect('java.lang.System', 'setProperty', 'normact.run', 'yes')) AS t(x) | Key 'input.sql'",
        "input.sql=SELECT | Key 'input.sql': Syntax error",
        "input.table=db.source; input.where=java_method('java.lang.System', 'setProperty', 'normact.run', 'yes') = 'no' | Key 'input.where' would run a method of Java",
        "input.table=db.source; input.where=x | Key 'input.where': ",
        "input.table=db.source; input.where=x > | Key 'input.where': Syntax error",
        "input.table=db.source; input.where=z > 1 | Key 'input.where': A column, variable, or function parameter with name `z` cannot be resolved.",
        "input.table=db.source; input.where=x IN (SELECT x FROM json.`DIR/far`) | Key 'input.where': The table or view"
      })
  void queryOnlyReads(String overrides, String message) throws Exception {
    List<String> before = everything();
    List<String> options = new ArrayList<>(List.of("input.table="));
    options.addAll(List.of(overrides.split("; (?=input)", -1)));
    for (String command : List.of("run", "validate")) {
      Result result = job(command, options.toArray(new String[0]));
      assertThat(result.err()).startsWith("Error: " + message).hasLineCount(1);
      assertThat(result.status()).isEqualTo(2);
    }
    assertThat(System.getProperty("normact.run")).isNull();
    assertThat(everything()).isEqualTo(before);
    assertThat(spark.conf().get("spark.sql.runSQLOnFiles")).isEqualTo("true");
  }

  @Test
  void streamGoesFromTableToTable() {
    List<String> streaming =
        List.of("input.streaming=true", "output.checkpoint=DIR/checkpoint", "model=DIR/model");
    List<String> fit = List.of("stages=[batchNorm]", "model=DIR/model");
    assertThat(job("fit", fit.toArray(new String[0])).err()).isEmpty();
    List<String> all = new ArrayList<>(fit);
    all.addAll(streaming);
    Result result = job("transform", all.toArray(new String[0]));
    assertThat(result)
        .isEqualTo(
            new Result(
                0, "Wrote 4 rows to db.target; the stream's last batch was number 0.\n", ""));
    assertThat(job("transform", all.toArray(new String[0])).out())
        .isEqualTo("The stream had nothing new.\n");
    all.add("output.table=db.source");
    assertThat(job("transform", all.toArray(new String[0])).err())
        .isEqualTo(
            "Error: Key 'output.table' is 'db.source', which the input reads; choose another table.\n");
  }

  /** Spark would drop the table before it writes the new one, which may then fail. */
  @Test
  void tableThatCannotBeReplacedAtOnceIsKept() {
    spark.conf().set("spark.sql.catalog.plain", PlainCatalog.class.getName());
    try {
      Result result = job("run", "output.table=plain.db.t", "mode=overwrite");
      assertThat(result.err())
          .isEqualTo(
              "Error: Key 'output.table' is 'plain.db.t', which has other columns or another layout, and catalog 'plain' can't replace a table at once; drop it first, or choose another name.\n");
      assertThat(result.status()).isEqualTo(2);
      assertThat(
              job("run", "output.table=plain.db.t", "mode=overwrite", "input.table=plain.db.t")
                  .err())
          .isEqualTo(
              "Error: Key 'output.table' is 'plain.db.t', which the input reads; choose another table.\n");
    } finally {
      spark.conf().unset("spark.sql.catalog.plain");
    }
  }

  @Test
  void rowsAreAddedToAFolder() throws Exception {
    String[] toFolder = {"output.table=", "output.path=DIR/out", "mode=append"};
    assertThat(job("run", toFolder).err()).isEmpty();
    assertThat(job("run", toFolder).out()).isEqualTo("Wrote 4 rows with 3 columns to DIR/out.\n");
    assertThat(parquet("out").count()).isEqualTo(8);
    List<String> other = new ArrayList<>(List.of(toFolder));
    other.add("output.format=json");
    assertThat(job("run", other.toArray(new String[0])).err())
        .isEqualTo(
            "Error: Key 'output.format' is 'json', but files of parquet are in 'DIR/out'; append in that format, or choose another path.\n");
    other.set(3, "output.partitionBy=id");
    assertThat(job("run", other.toArray(new String[0])).err())
        .isEqualTo(
            "Error: Key 'output.partitionBy' is [id], but 'DIR/out' is laid out by []; append in that layout, or choose another path.\n");
    write("table/_delta_log/0.json", "{}");
    other.set(3, "output.path=DIR/table");
    assertThat(job("run", other.toArray(new String[0])).err()).contains("is a Delta table");
    assertThat(job("validate", toFolder).out())
        .contains("Output: DIR/out, parquet, adds to what is there.\n");
    assertThat(parquet("out").count()).isEqualTo(8);
  }

  @Test
  void outputTakesItsInputsName() {
    String[] overrides = {"output.columns=[X]", "output.keepInputs=false", "model=DIR/model"};
    assertThat(job("run", overrides).err()).isEmpty();
    assertThat(spark.table("db.target").columns()).containsExactly("id", "X");
    assertThat(spark.table("db.target").agg(org.apache.spark.sql.functions.sum("x")).head().get(0))
        .isEqualTo(3.0);
    assertThat(
            job(
                    "transform",
                    "model=DIR/model",
                    "output.table=db.t2",
                    "output.columns=[x]",
                    "output.keepInputs=false")
                .err())
        .isEmpty();
    assertThat(spark.table("db.t2").columns()).containsExactly("id", "x");
    assertThat(
            job("run", "output.columns=[id]", "output.keepInputs=false", "output.table=db.t3")
                .err())
        .contains("Key 'output.columns' has 'id', but a column of this name exists already");
  }

  @Test
  void sampleIsForTheFitAlone() {
    String[] overrides = {
      "input.table=",
      "input.sql=SELECT id, id * 1D AS x FROM range(1000)",
      "input.sample=0.25",
      "stages=[batchNorm]"
    };
    Result result = job("run", overrides);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .matches("(?s)Fitted batchNorm: 1 feature on 2\\d\\d rows\\..*Wrote 1,000 rows .*");
    assertThat(
            job(
                    "run",
                    List.of(
                            overrides[0],
                            overrides[1],
                            overrides[2],
                            overrides[3],
                            "mode=overwrite")
                        .toArray(new String[0]))
                .out())
        .isEqualTo(result.out());
    assertThat(job("validate", overrides[0], overrides[1], overrides[2], "output=").out())
        .contains("Fitted on: a share of 0.25 of the rows.\n");
  }
}
