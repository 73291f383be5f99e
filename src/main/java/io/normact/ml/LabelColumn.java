package io.normact.ml;

import io.normact.math.learn.LabelStatistics;
import io.normact.sql.column.ColumnNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * The label of supervised learning. Numbers are taken as they are, booleans as 0 and 1, and texts
 * as the numbers of their classes, which stand in the order of their UTF-8 bytes.
 *
 * @param name the column
 * @param classes the classes of texts; null for numbers and booleans
 */
record LabelColumn(String name, List<String> classes) {

  /** The order of Spark's ORDER BY. */
  private static final Comparator<String> BY_BYTES =
      Comparator.comparing(text -> text.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  /** Checks that a column can be a label of this loss. */
  static void check(StructField field, String loss) {
    if (!(field.dataType() instanceof NumericType
        || field.dataType() instanceof BooleanType
        || field.dataType() instanceof StringType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' is of type %s, but must be a number, a boolean or a text.",
              field.name(),
              field.dataType().catalogString()));
    }
    if (field.dataType() instanceof StringType && loss.equals("squared")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds texts, but loss=squared needs numbers; set loss to auto, logistic or softmax.",
              field.name()));
    }
  }

  /**
   * The label in the rows of a fit. Of texts it finds the classes, in a pass.
   *
   * @param weight the column of row weights, or null; rows of weight 0 have no class
   * @throws IllegalArgumentException if there are more classes than learning can tell apart
   */
  static LabelColumn of(StructField field, Dataset<?> data, Column weight) {
    if (!(field.dataType() instanceof StringType)) {
      return new LabelColumn(field.name(), null);
    }
    Dataset<?> rows = weight == null ? data : data.filter(weight.gt(0));
    List<String> classes =
        rows.select(text(field.name()))
            .as(Encoders.STRING())
            .filter(text(field.name()).isNotNull())
            .distinct()
            .limit(LabelStatistics.MAX_CLASSES + 1)
            .collectAsList();
    if (classes.size() > LabelStatistics.MAX_CLASSES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds more than %d different texts, but learn=supervised needs classes, %d at most; is it an identifier, or are numbers read as texts?",
              field.name(),
              LabelStatistics.MAX_CLASSES,
              LabelStatistics.MAX_CLASSES));
    }
    return new LabelColumn(field.name(), classes.stream().sorted(BY_BYTES).toList());
  }

  private static Column text(String name) {
    return ColumnNames.column(name).cast(DataTypes.StringType).as(name);
  }

  boolean isText() {
    return classes != null;
  }

  /** The label as a number. */
  Column number() {
    Column label = ColumnNames.column(name);
    if (!isText()) {
      return label;
    }
    Column[] texts = classes.stream().map(functions::lit).toArray(Column[]::new);
    Column none = functions.array().cast(DataTypes.createArrayType(DataTypes.StringType));
    return functions
        .array_position(
            texts.length == 0 ? none : functions.array(texts), label.cast(DataTypes.StringType))
        .minus(1);
  }

  /**
   * The same with those classes alone that occur in the rows that are learned from. handleInvalid
   * may leave out all rows of a class.
   */
  LabelColumn of(LabelStatistics found) {
    if (!isText() || found.distinctClasses() == classes.size()) {
      return this;
    }
    return new LabelColumn(
        name, Arrays.stream(found.classes()).mapToObj(label -> classes.get((int) label)).toList());
  }

  /**
   * Checks that there is a label in every row, and that not all are the same.
   *
   * @throws IllegalArgumentException if one is missing
   * @throws SingleLabelException if all are the same
   */
  void check(LabelStatistics found) {
    if (found.missing() > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds %s in %d of %d rows, but learn=supervised needs %s in each; fill them in or drop these rows.",
              name,
              isText() ? "null" : "null, NaN or an infinity",
              found.missing(),
              found.rows(),
              isText() ? "a text" : "a number"));
    }
    if (found.smallest() == found.largest()) {
      throw new SingleLabelException(
          String.format(
              Locale.ROOT,
              "Label column '%s' holds nothing but %s, but learn=supervised needs two different labels at least.",
              name,
              isText() ? "'" + classes.get((int) found.smallest()) + "'" : found.smallest()));
    }
  }
}
