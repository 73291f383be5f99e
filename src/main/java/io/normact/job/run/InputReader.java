package io.normact.job.run;

import io.normact.job.output.PathChecks;
import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.PlainYaml;
import io.normact.job.spec.SpecException;
import io.normact.sql.catalyst.PlanReads;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.StructType;

/** Opens the input of a job, as a batch or as a stream. */
final class InputReader {

  private static final String WHERE = "input.where";
  private static final String FILES_IN_SQL = "spark.sql.runSQLOnFiles";
  private static final String CORRUPT_RECORD = "spark.sql.columnNameOfCorruptRecord";

  private InputReader() {}

  static Dataset<Row> read(SparkSession spark, JobSpec.Input input) {
    Dataset<Row> rows = open(spark, input);
    checkPlain(rows, input.key());
    if (input.where().isPresent()) {
      rows = filtered(rows, input);
      checkPlain(rows, WHERE);
    }
    return rows;
  }

  @SuppressWarnings("deprecation") // Spark 3.5 has no getCondition.
  private static Dataset<Row> filtered(Dataset<Row> rows, JobSpec.Input input) {
    String condition = input.where().orElseThrow();
    try {
      return withoutFiles(rows.sparkSession(), () -> rows.filter(condition));
    } catch (Exception e) {
      String refused = e instanceof SparkThrowable it ? String.valueOf(it.getErrorClass()) : "";
      Optional<String> reason = CsvColumns.reason(condition, input, rows.schema());
      if (refused.startsWith("UNRESOLVED_COLUMN") && reason.isPresent()) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Key '%s' is '%s', which names a column that the input does not have%s",
                WHERE,
                condition,
                reason.get()),
            e);
      }
      // A ParseException, which is not declared.
      throw refused(WHERE, e);
    }
  }

  /** A spec is data: a query reads, and what else it does is refused before it is run. */
  private static void checkPlain(Dataset<Row> rows, String key) {
    Optional<String> runs = PlanReads.of(rows).runs();
    if (runs.isPresent()) {
      throw SpecException.of(
          "Key '%s' would run %s, but nothing that a spec names is run: a query only reads.",
          key, runs.get());
    }
  }

  /** The input without what its keys say of rows. */
  @SuppressWarnings("deprecation") // Spark 3.5 has no getCondition.
  static Dataset<Row> open(SparkSession spark, JobSpec.Input input) {
    try {
      if (input.table().isPresent() || input.sql().isPresent()) {
        return ofCatalog(spark, input);
      }
      checkNamesFiles(input);
      if (input.streaming()) {
        return stream(spark, input);
      }
      Dataset<Row> rows = batch(spark, input);
      checkUnderstood(rows.schema(), input);
      // A source may look at its options only now; later it would be a stage that failed.
      rows.queryExecution().toRdd();
      return rows;
    } catch (Exception | AssertionError e) {
      if (!Failure.isRefusal(e)) {
        throw e;
      }
      String condition = e instanceof SparkThrowable refusal ? refusal.getErrorClass() : null;
      throw switch (String.valueOf(condition)) {
        case "PATH_NOT_FOUND" ->
            new SpecException(
                String.format(
                    Locale.ROOT,
                    "Key 'input.path' is '%s', but there is no such file or folder.",
                    input.description()),
                e);
        case "UNABLE_TO_INFER_SCHEMA" ->
            new SpecException(
                String.format(
                    Locale.ROOT,
                    "Key 'input.path' is '%s', but no %s data are there to take a schema from; set input.schema, or correct the path.",
                    input.description(),
                    input.format()),
                e);
        default -> SpecException.at("input", e);
      };
    }
  }

  /** Where a schema is given, no path is no error to Spark, and no rows. */
  private static void checkNamesFiles(JobSpec.Input input) {
    boolean ofFiles =
        PathChecks.FILE_FORMATS.contains(input.format())
            || Set.of("binaryfile", "image", "libsvm").contains(input.format());
    if (ofFiles
        && input.paths().isEmpty()
        && input.options().keySet().stream().noneMatch("path"::equalsIgnoreCase)) {
      throw SpecException.of(
          "Key 'input.path' is missing, but must be what to read %s from.", input.format());
    }
  }

  /** Rows of a table or of a query over tables. */
  private static Dataset<Row> ofCatalog(SparkSession spark, JobSpec.Input input) {
    try {
      return withoutFiles(
          spark,
          () -> {
            if (input.sql().isPresent()) {
              checkQuery(spark, input.sql().get());
              return spark.sql(input.sql().get());
            }
            String table = input.table().orElseThrow();
            return input.streaming()
                ? spark.readStream().options(input.options()).table(table)
                : spark.read().options(input.options()).table(table);
          });
    } catch (Exception e) {
      // A ParseException or AnalysisException, which are not declared.
      throw refused(input.key(), e);
    }
  }

  /** Spark carries commands out when it is given them, so that no text reaches it that is one. */
  private static void checkQuery(SparkSession spark, String sql) throws Exception {
    ParserInterface parser = spark.sessionState().sqlParser();
    if (!PlanReads.isQuery(parser.parsePlan(sql)) || !PlanReads.isQuery(parser.parseQuery(sql))) {
      throw SpecException.of(
          "Key 'input.sql' is '%s', but must be a query such as 'SELECT * FROM t'.", sql);
    }
  }

  /** What is asked where SQL can't name files and the data source that reads them, by its class. */
  private static <T> T withoutFiles(SparkSession spark, Callable<T> asked) throws Exception {
    String before = spark.conf().get(FILES_IN_SQL);
    spark.conf().set(FILES_IN_SQL, false);
    try {
      return asked.call();
    } finally {
      spark.conf().set(FILES_IN_SQL, before);
    }
  }

  private static RuntimeException refused(String key, Exception e) {
    if (e instanceof SpecException known) {
      return known;
    }
    if (Failure.isRefusal(e)) {
      return SpecException.at(key, e);
    }
    return e instanceof RuntimeException unchecked
        ? unchecked
        : new JobException(Failure.message(e), e);
  }

  /** Where no record could be read, Spark offers the lines as they are, in a column for that. */
  private static void checkUnderstood(StructType schema, JobSpec.Input input) {
    boolean onlyCorrupt =
        input.schema().isEmpty()
            && schema.size() == 1
            && Set.of("json", "xml").contains(input.format().toLowerCase(Locale.ROOT))
            && schema.fieldNames()[0].equals(corruptRecord(input));
    if (onlyCorrupt) {
      throw SpecException.of(
          "Key 'input.path' is '%s', but no line of it is a record of %s by itself; set the option multiLine to true if a record goes over lines, or correct the format.",
          input.description(), input.format());
    }
    boolean someCorrupt =
        input.schema().isEmpty()
            && input.format().equalsIgnoreCase("json")
            && Arrays.asList(schema.fieldNames()).contains(corruptRecord(input));
    if (someCorrupt && isArrayOverLines(SparkSession.active(), input)) {
      throw SpecException.of(
          "Key 'input.path' is '%s', which is an array of records over several lines; set the option multiLine to true.",
          input.description());
    }
  }

  /** An array with a record a line reads as records, of which the brackets' lines are none. */
  private static boolean isArrayOverLines(SparkSession spark, JobSpec.Input input) {
    String[] paths = input.paths().toArray(new String[0]);
    return paths.length > 0
        && spark
            .read()
            .text(paths)
            .filter("length(trim(value)) > 0")
            .limit(1)
            .collectAsList()
            .stream()
            .anyMatch(line -> line.getString(0).strip().equals("["));
  }

  private static String corruptRecord(JobSpec.Input input) {
    return input.options().entrySet().stream()
        .filter(option -> option.getKey().equalsIgnoreCase("columnNameOfCorruptRecord"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> SparkSession.active().conf().get(CORRUPT_RECORD));
  }

  private static Dataset<Row> batch(SparkSession spark, JobSpec.Input input) {
    DataFrameReader reader = spark.read().format(input.format()).options(input.options());
    if (input.schema().isPresent()) {
      reader = reader.schema(schema(input));
    }
    List<String> paths = input.paths();
    return paths.isEmpty() ? reader.load() : reader.load(paths.toArray(new String[0]));
  }

  private static Dataset<Row> stream(SparkSession spark, JobSpec.Input input) {
    if (input.paths().size() > 1) {
      throw new SpecException("Key 'input.path' is a list, but a stream is read from one folder.");
    }
    DataStreamReader reader = spark.readStream().format(input.format()).options(input.options());
    if (input.schema().isPresent()) {
      reader = reader.schema(schema(input));
    } else if (!input.paths().isEmpty() && PathChecks.FILE_FORMATS.contains(input.format())) {
      // A stream of files does not look for its schema; what is there now tells. A table knows it.
      reader = reader.schema(batch(spark, input).schema());
    }
    return input.paths().isEmpty() ? reader.load() : reader.load(input.paths().get(0));
  }

  private static StructType schema(JobSpec.Input input) {
    String text = input.schema().orElseThrow();
    if (depth(text) > PlainYaml.MAX_DEPTH) {
      // Spark's parser would need minutes, or end the job for want of stack.
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'input.schema' is '%s', but types nest to a depth of %d.",
              text,
              PlainYaml.MAX_DEPTH));
    }
    try {
      return StructType.fromDDL(text);
    } catch (Exception e) {
      // The parser's exception is an AnalysisException, which is not declared.
      throw new SpecException(
          String.format(
              Locale.ROOT,
              "Key 'input.schema' is '%s', but must be columns such as 'id BIGINT, x DOUBLE'.",
              text),
          e);
    }
  }

  /** How deep brackets nest outside of quoted names. */
  private static int depth(String schema) {
    int depth = 0;
    int deepest = 0;
    boolean quoted = false;
    for (int i = 0; i < schema.length(); i++) {
      char c = schema.charAt(i);
      quoted ^= c == '`';
      if (!quoted) {
        depth += "<([{".indexOf(c) >= 0 ? 1 : ">)]}".indexOf(c) >= 0 ? -1 : 0;
        deepest = Math.max(deepest, depth);
      }
    }
    return deepest;
  }
}
