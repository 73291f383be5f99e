package io.normact.ml;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a driver with a small heap does with statistics by key, a line each. */
final class SmallHeap {

  private SmallHeap() {}

  private static Dataset<Row> rows(SparkSession spark, int keys) {
    return spark
        .range(0, keys, 1, 2)
        .selectExpr("id as k", "transform(sequence(1, 2000), i -> sin(id * 7.3 + i)) as x");
  }

  /** What is tried. */
  private interface Act {
    void run() throws IOException;
  }

  private static void tell(PrintStream out, Act act, String done) throws IOException {
    try {
      act.run();
      out.println(done);
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
    }
  }

  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    Path folder = Path.of(args[0]);
    String saved = folder.resolve("saved").toString();
    Path large = folder.resolve("large/metadata/part-00000");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            // Spark takes no heap of less than one and a half times as much.
            .config("spark.testing.reservedMemory", 100 << 20)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      BatchNorm stage = new BatchNorm().setInputCol("x").setOutputCol("y").setKeyCols("k");
      tell(out, () -> stage.fit(rows(spark, 100)), "fitted");
      BatchNormModel model = stage.fit(rows(spark, 50));
      tell(out, () -> model.save(saved), "saved");
      tell(out, () -> model.update(rows(spark, 100).filter("k >= 50")), "updated");
      BatchNormModel small = stage.fit(rows(spark, 20));
      tell(out, () -> small.write().overwrite().save(saved), "saved");
      tell(out, () -> BatchNormModel.load(saved), "loaded");
      Files.createDirectories(large.getParent());
      Files.write(large, new byte[12 << 20]);
      tell(out, () -> BatchNormModel.load(folder.resolve("large").toString()), "loaded");
    }
  }
}
