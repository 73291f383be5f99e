package io.normact.job.run;

import io.normact.job.spec.JobSpec;
import io.normact.text.Excerpt;
import io.normact.text.NearestName;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;

/**
 * Why a CSV file may not have the columns that somebody sees in it. Whatever separates its values,
 * Spark reads some rows, so what is wrong shows only where a column is looked for.
 */
final class CsvColumns {

  /** What separates values in some files that are called CSV. */
  private static final Pattern SEPARATED = Pattern.compile(".*[,;|\t:^~].*", Pattern.DOTALL);

  private static final Pattern UNNAMED = Pattern.compile("_c\\d+");

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
    return schema.size() == 1
        ? "; with one column, is the option sep what separates them?"
        : "; are the options sep, header and nullValue what the file has?";
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
