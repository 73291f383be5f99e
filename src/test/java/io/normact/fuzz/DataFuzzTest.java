package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.fuzz.DataColumn.Kind;
import io.normact.fuzz.Fuzz.Outcome;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data of any kind through the stage and through the job. Where the data allow an answer it is
 * compared with {@link PlainBatchNorm}, and with itself under another order, partitioning, form of
 * vectors and file format; where they don't, they must be refused, and nothing is written.
 */
@Tag("thorough")
class DataFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = "_batchNorm";
  private static final int CASES_FOR_A_JOB = 4;
  private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  /** ORC forgets that a struct was a vector. */
  private static final Map<String, List<Kind>> FORMATS =
      new TreeMap<>(
          Map.of(
              "parquet",
              List.of(Kind.values()),
              "orc",
              List.of(Kind.DOUBLE, Kind.FLOAT, Kind.LONG, Kind.DECIMAL, Kind.DOUBLES, Kind.FLOATS),
              "json",
              List.of(Kind.DOUBLE, Kind.FLOAT, Kind.LONG, Kind.DECIMAL, Kind.DOUBLES, Kind.FLOATS),
              "csv",
              List.of(Kind.DOUBLE, Kind.FLOAT, Kind.LONG, Kind.DECIMAL)));

  @TempDir static Path folder;

  @Test
  void everyDatasetIsNormalisedRightOrRefused() throws Exception {
    // Spark takes a minute or two to generate code for thousands of columns.
    Fuzz.run(getClass(), 4, Duration.ofMinutes(6), DataFuzzTest::tryData);
  }

  private static Outcome tryData(SplittableRandom random, List<String> trail) throws Exception {
    String format =
        random.nextInt(CASES_FOR_A_JOB) == 0
            ? Texts.one(List.copyOf(FORMATS.keySet()), random)
            : null;
    // Files in these formats keep names, or don't, by rules of their own.
    boolean plainNames = "csv".equals(format) || "orc".equals(format);
    DataCase data =
        DataCase.random(
            plainNames, format == null ? List.of(Kind.values()) : FORMATS.get(format), random);
    trail.add(data.columns().size() + " columns");
    trail.add(data.columns().toString());
    trail.add("case-sensitive " + data.caseSensitive());
    // In a thread without an active session Spark itself finds columns without regard to case.
    SparkSession.setActiveSession(LocalSpark.session());
    LocalSpark.session().conf().set(CASE_SENSITIVE, data.caseSensitive());
    try {
      return tryData(data, format, trail);
    } finally {
      LocalSpark.session().conf().unset(CASE_SENSITIVE);
    }
  }

  private static Outcome tryData(DataCase data, String format, List<String> trail)
      throws Exception {
    trail.add("weights " + data.weights());
    trail.add("params " + data.params().yaml());
    if (data.isAmbiguous() || data.isFaulty()) {
      assertThatThrownBy(() -> stage(data).fit(data.dataset(false, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .satisfies(e -> assertThat(e.getMessage()).matches("(?s)\\p{Lu}.*\\."));
      if (format != null && !data.isAmbiguous()) {
        JobAnswer answer = job(data, format, null);
        assertThat(answer.status()).as(answer.error()).isEqualTo(1);
      }
      return Outcome.REFUSED;
    }
    Dataset<Row> rows = data.dataset(false, 2);
    BatchNormModel model = stage(data).fit(rows);
    assertStatistics(data, model);
    Map<Integer, List<double[]>> outputs = outputs(data, model.transform(rows));
    assertOutputs(data, model, outputs);

    if (data.columns().size() < DataCase.WIDE) {
      assertOrderLeavesNoTrace(data, model, outputs);
    }
    if (format != null) {
      trail.add("job on " + format);
      JobAnswer answer = job(data, format, outputs);
      assertThat(answer).isEqualTo(new JobAnswer(0, ""));
    }
    return Outcome.ACCEPTED;
  }

  /** The same bits come of other partitions, another order and other forms of vectors. */
  private static void assertOrderLeavesNoTrace(
      DataCase data, BatchNormModel model, Map<Integer, List<double[]>> outputs) {
    Dataset<Row> reordered = data.withOtherVectors().dataset(true, 3);
    BatchNormModel again = stage(data).fit(reordered);
    assertThat(again.mean()).isEqualTo(model.mean());
    assertThat(again.variance()).isEqualTo(model.variance());
    assertSameBits(outputs(data, again.transform(reordered)), outputs);
  }

  private static BatchNorm stage(DataCase data) {
    DataParams params = data.params();
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(data.names().toArray(new String[0]))
            .setOutputCols(data.names().stream().map(name -> name + SUFFIX).toArray(String[]::new))
            .setEpsilon(params.epsilon())
            .setWithMean(params.withMean())
            .setWithStd(params.withStd())
            .setActivation(params.activation())
            .setHandleInvalid(params.handleInvalid());
    if (params.gamma() != null) {
      stage.setGamma(params.gamma());
    }
    if (params.beta() != null) {
      stage.setBeta(params.beta());
    }
    return data.weighted() ? stage.setWeightCol(DataCase.WEIGHT) : stage;
  }

  /** Mean and variance are within an ulp of the exact ones. */
  private static void assertStatistics(DataCase data, BatchNormModel model) {
    int feature = 0;
    for (DataColumn column : data.columns()) {
      for (List<Double> values : PlainBatchNorm.byFeature(data.staying(column))) {
        PlainBatchNorm.Statistics exact =
            PlainBatchNorm.Statistics.of(values, data.stayingWeights()).orElseThrow();
        assertThat(model.count().apply(feature)).isEqualTo((double) exact.count());
        assertWithinOneUlp(model.mean().apply(feature), exact.mean().doubleValue());
        assertWithinOneUlp(model.variance().apply(feature), exact.variance().doubleValue());
        feature++;
      }
    }
  }

  private static void assertWithinOneUlp(double actual, double exact) {
    assertThat(actual).isBetween(exact - Math.ulp(exact), exact + Math.ulp(exact));
  }

  /** The output columns of each row, by the row's id. */
  private static Map<Integer, List<double[]>> outputs(DataCase data, Dataset<Row> transformed) {
    Map<Integer, List<double[]>> outputs = new TreeMap<>();
    for (Row row : transformed.collectAsList()) {
      List<double[]> cells = new ArrayList<>();
      for (String name : data.names()) {
        Object cell = row.getAs(name + SUFFIX);
        cells.add(
            DataColumn.features(
                cell instanceof scala.collection.Seq<?> seq
                    ? scala.jdk.javaapi.CollectionConverters.asJava(seq)
                    : cell));
      }
      outputs.put(row.getAs(DataCase.ID), cells);
    }
    return outputs;
  }

  private static void assertOutputs(
      DataCase data, BatchNormModel model, Map<Integer, List<double[]>> outputs) {
    PlainBatchNorm plain = new PlainBatchNorm(data.params());
    int first = 0;
    for (int c = 0; c < data.columns().size(); c++) {
      DataColumn column = data.columns().get(c);
      boolean single = column.kind() == Kind.FLOAT || column.kind() == Kind.FLOATS;
      for (int i = 0; i < data.rows(); i++) {
        assertThat(outputs.containsKey(i)).isEqualTo(data.stays(i));
        double[] x = column.features(i);
        double[] y = data.stays(i) ? outputs.get(i).get(c) : null;
        assertThat(y == null).isEqualTo(x == null || !data.stays(i));
        for (int j = 0; y != null && j < x.length; j++) {
          int feature = first + j;
          PlainBatchNorm.Bounds bounds =
              plain.bounds(
                  x[j], feature, model.mean().apply(feature), model.variance().apply(feature));
          boolean holds =
              (single
                      ? new PlainBatchNorm.Bounds((float) bounds.least(), (float) bounds.greatest())
                      : bounds)
                  .hold(y[j]);
          assertThat(holds)
              .as(
                  "row %d, column %s, x %s gave %s, expected %s",
                  i, column.name(), x[j], y[j], bounds)
              .isTrue();
        }
      }
      first += DataCase.width(column);
    }
  }

  private static void assertSameBits(
      Map<Integer, List<double[]>> actual, Map<Integer, List<double[]>> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach(
        (id, cells) -> {
          for (int c = 0; c < cells.size(); c++) {
            assertThat(bits(cells.get(c)))
                .as("row %d, column %d: %s", id, c, Arrays.toString(cells.get(c)))
                .isEqualTo(bits(expected.get(id).get(c)));
          }
        });
  }

  /** Zeros of both signs differ in their bits. */
  private static long[] bits(double[] x) {
    return x == null ? null : Arrays.stream(x).mapToLong(Double::doubleToLongBits).toArray();
  }

  /** Runs the job on files of these data, and compares what it writes with what is expected. */
  private static JobAnswer job(DataCase data, String format, Map<Integer, List<double[]>> expected)
      throws Exception {
    Path dir = Files.createTempDirectory(folder, "job");
    try {
      Dataset<Row> rows = data.dataset(false, 2);
      rows.write()
          .format(format)
          .option("header", true)
          .mode(SaveMode.ErrorIfExists)
          .save(dir.resolve("in").toString());
      boolean typed = format.equals("parquet") || format.equals("orc");
      String spec =
          String.format(
              Locale.ROOT,
              """
          {input: {format: %s, path: '%s', options: {header: true}%s}, features: %s, %s
           stages: [{batchNorm: %s}], output: {path: '%s'}, model: '%s'}
          """,
              format,
              dir.resolve("in"),
              typed ? "" : ", schema: " + JSON.writeValueAsString(rows.schema().toDDL()),
              JSON.writeValueAsString(data.names()),
              data.weighted() ? "weight: " + DataCase.WEIGHT + "," : "",
              data.params().yaml(),
              dir.resolve("out"),
              dir.resolve("model"));
      Path file = Files.writeString(dir.resolve("spec.yaml"), spec);
      JobAnswer answer = JobAnswer.of(dir, List.of("run", file.toString()));
      if (answer.status() == 0) {
        assertThat(expected).as("data that can't be normalised").isNotNull();
        Dataset<Row> written = LocalSpark.session().read().parquet(dir.resolve("out").toString());
        assertSameBits(outputs(data, written), expected);
      }
      return answer;
    } finally {
      FileUtil.fullyDelete(dir.toFile());
    }
  }
}
