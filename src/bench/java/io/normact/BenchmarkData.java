package io.normact;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Parquet files of normal numbers, at a scale and an offset of each column's own; made once and
 * kept.
 *
 * @param folder where they are
 */
record BenchmarkData(SparkSession spark, Path folder) {

  /** Rows of one vector column, x. */
  Dataset<Row> vectors(int rows, int columns, int files) {
    StructType schema = new StructType().add("x", new VectorUDT(), false);
    return parquet("vectors", rows, columns, files, schema);
  }

  /** Rows of columns c0, c1, ... */
  Dataset<Row> scalars(int rows, int columns, int files) {
    StructType schema = new StructType();
    for (int j = 0; j < columns; j++) {
      schema = schema.add("c" + j, DataTypes.DoubleType, false);
    }
    return parquet("scalars", rows, columns, files, schema);
  }

  /** The same of another type. */
  Dataset<Row> scalars(int rows, int columns, int files, DataType type) {
    Path path =
        folder.resolve(
            String.format(Locale.ROOT, "%s-%dx%d-%d", type.simpleString(), rows, columns, files));
    if (!Files.exists(path.resolve("_SUCCESS"))) {
      Dataset<Row> doubles = scalars(rows, columns, files);
      doubles
          .select(
              Arrays.stream(doubles.columns())
                  .map(c -> functions.col(c).cast(type).as(c))
                  .toArray(Column[]::new))
          .write()
          .mode("overwrite")
          .parquet(path.toString());
    }
    return spark.read().parquet(path.toString());
  }

  private Dataset<Row> parquet(String kind, int rows, int columns, int files, StructType schema) {
    String path =
        folder
            .resolve(String.format(Locale.ROOT, "%s-%dx%d-%d", kind, rows, columns, files))
            .toString();
    if (!Files.exists(Path.of(path, "_SUCCESS"))) {
      boolean asVector = kind.equals("vectors");
      JavaRDD<Row> data =
          spark
              .range(0, rows, 1, files)
              .javaRDD()
              .mapPartitionsWithIndex(
                  (partition, ids) -> {
                    Random random = new Random(partition);
                    return CollectionConverters.asJava(
                        CollectionConverters.asScala(ids)
                            .map(id -> row(random, columns, asVector)));
                  },
                  false);
      spark.createDataFrame(data, schema).write().mode("overwrite").parquet(path);
    }
    return spark.read().parquet(path);
  }

  private static Row row(Random random, int columns, boolean asVector) {
    double[] x = new double[columns];
    Arrays.setAll(x, j -> j + (1 + j % 7) * random.nextGaussian());
    return asVector
        ? RowFactory.create(Vectors.dense(x))
        : RowFactory.create(Arrays.stream(x).boxed().toArray());
  }
}
