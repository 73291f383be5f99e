package io.normact.sql.pass;

import static org.apache.spark.sql.functions.col;

import io.normact.LocalSpark;
import io.normact.sql.column.ColumnKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Scalars of all types, with nulls, NaN and infinities, in memory, where they come row by row, and
 * in files, which are read in batches of columns. The files have a column by which they are
 * divided, and one that none of them holds.
 */
final class StoredScalars {

  private static final StructType SCHEMA =
      StructType.fromDDL(
          "d DOUBLE, n DOUBLE, f FLOAT, i INT, l BIGINT, s SMALLINT, b TINYINT, m DECIMAL(9, 3), "
              + "e DECIMAL(30, 2), x DOUBLE, w DOUBLE, u FLOAT, part INT");

  final Dataset<Row> rows;
  final Dataset<Row> parquet;
  final Dataset<Row> orc;

  StoredScalars(Path folder) {
    Random random = new Random(11);
    List<Row> list = new ArrayList<>();
    for (int k = 0; k < 3_000; k++) {
      double z = random.nextGaussian();
      list.add(
          RowFactory.create(
              z,
              k % 7 == 0 ? null : k % 11 == 0 ? Double.NaN : (double) (k % 5),
              k % 13 == 0 ? null : (float) z,
              k % 17 == 0 ? null : random.nextInt(),
              random.nextLong(),
              (short) random.nextInt(),
              k % 19 == 0 ? null : (byte) k,
              new BigDecimal(k).movePointLeft(3),
              k % 23 == 0 ? null : new BigDecimal(k).multiply(new BigDecimal("1e20")),
              k % 29 == 0 ? Double.POSITIVE_INFINITY : 1e-300 * z,
              k % 5 * 0.25,
              (float) (k % 3),
              k % 2));
    }
    rows = LocalSpark.session().createDataFrame(list, SCHEMA);
    parquet = stored(folder, "parquet");
    orc = stored(folder, "orc");
  }

  private Dataset<Row> stored(Path folder, String format) {
    String path = folder.resolve(format).toString();
    rows.coalesce(1).write().partitionBy("part").format(format).save(path);
    return LocalSpark.session()
        .read()
        .format(format)
        .schema(SCHEMA.add("gone", "double"))
        .load(path);
  }

  static FeatureSource source(String name) {
    return new FeatureSource(name, ColumnKind.DOUBLE, col(name));
  }

  static List<FeatureSource> sources(String names) {
    return Arrays.stream(names.split(" ")).map(StoredScalars::source).toList();
  }

  /** Whether these columns come in batches. */
  static boolean isScanned(Dataset<Row> data, String names) {
    Column[] columns = sources(names).stream().map(FeatureSource::readable).toArray(Column[]::new);
    return InternalRows.execute("look", data.select(columns), whole -> false, scanned -> true);
  }
}
