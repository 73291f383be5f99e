package io.normact.ml;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows as texts that differ where a bit of a number does, in an order of their own. */
final class RowBits {

  private RowBits() {}

  static List<String> of(Dataset<Row> query) {
    return query.collectAsList().stream()
        .map(
            row ->
                IntStream.range(0, row.length())
                    .mapToObj(j -> ofValue(row.get(j)))
                    .toList()
                    .toString())
        .sorted()
        .toList();
  }

  private static String ofValue(Object value) {
    return value instanceof Double x
        ? Long.toHexString(Double.doubleToRawLongBits(x))
        : value instanceof Float x
            ? Integer.toHexString(Float.floatToRawIntBits(x))
            : String.valueOf(value);
  }
}
