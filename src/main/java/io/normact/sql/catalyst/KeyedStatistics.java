package io.normact.sql.catalyst;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.normact.math.row.KeyNumbers;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Puts the statistics of every row's key beside the row: out of a table that each executor has, or
 * by a join where that would be too large.
 *
 * @param keys the key's columns, as {@link io.normact.sql.column.KeyValues#readable} has them
 * @param shared the table; without keys where they are joined
 * @param joined the table to join, or null
 * @param dropUnknown whether rows are dropped whose key has no statistics
 * @param form which numbers a key has
 */
public record KeyedStatistics(
    List<Column> keys,
    SharedKeys shared,
    KeyTable joined,
    boolean dropUnknown,
    KeyNumbers.Form form) {

  /** Keys of a partition of the table that is joined, as far as they go into a task's message. */
  private static final int KEYS_A_PART = 10_000;

  private static final int PART_BYTES = 8 << 20;

  private static final StructType TABLE =
      new StructType()
          .add("key", DataTypes.BinaryType, false)
          .add("statistics", DataTypes.BinaryType, false);

  /** The rows, and after their columns one of this name with the statistics. */
  public Dataset<Row> beside(Dataset<Row> rows, String name) {
    Dataset<Row> all = all(rows, name);
    return dropUnknown ? all.filter(functions.col(name).isNotNull()) : all;
  }

  private Dataset<Row> all(Dataset<Row> rows, String name) {
    if (joined == null) {
      List<Expression> key = keys.stream().map(SparkLine::expression).toList();
      return rows.select(
          functions.col("*"), SparkLine.column(new KeyStatisticsLookup(key, shared)).as(name));
    }
    String ofRow = name + "_key";
    Dataset<Row> keyed = rows.select(functions.col("*"), bytes(keys).as(ofRow));
    Dataset<Row> table = table(rows.sparkSession()).toDF(name + "_of", name + "_found");
    Dataset<Row> both =
        keyed.join(table, keyed.col(ofRow).equalTo(table.col(name + "_of")), "left_outer");
    List<Attribute> attributes = SparkLine.output(both.queryExecution().analyzed());
    int columns = attributes.size() - 3;
    List<Column> result = new ArrayList<>();
    attributes.subList(0, columns).forEach(column -> result.add(SparkLine.column(column)));
    result.add(
        SparkLine.column(
                new JoinedKeyStatistics(
                    attributes.get(columns + 2), attributes.get(columns), shared))
            .as(name));
    return both.select(result.toArray(new Column[0]));
  }

  /** The bytes of a key of these columns, as {@link #keys} are. */
  public static Column bytes(List<Column> keys) {
    return SparkLine.column(new KeyBytes(keys.stream().map(SparkLine::expression).toList()));
  }

  /**
   * How many keys a row of the joined table holds: as many as its bytes allow, and one at least.
   */
  static int keysOfPart(KeyTable table) {
    return Math.max(Math.min(PART_BYTES / table.arrayBytes(), KEYS_A_PART), 1);
  }

  private Dataset<Row> table(SparkSession spark) {
    int keysOfPart = keysOfPart(joined);
    int parts = Math.max((joined.size() + keysOfPart - 1) / keysOfPart, 1);
    List<Part> rows =
        IntStream.range(0, parts)
            .mapToObj(
                part ->
                    Part.of(
                        joined,
                        part * keysOfPart,
                        Math.min((part + 1) * keysOfPart, joined.size())))
            .toList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, parts)
            .flatMap(Part::rows),
        TABLE);
  }

  /** A part of the table that is joined, as it travels to a task. */
  @DefaultSerializer(JavaSerializer.class)
  private record Part(byte[][] keys, byte[][] arrays) implements Serializable {

    static Part of(KeyTable table, int from, int to) {
      return new Part(
          IntStream.range(from, to).mapToObj(table::key).toArray(byte[][]::new),
          IntStream.range(from, to).mapToObj(table::array).toArray(byte[][]::new));
    }

    Iterator<Row> rows() {
      return IntStream.range(0, keys.length)
          .mapToObj(k -> RowFactory.create(keys[k], arrays[k]))
          .iterator();
    }
  }
}
