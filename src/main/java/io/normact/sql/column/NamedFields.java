package io.normact.sql.column;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a schema by their names, by the session's rule for case. A name that no column has
 * leads into structs: {@code geo.lon} is the field lon of column geo.
 */
public final class NamedFields {

  private final Comparator<String> order = ColumnNames.order();
  private final Map<String, List<NamedField>> columns = new TreeMap<>(order);

  /** Of a schema, which may have thousands of columns. */
  public NamedFields(StructType schema) {
    for (StructField field : schema.fields()) {
      columns
          .computeIfAbsent(field.name(), name -> new ArrayList<>())
          .add(NamedField.of(field, ColumnNames.column(field.name())));
    }
  }

  /** All that the name means; more than one where several have it. */
  public List<NamedField> find(String name) {
    if (columns.containsKey(name)) {
      return columns.get(name);
    }
    List<NamedField> found = new ArrayList<>();
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      for (NamedField column : columns.getOrDefault(name.substring(0, dot), List.of())) {
        collect(column, name.substring(dot + 1), found);
      }
    }
    return found;
  }

  private void collect(NamedField parent, String rest, List<NamedField> found) {
    if (!(parent.field().dataType() instanceof StructType below)) {
      return;
    }
    for (StructField child : below.fields()) {
      String name = child.name();
      if (order.compare(name, rest) == 0) {
        found.add(parent.child(child));
      } else if (rest.length() > name.length()
          && rest.charAt(name.length()) == '.'
          && order.compare(rest.substring(0, name.length()), name) == 0) {
        collect(parent.child(child), rest.substring(name.length() + 1), found);
      }
    }
  }

  /** The names of all columns, and of all fields of structs behind them. */
  public static List<String> names(StructType schema) {
    return leaves(schema).stream().map(StructField::name).toList();
  }

  /** All columns, and all fields of structs behind them, by their names. */
  public static List<StructField> leaves(StructType schema) {
    List<StructField> leaves = new ArrayList<>();
    for (StructField field : schema.fields()) {
      leaves.add(field);
      if (field.dataType() instanceof StructType below) {
        leaves(below).forEach(leaf -> leaves.add(NamedField.below(field, leaf)));
      }
    }
    return leaves;
  }
}
