package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructField;

/**
 * Columns that one function makes: of one vector or array column, which holds all its features, or
 * of scalar columns with a feature each, in the function's order.
 *
 * @param function what is applied to every row
 * @param outputs the columns
 */
public record FeatureBlock(FeatureFunction function, List<Output> outputs) {

  /**
   * A column to make.
   *
   * @param input what it is made of
   * @param from the input's name for messages, its type and whether it may hold null
   * @param to the output's name, type and metadata
   */
  public record Output(Column input, StructField from, StructField to) {}

  int size() {
    return outputs.size();
  }

  /**
   * This block in parts of at most so many scalar columns, and about as many each; a vector or
   * array column is one.
   */
  List<FeatureBlock> parts(int most) {
    if (!isScalar()) {
      return List.of(this);
    }
    List<FeatureBlock> parts = new ArrayList<>();
    int count = (size() + most - 1) / most;
    for (int i = 0; i < count; i++) {
      int from = size() * i / count;
      int to = size() * (i + 1) / count;
      parts.add(new FeatureBlock(function.slice(from, to - from), outputs.subList(from, to)));
    }
    return parts;
  }

  /** Whether each column holds one feature a row. */
  boolean isScalar() {
    return ColumnKind.of(outputs.get(0).from().dataType()).orElseThrow().isScalar();
  }
}
