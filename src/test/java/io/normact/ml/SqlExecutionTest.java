package io.normact.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.report.ColumnReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever watches a session's queries sees passes over rows as well. */
class SqlExecutionTest {

  @TempDir static Path folder;

  private static final SparkSession SPARK = LocalSpark.session();

  /** What Spark told its listeners of. */
  private static final class Watch extends SparkListener implements QueryExecutionListener {
    final List<String> started = Collections.synchronizedList(new ArrayList<>());
    final List<String> succeeded = Collections.synchronizedList(new ArrayList<>());
    final List<String> failed = Collections.synchronizedList(new ArrayList<>());
    final List<String> jobs = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof SparkListenerSQLExecutionStart start) {
        started.add(start.description());
      }
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      jobs.add(String.valueOf(start.properties().getProperty("spark.sql.execution.id")));
    }

    @Override
    public void onSuccess(String name, QueryExecution query, long nanos) {
      assertThat(query.logical().toString()).isNotEmpty();
      succeeded.add(name);
    }

    @Override
    public void onFailure(String name, QueryExecution query, Exception error) {
      failed.add(name + ": " + error.getMessage());
    }
  }

  private static Watch watch(Runnable action) throws Exception {
    Watch watch = new Watch();
    SPARK.sparkContext().listenerBus().waitUntilEmpty();
    SPARK.sparkContext().addSparkListener(watch);
    SPARK.listenerManager().register(watch);
    try {
      action.run();
      SPARK.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      SPARK.listenerManager().unregister(watch);
      SPARK.sparkContext().removeSparkListener(watch);
    }
    assertThat(watch.jobs).isNotEmpty().doesNotContain("null");
    return watch;
  }

  private static Dataset<Row> rows() {
    return SPARK.range(0, 90, 1, 3).selectExpr("sin(id) x", "id % 7 y", "id % 2 label");
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCols(new String[] {"xo", "yo"});
  }

  private static BatchNorm infomax() {
    return stage().setActivation("sigmoid").setLearn("infomax");
  }

  private static BatchNorm supervised() {
    return stage().setActivation("elu").setLearn("supervised").setLabelCol("label").setMaxIter(3);
  }

  private record Pass(List<String> names, Consumer<Dataset<Row>> action) {}

  static Stream<Pass> passes() {
    BatchNormModel model = stage().fit(rows());
    return Stream.of(
        new Pass(List.of("BatchNorm.fit"), data -> stage().fit(data)),
        new Pass(List.of("BatchNorm.fit", "BatchNorm.learn"), data -> infomax().fit(data)),
        new Pass(List.of("BatchNorm.fit", "BatchNorm.learn"), data -> supervised().fit(data)),
        new Pass(List.of("BatchNormModel.update"), model::update),
        new Pass(
            List.of("ColumnReport.of"),
            data -> ColumnReport.of(data, List.of("x"), ActivationFunction.of("sigmoid"))));
  }

  @ParameterizedTest
  @MethodSource("passes")
  void passesAreExecutionsAndFillObservations(Pass pass) throws Exception {
    Observation observation = new Observation();
    Dataset<Row> observed = rows().observe(observation, count(lit(1)).as("rows"));
    Watch watch = watch(() -> pass.action.accept(observed));
    assertThat(watch.started).isEqualTo(pass.names);
    assertThat(watch.succeeded).isEqualTo(pass.names);
    assertThat(watch.failed).isEmpty();
    // However often learning went over the rows, each was observed once.
    assertThat(assertTimeoutPreemptively(Duration.ofMinutes(1), observation::getAsJava))
        .isEqualTo(Map.of("rows", 90L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void scansOfColumnsAreExecutionsToo(String format) throws Exception {
    String path = folder.resolve(format).toString();
    rows().write().format(format).save(path);
    Dataset<Row> stored = SPARK.read().format(format).load(path);
    assertThat(watch(() -> stage().fit(stored)).succeeded).containsExactly("BatchNorm.fit");
  }

  @Test
  void shufflesBeforeAFitBelongToIt() throws Exception {
    Dataset<Row> data = rows().repartition(4, col("y")).groupBy("y").sum("x");
    BatchNorm stage = new BatchNorm().setInputCol("sum(x)").setOutputCol("o");
    Watch watch = watch(() -> stage.fit(data));
    assertThat(watch.succeeded).containsExactly("BatchNorm.fit");
    assertThat(watch.jobs).hasSizeGreaterThan(1);
    assertThat(watch.jobs.stream().distinct()).hasSize(1);
  }

  @Test
  void failuresAreTold() throws Exception {
    Dataset<Row> negative = rows().selectExpr("x", "y", "-label w");
    Watch watch =
        watch(
            () ->
                assertThatThrownBy(() -> stage().setWeightCol("w").fit(negative))
                    .isInstanceOf(IllegalArgumentException.class));
    assertThat(watch.succeeded).isEmpty();
    assertThat(watch.failed).singleElement().asString().startsWith("BatchNorm.fit: ");
  }

  @Test
  void aNameGivenByTheUserStays() throws Exception {
    SPARK.sparkContext().setCallSite("nightly job");
    try {
      assertThat(watch(() -> stage().fit(rows())).started).containsExactly("nightly job");
      assertThat(SPARK.sparkContext().getLocalProperty("callSite.short")).isEqualTo("nightly job");
    } finally {
      SPARK.sparkContext().clearCallSite();
    }
    stage().fit(rows());
    assertThat(SPARK.sparkContext().getLocalProperty("callSite.short")).isNull();
  }
}
