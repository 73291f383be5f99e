package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.normact.LocalSpark;
import io.normact.OnFailingDisk;
import io.normact.job.fault.FailingDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is saved with each batch, and what is never lost. */
@Tag("thorough")
@ExtendWith(OnFailingDisk.class)
class RunningBatchNormTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final String MARKS = "mapreduce.fileoutputcommitter.marksuccessfuljobs";
  private static final String QUERY_ID = "sql.streaming.queryId";

  @TempDir Path folder;

  @AfterEach
  void reset() {
    configuration().unset(MARKS);
    SPARK.sparkContext().setLocalProperty(QUERY_ID, null);
  }

  private static Configuration configuration() {
    return SPARK.sparkContext().hadoopConfiguration();
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCols(new String[] {"xo", "yo"});
  }

  private static Dataset<Row> batch(int number) {
    return SPARK
        .range(10L * number, 10L * number + 10, 1, 1)
        .selectExpr("sin(id) x", "cos(id) y", "double(id < 10) label");
  }

  private static Dataset<Row> batches(int last) {
    return SPARK.range(0, 10L * last + 10, 1, 1).selectExpr("sin(id) x", "cos(id) y", "id");
  }

  private String path() {
    return folder.resolve("models").toString();
  }

  private BatchNormModel latest() {
    return RunningBatchNorm.latest(path(), SPARK).orElseThrow();
  }

  private static void assertSame(BatchNormModel actual, BatchNormModel expected) {
    assertThat(actual.count()).isEqualTo(expected.count());
    assertThat(actual.mean()).isEqualTo(expected.mean());
    assertThat(actual.variance()).isEqualTo(expected.variance());
    assertThat(actual.summary().invalid()).isEqualTo(expected.summary().invalid());
    assertThat(actual.summary().skippedRows()).isEqualTo(expected.summary().skippedRows());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void delete(Path root, String name) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.getFileName().toString().matches(name)).toList()) {
        Files.delete(file);
      }
    }
  }

  /** What a fit over all batches gives, and what the model of the stream gives, is one. */
  @ParameterizedTest
  @CsvSource({"mean, true, 0", "keep, true, 1.5", "skip, false, 0.5", "mean, false, 1"})
  void invalidAndFarValuesAreThoseOfOneFit(String handleInvalid, boolean indicator, double clip)
      throws Exception {
    Dataset<Row> data =
        batches(3)
            .selectExpr(
                "x * IF(abs(x) > 0.98, 1e6, 1) AS x",
                "IF(y > 0.9, NULL, IF(y < -0.9, double('NaN'), y)) AS y",
                "id")
            .repartition(3);
    BatchNorm stage =
        stage()
            .setHandleInvalid(handleInvalid)
            .setInvalidIndicator(indicator)
            .setActivation("softsign");
    if (clip > 0) {
      stage.setClip(clip);
    }
    RunningBatchNorm running = new RunningBatchNorm(stage, path());
    for (long i = 0; i < 4; i++) {
      running.call(data.where("id div 10 = " + i), i);
    }
    BatchNormModel expected = stage.fit(data);
    assertSame(latest(), expected);
    Dataset<Row> rows = latest().transform(data);
    assertThat(rows.schema()).isEqualTo(expected.transform(data).schema());
    assertThat(rows.orderBy("id").collectAsList())
        .isEqualTo(expected.transform(data).orderBy("id").collectAsList());
    assertThat(List.of(rows.columns()).contains("y_invalid")).isEqualTo(indicator);
    if (clip > 0) {
      assertThat(rows.agg(org.apache.spark.sql.functions.max("xo")).head().getDouble(0))
          .isCloseTo(clip / (1 + clip), within(1e-12));
    }
    assertThatThrownBy(
            () ->
                new RunningBatchNorm(stage.copy(ParamMap.empty()).setClip(9), path())
                    .call(batch(4), 4L))
        .hasMessageContaining("come from a stage with other params: ")
        .hasMessageContaining("clip");
  }

  /** Whichever change of the disk fails, and whether the object goes on or another begins. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFailedSaveLosesNoRowAndCountsNoneTwice(boolean restarted) throws Exception {
    RunningBatchNorm first = new RunningBatchNorm(stage(), path());
    first.call(batch(0), 0L);
    first.call(batch(1), 1L);
    BatchNormModel expected = stage().fit(batches(3));
    int failures = 0;
    for (int change = 1; ; change += restarted ? 3 : 1) {
      Path models = folder.resolve("failing-" + change);
      copy(Path.of(path()), models);
      String failing = FailingDisk.SCHEME + ":" + models;
      RunningBatchNorm running = new RunningBatchNorm(stage(), failing);
      FailingDisk.failAt(change);
      try {
        running.call(batch(2), 2L);
      } catch (Exception e) {
        failures++;
      }
      boolean finished = FailingDisk.isStillToFail();
      FailingDisk.failAt(0);
      running = restarted ? new RunningBatchNorm(stage(), failing) : running;
      running.call(batch(2), 2L);
      running.call(batch(3), 3L);
      assertSame(RunningBatchNorm.latest(failing, SPARK).orElseThrow(), expected);
      try (Stream<Path> kept = Files.list(models)) {
        assertThat(kept).hasSize(2);
      }
      if (finished) {
        break;
      }
    }
    assertThat(failures).isGreaterThan(restarted ? 3 : 10);
  }

  /** Whatever fails, changes and accesses alike, however often and in whichever batch. */
  @ParameterizedTest
  @ValueSource(strings = {"", "momentum", "keys", "skip"})
  void noRunOfFailuresLosesARowOrCountsOneTwice(String kind) throws Exception {
    long seed = Long.getLong("fuzz.seed", 1);
    SplittableRandom random = new SplittableRandom(31 * seed + kind.hashCode());
    BatchNorm stage = stage();
    switch (kind) {
      case "momentum" -> stage.setMomentum(0.25);
      case "keys" -> stage.setKeyCols("label");
      case "skip" -> stage.setHandleInvalid("skip").setHistogram(true);
      default -> {}
    }
    String failing = FailingDisk.SCHEME + ":" + folder.resolve("failing");
    RunningBatchNorm running = new RunningBatchNorm(stage, failing);
    RunningBatchNorm undisturbed = new RunningBatchNorm(stage, path());
    int failures = 0;
    for (int number = 0; number < 4; number++) {
      // The first batch has no valid value, so that it is kept without a model.
      String y = kind.equals("skip") ? "IF(y > 0.5 OR label > 0, NULL, y) y" : "y";
      Dataset<Row> batch = batch(number).selectExpr("x", y, "label");
      undisturbed.call(batch, (long) number);
      for (int attempt = 0, last = random.nextInt(2, 4); attempt <= last; attempt++) {
        FailingDisk.failAt(attempt == last || random.nextInt(3) == 0 ? 0 : random.nextInt(1, 30));
        FailingDisk.failAtAccess(
            attempt == last || random.nextInt(3) == 0 ? 0 : random.nextInt(1, 60));
        try {
          running.call(batch, (long) number);
        } catch (Exception e) {
          assertThat(attempt).as("%s of seed %d: %s", kind, seed, e).isLessThan(last);
          failures++;
        }
        FailingDisk.failAt(0);
        FailingDisk.failAtAccess(0);
        if (random.nextInt(3) > 0) {
          running = new RunningBatchNorm(stage, failing);
        }
      }
    }
    assertSame(RunningBatchNorm.latest(failing, SPARK).orElseThrow(), latest());
    try (Stream<Path> kept = Files.list(folder.resolve("failing"))) {
      assertThat(kept.map(file -> file.getFileName().toString())).contains("batch-2", "batch-3");
    }
    assertThat(failures).as("failures of seed %d", seed).isPositive();
  }

  @Test
  void completenessNeedsNoMarkOfSparks() throws Exception {
    configuration().set(MARKS, "false");
    for (long number = 0; number < 4; number++) {
      new RunningBatchNorm(stage(), path()).call(batch((int) number), number);
    }
    assertSame(latest(), stage().fit(batches(3)));
    try (Stream<Path> kept = Files.list(Path.of(path()))) {
      assertThat(kept.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("batch-2", "batch-3");
    }
  }

  /** As normact 0.1.0 left them: without a file of ours, with Spark's mark or without. */
  @ParameterizedTest
  @CsvSource({"_stream.json", "_stream.json|_SUCCESS.*|[.].*"})
  void foldersOfTheFirstReleaseGoOn(String without) throws Exception {
    RunningBatchNorm running = new RunningBatchNorm(stage(), path());
    running.call(batch(0), 0L);
    running.call(batch(1), 1L);
    delete(Path.of(path()), without);
    SPARK.sparkContext().setLocalProperty(QUERY_ID, "one");
    new RunningBatchNorm(stage(), path()).call(batch(1), 1L);
    new RunningBatchNorm(stage(), path()).call(batch(2), 2L);
    assertSame(latest(), stage().fit(batches(2)));
    delete(Path.of(path()), without);
    assertThatThrownBy(() -> new RunningBatchNorm(stage(), path()).call(batch(0), 0L))
        .hasMessageContaining("go up to batch 2, but this is batch 0");
    assertThatThrownBy(
            () -> new RunningBatchNorm(stage().setMomentum(0.25), path()).call(batch(3), 3L))
        .hasMessageContaining("momentum (0.0 there, 0.25 now)");
  }

  @Test
  void whatIsNoBatchIsLeftAlone() throws Exception {
    for (String name :
        List.of("batch-2-backup", "batch-", "batch-x", "batch-99999999999999999999")) {
      Files.createDirectories(folder.resolve("models").resolve(name).resolve("metadata"));
      Files.writeString(folder.resolve("models").resolve(name).resolve("metadata/_SUCCESS"), "");
      Files.writeString(folder.resolve("models").resolve(name).resolve("metadata/part-0"), "");
    }
    for (long number = 0; number < 4; number++) {
      new RunningBatchNorm(stage(), path()).call(batch((int) number), number);
    }
    assertSame(latest(), stage().fit(batches(3)));
    assertThat(folder.resolve("models/batch-2-backup")).isDirectory();
  }

  /** A folder that has a batch's name may hold more than a batch. */
  @Test
  void whatElseLiesInABatchsFolderIsNotRemoved() throws Exception {
    for (long number = 0; number < 2; number++) {
      new RunningBatchNorm(stage(), path()).call(batch((int) number), number);
    }
    Path mine = folder.resolve("models/batch-0/notes.txt");
    Files.writeString(mine, "mine");
    new RunningBatchNorm(stage(), path()).call(batch(2), 2L);
    assertThat(mine).hasContent("mine");
    Path inTheWay = folder.resolve("models/batch-3/rows.csv");
    Files.createDirectory(inTheWay.getParent());
    Files.writeString(inTheWay, "mine");
    assertThatThrownBy(() -> new RunningBatchNorm(stage(), path()).call(batch(3), 3L))
        .hasMessageMatching(
            "Batch 3 can't be saved: '.*/batch-3/rows.csv' is no file of a batch; move it away.");
    assertThat(inTheWay).hasContent("mine");
    Files.delete(inTheWay);
    new RunningBatchNorm(stage(), path()).call(batch(3), 3L);
    assertSame(latest(), stage().fit(batches(3)));
  }

  @Test
  void anotherQueryIsAnError() throws Exception {
    SPARK.sparkContext().setLocalProperty(QUERY_ID, "one");
    RunningBatchNorm running = new RunningBatchNorm(stage(), path());
    running.call(batch(0), 0L);
    running.call(batch(1), 1L);
    SPARK.sparkContext().setLocalProperty(QUERY_ID, "two");
    String message =
        "Models in '%s' follow the streaming query one up to its batch 1, but this is batch %d of query two; start the query from the checkpoint that belongs to the folder, or give it an empty folder.";
    for (long number : new long[] {0, 1, 2}) {
      assertThatThrownBy(() -> running.call(batch(0), number)).hasMessage(message, path(), number);
      assertThatThrownBy(() -> new RunningBatchNorm(stage(), path()).call(batch(0), number))
          .hasMessage(message, path(), number);
    }
    SPARK.sparkContext().setLocalProperty(QUERY_ID, "one");
    running.call(batch(2), 2L);
    assertSame(latest(), stage().fit(batches(2)));
  }

  @Test
  void aChangedStageIsAnError() throws Exception {
    new RunningBatchNorm(stage().setActivation("Sigmoid"), path()).call(batch(0), 0L);
    BatchNorm changed =
        stage()
            .setMomentum(0.5)
            .setActivation("elu")
            .setOutputCols(new String[] {"xo", "z"})
            .setGamma(new double[] {1, 2});
    assertThatThrownBy(() -> new RunningBatchNorm(changed, path()).call(batch(1), 1L))
        .hasMessage(
            "Models in '%s' come from a stage with other params: activation (sigmoid there, elu(alpha=1.0) now), gamma (unset there, [1.0,2.0] now), momentum (0.0 there, 0.5 now), outputCols ([\"xo\",\"yo\"] there, [\"xo\",\"z\"] now); set them back, or begin anew with an empty folder and a new checkpoint.",
            path());
    BatchNorm same = stage().setActivation("sigmoid()").setAggregationDepth(3).setTol(1e-6);
    assertThatCode(() -> new RunningBatchNorm(same, path()).call(batch(1), 1L))
        .doesNotThrowAnyException();
  }

  private static Dataset<Row> sql(String values) {
    return SPARK.sql("SELECT * FROM VALUES " + values + " AS t(x, y, v)");
  }

  private static BatchNorm mixed(String handleInvalid) {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y", "v"})
        .setOutputCols(new String[] {"xo", "yo", "vo"})
        .setHandleInvalid(handleInvalid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "skip"})
  void batchesWithoutAValidValueCountLater(String handleInvalid) throws Exception {
    BatchNorm stage = mixed(handleInvalid);
    String nulls = "(DOUBLE(NULL), DOUBLE('NaN'), CAST(NULL AS ARRAY<DOUBLE>))";
    String some = "(1D, DOUBLE(NULL), CAST(NULL AS ARRAY<DOUBLE>))";
    String all = "(3D, 5D, array(1D, 2D)), (4D, 7D, array(2D, 5D))";
    List<Dataset<Row>> batches =
        List.of(sql(all).limit(0), sql(nulls), sql(some), sql(all), sql(nulls + ", " + all));
    long number = 0;
    for (Dataset<Row> batch : batches) {
      new RunningBatchNorm(stage, path()).call(batch, number++);
      Optional<BatchNormModel> model = RunningBatchNorm.latest(path(), SPARK);
      assertThat(model.isPresent()).isEqualTo(number > 3);
    }
    Dataset<Row> together = batches.stream().reduce(Dataset::union).orElseThrow();
    assertSame(latest(), stage.fit(together));
  }

  @Test
  void aFeatureNotYetSeenStartsAsTorchDoes() throws Exception {
    BatchNorm stage = stage().setHandleInvalid("keep").setEpsilon(0);
    Dataset<Row> first = SPARK.sql("SELECT id x, DOUBLE(NULL) y FROM range(4)");
    RunningBatchNorm running = new RunningBatchNorm(stage, path());
    running.call(first, 0L);
    assertThat(latest().count()).isEqualTo(Vectors.dense(4, 0));
    assertThat(latest().mean()).isEqualTo(Vectors.dense(1.5, 0));
    assertThat(latest().variance()).isEqualTo(Vectors.dense(1.25, 1));
    assertThat(latest().transform(SPARK.sql("SELECT 1.5D x, 8D y")).select("yo").first().get(0))
        .isEqualTo(8.0);
    running.call(first, 1L);
    assertThat(latest().variance()).isEqualTo(Vectors.dense(1.25, 1));
    running.call(batch(0), 2L);
    assertSame(latest(), stage.fit(first.union(first).union(batch(0).select("x", "y"))));
  }

  @Test
  void invalidValuesOfTheFirstBatchAreAnErrorUnlessTheyMayBe() throws Exception {
    RunningBatchNorm running = new RunningBatchNorm(mixed("error"), path());
    assertThatThrownBy(() -> running.call(sql("(1D, 2D, CAST(NULL AS ARRAY<DOUBLE>))"), 0L))
        .hasMessage(
            "Invalid values (null, NaN or infinite) are in 'v' (1), but handleInvalid is error; clean the data or choose skip, keep or mean.");
    running.call(sql("(1D, 2D, array(1D))"), 0L);
    assertThat(latest().count()).isEqualTo(Vectors.dense(1, 1, 1));
  }

  @Test
  void learningWaitsForWhatItNeeds() throws Exception {
    BatchNorm stage =
        stage().setActivation("elu").setLearn("supervised").setLabelCol("label").setMaxIter(2);
    RunningBatchNorm running = new RunningBatchNorm(stage, path());
    running.call(batch(0), 0L);
    assertThat(RunningBatchNorm.latest(path(), SPARK)).isEmpty();
    running.call(batch(0).union(batch(1)).selectExpr("x", "y", "x > 0 AS l", "label"), 1L);
    assertThat(latest().gamma()).isNotEqualTo(Vectors.dense(1, 1));
    assertThat(latest().count()).isEqualTo(Vectors.dense(30, 30));
  }

  @Test
  void aSavedBatchIsThereWholeOrNotAtAll() throws Exception {
    RunningBatchNorm running = new RunningBatchNorm(stage(), path());
    running.call(batch(0), 0L);
    running.call(batch(1), 1L);
    // As a driver that was killed leaves it.
    Path second = Path.of(path(), "batch-1");
    delete(second, "_stream.json|part-.*");
    new RunningBatchNorm(stage(), path()).call(batch(1), 1L);
    assertSame(latest(), stage().fit(batches(1)));
    Files.writeString(second.resolve("_stream.json"), "{\"batch\":");
    Files.deleteIfExists(second.resolve("._stream.json.crc"));
    assertThatThrownBy(() -> RunningBatchNorm.latest(path(), SPARK))
        .hasMessageContaining("_stream.json' is damaged: it is no JSON.");
    try (Stream<Path> all = Files.walk(second)) {
      all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    assertSame(latest(), stage().fit(batches(0)));
  }
}
