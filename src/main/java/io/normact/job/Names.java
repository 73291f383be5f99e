package io.normact.job;

import io.normact.math.NearestName;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Names of columns in a spec and what they mean in a schema, by Spark's rule for case. */
final class Names {

  private Names() {}

  static boolean same(String a, String b) {
    return SQLConf.get().caseSensitiveAnalysis() ? a.equals(b) : a.equalsIgnoreCase(b);
  }

  static boolean contains(List<String> names, String name) {
    return names.stream().anyMatch(each -> same(each, name));
  }

  /** The field that a key of the spec names. */
  static StructField field(StructType schema, String name, String key) {
    return Arrays.stream(schema.fields())
        .filter(field -> same(field.name(), name))
        .findFirst()
        .orElseThrow(
            () ->
                new SpecException(
                    "Key '%s' names column '%s', which the input does not have%s"
                        .formatted(
                            key,
                            name,
                            NearestName.suggestion(name, List.of(schema.fieldNames())))));
  }

  /** A column by its name, which may hold points and backticks. */
  static Column column(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}
