package io.normact.sql.catalyst;

import io.normact.math.row.KeyNumbers;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.functions;

/**
 * Puts the statistics of every row's key beside the row: out of a table that each executor has, or
 * by a join where that would be too large.
 *
 * @param keys the key's columns, as {@link io.normact.sql.column.KeyValues#readable} has them
 * @param shared the table; without keys where they are joined
 * @param joined the keys to join, or null
 * @param dropUnknown whether rows are dropped whose key has no statistics
 * @param form which numbers a key has
 */
public record KeyedStatistics(
    List<Column> keys,
    SharedKeys shared,
    JoinedKeys joined,
    boolean dropUnknown,
    KeyNumbers.Form form) {

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
    Dataset<Row> table = joined.rows(rows.sparkSession()).toDF(name + "_of", name + "_found");
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
}
