package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.OnFailingDisk;
import io.normact.job.JobFixture;
import io.normact.job.fault.FailingDisk;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jobs on a disk that fails once, at any change, as it does when it is full: the job ends in a
 * sentence, with the old outputs or the new ones, and does its work when it is run again.
 */
@Tag("thorough")
@ExtendWith(OnFailingDisk.class)
class FullDiskTest extends JobFixture {

  private static final int NEVER = 1_000_000;

  /** Changes of each job at which the disk fails; others with another seed. */
  private static final int TRIED = Integer.getInteger("fuzz.changes", 2);

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, k INT"}
      features: [x]
      stages: [batchNorm]
      output: {format: FORMAT, path: "DIR/work/out"}
      model: "DIR/work/model"
      report: "DIR/work/report.html"
      """;

  private static final String TABLE =
      """
      input: {format: json, path: DIR/in.json, schema: "x DOUBLE, k INT"}
      features: [x]
      stages: [activation: relu]
      output: {table: full.t}
      """;

  private final SplittableRandom random = new SplittableRandom(Long.getLong("fuzz.seed", 1));

  @BeforeEach
  void disk() {
    FailingDisk.replaceLocal(configuration(), work().toString());
  }

  @AfterEach
  void restore() {
    FailingDisk.restoreLocal(configuration());
  }

  private static Configuration configuration() {
    return LocalSpark.session().sparkContext().hadoopConfiguration();
  }

  private Path work() {
    return dir.resolve("work");
  }

  private void input(int rows) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      json.append(String.format(Locale.ROOT, "{\"x\":%d,\"k\":%d}%n", i * i, i % 2));
    }
    write("in.json", json.toString());
  }

  /** The rows of a folder; none where there is none. */
  private List<String> rows(String format, Path out) {
    if (!Files.exists(out)) {
      return List.of();
    }
    SparkSession spark = LocalSpark.session();
    return spark
        .read()
        .format(format)
        .option("header", true)
        .load(out.toString())
        .collectAsList()
        .stream()
        .map(Row::mkString)
        .sorted()
        .toList();
  }

  private String mean() {
    Path model = work().resolve("model");
    return Files.exists(model)
        ? ((BatchNormModel) PipelineModel.load(model.toString()).stages()[0]).mean().toString()
        : "none";
  }

  private List<String> hidden() throws IOException {
    try (Stream<Path> files = Files.walk(work())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("normact") || name.contains("_temporary"))
          .toList();
    }
  }

  private String html() throws IOException {
    Path page = work().resolve("report.html");
    return Files.exists(page) ? Files.readString(page).strip() : "</html>";
  }

  /** Begins anew with the outputs of a job on fewer rows, if there are to be some. */
  private void begin(String format, List<String> options, boolean outputs) {
    FailingDisk.failAt(0);
    FileUtil.fullyDelete(work().toFile());
    assertThat(work().toFile().mkdirs()).isTrue();
    input(5);
    if (outputs) {
      List<String> first = new ArrayList<>(options);
      first.removeIf(option -> option.startsWith("mode="));
      assertThat(run("run", spec(format), settings(first)).err()).isEmpty();
    }
    input(9);
  }

  private static String spec(String format) {
    return SPEC.replace("FORMAT", format);
  }

  private static List<String> settings(List<String> options) {
    List<String> all = new ArrayList<>();
    options.forEach(option -> all.addAll(List.of("--set", option)));
    return all;
  }

  /** The rows of a table; none where there is none. */
  private static List<String> rows(String table) {
    SparkSession spark = LocalSpark.session();
    return spark.catalog().tableExists(table)
        ? spark.table(table).collectAsList().stream().map(Row::mkString).sorted().toList()
        : List.of();
  }

  /** Spark counts the session's views among them, which other tests have made. */
  private static List<String> tables() {
    return LocalSpark.session()
        .sql("SHOW TABLES IN full")
        .where("NOT isTemporary")
        .select("tableName")
        .as(Encoders.STRING())
        .collectAsList();
  }

  /** Begins anew with a table of fewer rows, if there is to be one. */
  private void beginTable(boolean exists) {
    FailingDisk.failAt(0);
    LocalSpark.session().sql("DROP DATABASE IF EXISTS full CASCADE");
    FileUtil.fullyDelete(work().toFile());
    LocalSpark.session().sql("CREATE DATABASE full LOCATION '" + work() + "/db'");
    input(5);
    if (exists) {
      assertThat(run("run", TABLE, List.of()).err()).isEmpty();
    }
    input(9);
  }

  @ParameterizedTest
  @CsvSource({
    "mode=overwrite, true",
    "mode=overwrite output.partitionBy=k, true",
    "mode=error, false"
  })
  void whicheverChangeFailsATableIsWhole(String settings, boolean exists) throws Exception {
    List<String> options = settings(List.of(settings.split(" ", -1)));
    try {
      beginTable(exists);
      List<String> before = rows("full.t");
      FailingDisk.failAt(NEVER);
      assertThat(run("run", TABLE, options).err()).isEmpty();
      // The last one renames the folder, after which Spark's catalog in memory has neither table.
      int changes = FailingDisk.changes(NEVER) - (exists ? 1 : 0);
      List<String> after = rows("full.t");
      assertThat(after).hasSize(9);
      for (int i = 0; i < TRIED; i++) {
        beginTable(exists);
        int change =
            i % 2 == 0
                ? changes - random.nextInt(Math.min(8, changes))
                : random.nextInt(changes) + 1;
        String as = String.format(Locale.ROOT, "%s, change %d of %d", settings, change, changes);
        FailingDisk.failAt(change);
        Result result = run("run", TABLE, options);
        FailingDisk.failAt(0);
        as += result.err();
        assertThat(rows("full.t")).as(as).isIn(before, after);
        if (result.status() == 0) {
          assertThat(rows("full.t")).as(as).isEqualTo(after);
          continue;
        }
        assertThat(result.err()).as(as).matches("Error: [A-Z'].*\n");
        if (exists || !rows("full.t").equals(after)) {
          assertThat(run("run", TABLE, options).err()).as(as).isEmpty();
        }
        assertThat(rows("full.t")).as(as).isEqualTo(after);
        assertThat(tables()).as(as).containsExactly("t");
        try (Stream<Path> folders = Files.list(work().resolve("db"))) {
          assertThat(folders).as(as).hasSize(1);
        }
      }
    } finally {
      LocalSpark.session().sql("DROP DATABASE IF EXISTS full CASCADE");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "run, parquet, mode=overwrite, true",
    "run, csv, mode=overwrite output.partitionBy=k output.options.header=true, true",
    "run, json, mode=error, false",
    "transform, orc, mode=append, true",
    "transform, parquet, mode=overwrite output.partitionBy=k, true",
    "update, parquet, mode=error, true",
    "report, parquet, mode=overwrite, true",
  })
  void whicheverChangeFailsNothingIsLost(
      String command, String format, String settings, boolean outputs) throws Exception {
    List<String> options = List.of(settings.split(" ", -1));
    begin(format, options, outputs);
    List<String> oldRows = rows(format, work().resolve("out"));
    String oldMean = mean();
    FailingDisk.failAt(NEVER);
    assertThat(run(command, spec(format), settings(options)).err()).isEmpty();
    int changes = FailingDisk.changes(NEVER);
    FailingDisk.failAt(0);
    List<String> newRows = rows(format, work().resolve("out"));
    String newMean = mean();
    assertThat(changes).isGreaterThan(3);
    for (int i = 0; i < TRIED; i++) {
      // The last changes put things into their places.
      int change =
          i % 2 == 0
              ? changes - random.nextInt(Math.min(20, changes))
              : random.nextInt(changes) + 1;
      String as = String.format(Locale.ROOT, "%s, change %d of %d", command, change, changes);
      begin(format, options, outputs);
      FailingDisk.failAt(change);
      Result result = run(command, spec(format), settings(options));
      FailingDisk.failAt(0);
      List<String> rows = rows(format, work().resolve("out"));
      assertThat(result.err().lines().count()).as(as + result.err()).isLessThan(2);
      assertThat(rows).as(as).isIn(oldRows, newRows);
      assertThat(mean()).as(as).isIn(oldMean, newMean);
      assertThat(html()).as(as).endsWith("</html>");
      if (result.status() == 0) {
        assertThat(rows).as(as).isEqualTo(newRows);
        assertThat(mean()).as(as).isEqualTo(newMean);
        continue;
      }
      assertThat(result.err()).as(as).matches("Error: [A-Z'].*[^ ]\n");
      if (command.equals("update") && mean().equals(newMean)) {
        continue;
      }
      if (options.contains("mode=append") && rows.equals(newRows)) {
        continue;
      }
      boolean isDone = !outputs && rows.equals(newRows);
      if (!isDone) {
        Result again = run(command, spec(format), settings(options));
        assertThat(again.err()).as(as + " again, after " + result.err()).isEmpty();
        assertThat(rows(format, work().resolve("out"))).as(as).isEqualTo(newRows);
        assertThat(mean()).as(as).isEqualTo(newMean);
        assertThat(hidden()).as(as).isEmpty();
      }
    }
  }
}
