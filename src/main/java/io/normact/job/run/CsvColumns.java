package io.normact.job.run;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.sql.column.ColumnNames;
import io.normact.text.Excerpt;
import io.normact.text.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * Why a CSV file may not have the columns that somebody sees in it. Whatever separates its values,
 * Spark reads some rows, so what is wrong shows only where a column is looked for.
 */
final class CsvColumns {

  /** What separates values in some files that are called CSV. */
  private static final Pattern SEPARATED = Pattern.compile(".*[,;|\t:^~].*", Pattern.DOTALL);

  private static final Pattern UNNAMED = Pattern.compile("_c\\d+");

  private static final Pattern NUMBER =
      Pattern.compile("\\s*[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?\\s*");

  /** What one looks at to see what a column holds. */
  private static final int FIRST_ROWS = 100;

  /** Of a header that was taken for one name. */
  private static final int SHOWN = 60;

  private CsvColumns() {}

  /** The end of a sentence on a name that no column has. */
  static String missing(
      String name, JobSpec.Input input, StructType schema, Collection<String> known) {
    return reason(name, input, schema).orElseGet(() -> NearestName.suggestion(name, known));
  }

  /** The end of a sentence on texts where somebody sees numbers. */
  static String noNumbers(JobSpec.Input input, StructType schema) {
    if (!isFile(input)) {
      return ".";
    }
    if (input.schema().isEmpty() && !isSet(input, "inferSchema")) {
      return "; csv has texts alone without input.schema or the option inferSchema.";
    }
    boolean unseparated =
        schema.size() == 1
            && (!isSet(input, "header") || SEPARATED.matcher(schema.fieldNames()[0]).matches());
    return unseparated
        ? "; with one column, is the option sep what separates them?"
        : "; are the options sep, header and nullValue what the file has?";
  }

  /** The end of a sentence on a column that has no numbers. Dates and the like were understood. */
  static String noNumbers(DataType type, JobSpec.Input input, StructType schema) {
    return type instanceof StringType ? noNumbers(input, schema) : ".";
  }

  /**
   * A sentence on columns of numbers, as their first rows have them, that were read as texts. One
   * text such as NA in a whole file is enough for that. A label of texts is looked at too: its
   * texts are classes, and NA would be one of them.
   *
   * @param leftOut columns of texts that are no features
   */
  static Optional<String> numbersAmong(List<String> leftOut, JobSpec spec, Dataset<Row> rows) {
    JobSpec.Input input = spec.input();
    List<String> texts = new ArrayList<>(leftOut);
    spec.label()
        .map(Names.fields(rows.schema())::get)
        .filter(label -> label.dataType() instanceof StringType)
        .ifPresent(label -> texts.add(label.name()));
    if (texts.isEmpty()
        || !isFile(input)
        || input.schema().isPresent()
        || !isSet(input, "inferSchema")) {
      return Optional.empty();
    }
    List<Row> first =
        rows.select(texts.stream().map(ColumnNames::column).toArray(Column[]::new))
            .limit(FIRST_ROWS)
            .collectAsList();
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      int at = i;
      List<String> values =
          first.stream().filter(row -> !row.isNullAt(at)).map(row -> row.getString(at)).toList();
      long parsed = values.stream().filter(text -> NUMBER.matcher(text).matches()).count();
      if (2 * parsed > values.size()) {
        numbers.add(texts.get(i));
      }
    }
    return numbers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Mostly numbers, but read as texts: %s; set the option nullValue if a text, such as NA, stands for a missing value.",
                Summary.first(numbers)));
  }

  /** The end of a sentence on a missing name, if the options explain why it is missing. */
  static Optional<String> reason(String name, JobSpec.Input input, StructType schema) {
    if (!isFile(input) || input.schema().isPresent()) {
      return Optional.empty();
    }
    String[] columns = schema.fieldNames();
    if (columns.length == 1 && SEPARATED.matcher(columns[0]).matches()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "; with one column '%s', is the option sep what separates them?",
              Excerpt.of(columns[0], SHOWN)));
    }
    boolean unnamed =
        !isSet(input, "header")
            && Arrays.stream(columns).allMatch(column -> UNNAMED.matcher(column).matches());
    return unnamed && !UNNAMED.matcher(name).matches()
        ? Optional.of("; csv has no names without input.schema or the option header.")
        : Optional.empty();
  }

  private static boolean isFile(JobSpec.Input input) {
    return input.format().equalsIgnoreCase("csv")
        && input.table().isEmpty()
        && input.sql().isEmpty();
  }

  private static boolean isSet(JobSpec.Input input, String flag) {
    return input.options().entrySet().stream()
        .anyMatch(
            option ->
                option.getKey().equalsIgnoreCase(flag)
                    && option.getValue().equalsIgnoreCase("true"));
  }
}
