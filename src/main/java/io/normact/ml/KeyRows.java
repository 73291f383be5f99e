package io.normact.ml;

import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyKind;
import io.normact.math.key.KeyStatistics;
import io.normact.sql.catalyst.KeyedStatistics;
import io.normact.sql.column.KeyValues;
import io.normact.sql.pass.DriverHeap;
import io.normact.sql.pass.JavaSerialized;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Statistics by key as rows, one for each key and feature, and a model of such rows. */
final class KeyRows {

  /** Rows of a partition. */
  private static final int ROWS_A_PART = 100_000;

  /** What a row takes where it is collected. */
  private static final int ROW_BYTES = 400;

  private KeyRows() {}

  /** The key's columns, then those of {@link ModelRows#STATISTICS}. */
  static StructType schema(KeyStatistics statistics) {
    List<StructField> fields = new ArrayList<>();
    for (KeyColumn column : statistics.columns()) {
      fields.add(DataTypes.createStructField(column.name(), KeyValues.type(column), true));
    }
    fields.addAll(List.of(ModelRows.STATISTICS.schema().fields()));
    return DataTypes.createStructType(fields);
  }

  /** The rows of a model, in the keys' order; tasks make them of the model's arrays. */
  static Dataset<Row> of(BatchNormModel model, SparkSession spark) {
    KeyStatistics statistics = model.byKey();
    int step = Math.max(ROWS_A_PART / Math.max(statistics.features(), 1), 1);
    List<JavaSerialized<KeyStatistics>> parts =
        IntStream.range(0, Math.max((statistics.size() + step - 1) / step, 1))
            .mapToObj(
                i ->
                    new JavaSerialized<>(
                        statistics.slice(i * step, Math.min((i + 1) * step, statistics.size()))))
            .toList();
    List<String> names = new ArrayList<>(model.featureNames());
    double[] gamma = model.gamma().toArray();
    double[] beta = model.beta().toArray();
    StructType written = schema(statistics);
    List<StructField> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      boolean key = i < statistics.columns().size();
      StructField field = written.fields()[i];
      DataType raw =
          key ? rawType(statistics.columns().get(i).kind(), field.dataType()) : field.dataType();
      // Not by the names, since a key's column may be called as one of the others.
      String name = "c" + i;
      fields.add(DataTypes.createStructField(name, raw, field.nullable()));
      columns.add(
          (key
                  ? typed(functions.col(name), statistics.columns().get(i).kind(), field.dataType())
                  : functions.col(name))
              .as(field.name()));
    }
    return spark
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(parts, parts.size())
                .flatMap(part -> rows(part.value(), names, gamma, beta)),
            DataTypes.createStructType(fields))
        .select(columns.toArray(new Column[0]));
  }

  private static Iterator<Row> rows(
      KeyStatistics part, List<String> names, double[] gamma, double[] beta) {
    int width = part.columns().size();
    return IntStream.range(0, part.size())
        .boxed()
        .flatMap(
            k -> {
              Object[] key = key(part, k);
              return IntStream.range(0, part.features())
                  .mapToObj(
                      j -> {
                        Object[] row = Arrays.copyOf(key, width + 8);
                        row[width] = j;
                        row[width + 1] = names.get(j);
                        row[width + 2] = (long) part.count(k, j);
                        row[width + 3] = (long) part.invalid(k, j);
                        row[width + 4] = part.mean(k, j);
                        row[width + 5] = part.variance(k, j);
                        row[width + 6] = gamma[j];
                        row[width + 7] = beta[j];
                        return RowFactory.create(row);
                      });
            })
        .iterator();
  }

  private static Object[] key(KeyStatistics part, int k) {
    ByteBuffer bytes = part.keys().key(k);
    return part.columns().stream().map(column -> raw(column, column.kind().read(bytes))).toArray();
  }

  /** The type in which rows hold a value, whatever the session makes of dates. */
  private static DataType rawType(KeyKind kind, DataType type) {
    return switch (kind) {
      case INTEGER, TIMESTAMP -> DataTypes.LongType;
      case DATE -> DataTypes.IntegerType;
      case FLOATING -> DataTypes.DoubleType;
      case TEXT -> DataTypes.StringType;
      case BOOLEAN, LOCAL_TIMESTAMP, BINARY, DECIMAL -> type;
    };
  }

  private static Object raw(KeyColumn column, Object value) {
    if (value == null) {
      return null;
    }
    return switch (column.kind()) {
      case BOOLEAN -> (long) value != 0;
      case DATE -> (int) (long) value;
      case TEXT -> new String((byte[]) value, StandardCharsets.UTF_8);
      case DECIMAL -> new BigDecimal((BigInteger) value, KeyKind.scale(column.type()));
      case LOCAL_TIMESTAMP ->
          LocalDateTime.ofInstant(
              Instant.EPOCH.plus((long) value, ChronoUnit.MICROS), ZoneOffset.UTC);
      case INTEGER, TIMESTAMP, FLOATING, BINARY -> value;
    };
  }

  private static Column typed(Column raw, KeyKind kind, DataType type) {
    return switch (kind) {
      case INTEGER, FLOATING -> raw.cast(type);
      case DATE -> functions.call_function("date_from_unix_date", raw);
      case TIMESTAMP -> functions.call_function("timestamp_micros", raw);
      case BOOLEAN, LOCAL_TIMESTAMP, TEXT, BINARY, DECIMAL -> raw;
    };
  }

  // ---- The way back

  /** What rows tell of one key. */
  private static final class OfKey {
    final double[] count;
    final double[] invalid;
    final double[] mean;
    final double[] variance;
    final boolean[] seen;

    OfKey(int features) {
      count = new double[features];
      invalid = new double[features];
      mean = new double[features];
      variance = new double[features];
      seen = new boolean[features];
    }
  }

  /** Puts statistics of this form into a model, with gamma and beta where they are there. */
  static void fill(BatchNormModel model, Dataset<Row> data, String[] keyCols) {
    fill(model, data, keyCols, DriverHeap.present());
  }

  /** The same on a driver with such a heap. */
  static void fill(BatchNormModel model, Dataset<Row> data, String[] keyCols, DriverHeap heap) {
    StructType schema = data.schema();
    List<KeyColumn> keys = new ArrayList<>();
    List<Column> inputs = new ArrayList<>();
    for (String name : keyCols) {
      KeyColumn key = KeyValues.column(FeatureColumn.field(schema, name));
      keys.add(key);
      inputs.add(KeyValues.readable(key, FeatureColumn.in(FeatureColumn.field(schema, name))));
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "No key column is named, but statistics by key need at least one.");
    }
    List<Column> columns = new ArrayList<>();
    columns.add(KeyedStatistics.bytes(inputs));
    columns.add(number(schema, "index").cast(DataTypes.IntegerType));
    for (String name : List.of("count", "mean", "variance")) {
      columns.add(number(schema, name));
    }
    for (String name : List.of("invalid", "gamma", "beta")) {
      columns.add(
          FeatureInputs.has(data, name)
              ? number(schema, name)
              : functions.lit(name.equals("gamma") ? 1.0 : 0.0));
    }
    int most = (int) Math.min(heap.most(ROW_BYTES), Integer.MAX_VALUE - 1);
    List<Row> rows = data.select(columns.toArray(new Column[0])).limit(most + 1).collectAsList();
    if (rows.size() > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Statistics by key have more than %d rows, one a key and feature, but a driver with a heap of %d MB reads no more; raise spark.driver.memory (-Xmx, where the session runs in a JVM of yours).",
              most,
              heap.bytes() >> 20));
    }
    fill(model, keys, rows);
    model.set(model.keyCols(), keyCols.clone());
  }

  private static Column number(StructType schema, String name) {
    return FeatureColumn.in(FeatureColumn.field(schema, name)).cast(DataTypes.DoubleType);
  }

  private static void fill(BatchNormModel model, List<KeyColumn> columns, List<Row> rows) {
    int features = 0;
    for (Row row : rows) {
      for (int i = 0; i < row.size(); i++) {
        if (row.isNullAt(i) || (i > 1 && !Double.isFinite(row.getDouble(i)))) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Statistics hold %s in %s, but must hold finite numbers.",
                  row.get(i),
                  List.of("key", "index", "count", "mean", "variance", "invalid", "gamma", "beta")
                      .get(i)));
        }
      }
      features = Math.max(features, row.getInt(1) + 1);
    }
    double[] gamma = new double[features];
    double[] beta = new double[features];
    Arrays.fill(gamma, Double.NaN);
    TreeMap<byte[], OfKey> byKey = new TreeMap<>(Arrays::compareUnsigned);
    for (Row row : rows) {
      int j = row.getInt(1);
      String at = KeyStatistics.text(columns, ByteBuffer.wrap(row.getAs(0)));
      OfKey ofKey;
      if (j < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Statistics hold the index %d where %s, but must be from 0.", j, at));
      }
      int all = features;
      ofKey = byKey.computeIfAbsent(row.getAs(0), key -> new OfKey(all));
      if (ofKey.seen[j] || row.getDouble(2) < 0 || row.getDouble(4) < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Statistics of index %d where %s are there twice, or have a count or variance below 0.",
                j,
                at));
      }
      if (!Double.isNaN(gamma[j])
          && (gamma[j] != row.getDouble(6) || beta[j] != row.getDouble(7))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Statistics hold another gamma or beta of index %d where %s, but a feature has one for all keys.",
                j,
                at));
      }
      gamma[j] = row.getDouble(6);
      beta[j] = row.getDouble(7);
      ofKey.seen[j] = true;
      ofKey.count[j] = row.getDouble(2);
      ofKey.mean[j] = row.getDouble(3);
      ofKey.variance[j] = row.getDouble(4);
      ofKey.invalid[j] = row.getDouble(5);
    }
    fill(model, columns, byKey, gamma, beta);
  }

  private static void fill(
      BatchNormModel model,
      List<KeyColumn> columns,
      NavigableMap<byte[], OfKey> byKey,
      double[] gamma,
      double[] beta) {
    int features = gamma.length;
    List<KeyStatistics.Entry> entries = new ArrayList<>();
    double[] count = new double[features];
    double[] invalid = new double[features];
    double[] mean = new double[features];
    byKey.forEach(
        (key, ofKey) -> {
          double rows = 0;
          for (int j = 0; j < features; j++) {
            if (!ofKey.seen[j]) {
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT,
                      "Statistics have no index %d where %s, but must have each below %d.",
                      j,
                      KeyStatistics.text(columns, ByteBuffer.wrap(key)),
                      features));
            }
            rows = Math.max(rows, ofKey.count[j] + ofKey.invalid[j]);
            count[j] += ofKey.count[j];
            invalid[j] += ofKey.invalid[j];
            if (ofKey.count[j] > 0) {
              mean[j] += (ofKey.mean[j] - mean[j]) * (ofKey.count[j] / count[j]);
            }
          }
          for (int j = 0; j < features; j++) {
            ofKey.invalid[j] = rows - ofKey.count[j];
          }
          entries.add(
              new KeyStatistics.Entry(key, rows, ofKey.invalid, ofKey.mean, ofKey.variance, null));
        });
    double[] variance = new double[features];
    for (int j = 0; j < features; j++) {
      for (OfKey ofKey : byKey.values()) {
        double apart = ofKey.mean[j] - mean[j];
        if (ofKey.count[j] > 0) {
          variance[j] += (ofKey.variance[j] + apart * apart) * (ofKey.count[j] / count[j]);
        }
      }
      // As torch.nn.BatchNorm1d starts, where nothing is known.
      variance[j] = count[j] > 0 ? variance[j] : 1;
    }
    model.setFitted(model.fittedCount(), count);
    model.setFitted(model.fittedInvalid(), invalid);
    model.setFitted(model.fittedMean(), mean);
    model.setFitted(model.fittedVariance(), variance);
    model.setFitted(model.fittedGamma(), gamma);
    model.setFitted(model.fittedBeta(), beta);
    KeyedFit.store(model, KeyStatistics.of(columns, features, entries));
  }
}
