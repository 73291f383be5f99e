package io.normact.lines;

import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Fits, transforms and SQL functions on a table of Parquet, with DataFusion Comet and without.
 *
 * <p>Argument: a folder to work in.
 */
public final class TourOfComet {

  private static final String[] INPUTS = {"d", "f", "i", "n", "a"};
  private static final String[] OUTPUTS = {"d_y", "f_y", "i_y", "n_y", "a_y"};

  private final SparkSession spark;
  private final Dataset<Row> data;
  private final Map<String, String> results = new TreeMap<>();

  private TourOfComet(SparkSession spark, String path) {
    this.spark = spark;
    spark
        .range(0, 1000, 1, 2)
        .selectExpr(
            "id",
            "if(id % 17 = 3, NULL, sin(id) * 3) d",
            "CAST(sin(id * 7) AS FLOAT) f",
            "CAST(id % 1000 AS INT) i",
            "CAST(id % 77 / 7 AS DECIMAL(12, 4)) n",
            "array(cos(id), cos(id * 3)) a")
        .write()
        .parquet(path);
    this.data = spark.read().parquet(path);
    data.createOrReplaceTempView("data");
  }

  public static void main(String[] args) throws IOException {
    SparkSession spark = SparkSession.builder().getOrCreate();
    TourOfComet tour = new TourOfComet(spark, args[0] + "/data");
    tour.part("statistics", () -> tour.fitted().statistics(spark));
    tour.part("stages", () -> tour.activated(tour.fitted().transform(tour.data)));
    tour.part("outputs", () -> tour.fitted().transform(tour.data).select("id", OUTPUTS));
    tour.part(
        "sql",
        () ->
            spark.sql(
                "SELECT id % 7 k, count(*), max(sigmoid(d)), min(gelu(f)), max(elu(i, 0.5D)) FROM data"
                    + " WHERE softplus(d) > 0.3 GROUP BY id % 7 ORDER BY k"));
    Properties properties = new Properties();
    properties.putAll(tour.results);
    try (PrintStream out =
        new PrintStream(args[0] + "/results.properties", StandardCharsets.ISO_8859_1)) {
      properties.store(out, spark.version());
    }
    spark.stop();
  }

  private BatchNormModel fitted() {
    return new BatchNorm()
        .setInputCols(INPUTS)
        .setOutputCols(OUTPUTS)
        .setActivation("gelu")
        .setHandleInvalid("keep")
        .fit(data);
  }

  private Dataset<Row> activated(Dataset<Row> rows) {
    return new Activation()
        .setInputCol("d_y")
        .setOutputCol("again")
        .setFunction("tanh")
        .transform(rows)
        .filter("again IS NULL OR again > -2");
  }

  private void part(String name, Supplier<Dataset<Row>> query) {
    for (boolean comet : new boolean[] {false, true}) {
      spark.conf().set("spark.comet.enabled", comet);
      Dataset<Row> rows = query.get();
      results.put(name + "." + comet, bits(rows));
      results.put(name + "." + comet + ".plan", rows.queryExecution().executedPlan().toString());
    }
  }

  private static String bits(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .map(row -> row.toSeq().map(TourOfComet::bits).mkString(" "))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** A double's text is as exact as its bits; NaN is one. */
  private static String bits(Object value) {
    return String.valueOf(value);
  }
}
