package io.normact.job.spec;

import io.normact.sql.column.ColumnNames;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Names of columns in a spec and what they mean in a schema, by Spark's rule for case. */
public final class Names {

  private Names() {}

  public static boolean same(String a, String b) {
    return ColumnNames.order().compare(a, b) == 0;
  }

  /** A set that holds a name if it holds one that is the same; tables have thousands of names. */
  public static Set<String> set(Collection<String> names) {
    Set<String> set = new TreeSet<>(ColumnNames.order());
    set.addAll(names);
    return set;
  }

  /** An empty map by names, which finds what is under one that is the same. */
  public static <T> Map<String, T> map() {
    return new TreeMap<>(ColumnNames.order());
  }

  /** The fields of a schema by their names, the first of those that are the same. */
  public static Map<String, StructField> fields(StructType schema) {
    Map<String, StructField> fields = map();
    for (StructField field : schema.fields()) {
      fields.putIfAbsent(field.name(), field);
    }
    return fields;
  }
}
