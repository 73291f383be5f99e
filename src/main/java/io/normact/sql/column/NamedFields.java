package io.normact.sql.column;

import io.normact.text.QuotedName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a schema by their names, by the session's rule for case. A name that no column has
 * leads into structs: {@code geo.lon} is the field lon of column geo. Where that could be several,
 * backticks tell, as in SQL: {@code geo.`lon.deg`}.
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
    return found.isEmpty() ? QuotedName.parts(name).map(this::find).orElse(found) : found;
  }

  private List<NamedField> find(List<String> parts) {
    List<NamedField> found = columns.getOrDefault(parts.get(0), List.of());
    for (String part : parts.subList(1, parts.size())) {
      found = found.stream().flatMap(parent -> children(parent, part)).toList();
    }
    return found;
  }

  private Stream<NamedField> children(NamedField parent, String name) {
    return parent.field().dataType() instanceof StructType below
        ? Arrays.stream(below.fields())
            .filter(child -> order.compare(child.name(), name) == 0)
            .map(parent::child)
        : Stream.empty();
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
