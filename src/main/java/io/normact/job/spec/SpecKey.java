package io.normact.job.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The keys of a spec. The parser takes their names, what is expected of their values and their
 * defaults from here, and so do the reference and the JSON Schema.
 */
public enum SpecKey {
  INPUT(
      "",
      "input",
      Type.MAPPING,
      "a mapping with format and path",
      "",
      "What is read: files, a table or a query.",
      "{format: csv, path: in.csv, options: {header: true, inferSchema: true}}"),
  LABEL(
      "",
      "label",
      Type.TEXT,
      "a column name",
      "",
      "The label for `learn: supervised`: a column of numbers, of booleans, or of texts that are 2 to 100 classes. `\"*\"` leaves it out of the features.",
      "malignant"),
  WEIGHT(
      "",
      "weight",
      Type.TEXT,
      "a column name",
      "",
      "The column of row weights, numbers of at least 0. `\"*\"` leaves it out of the features.",
      "w"),
  FEATURES(
      "",
      "features",
      Type.COLUMNS,
      "\"*\", a list of columns, or a mapping with include, exclude and types",
      "\"*\"",
      "The columns that the stages transform. `\"*\"` is every column of numbers except label, weight and the columns of a key.",
      "[x, geo.lon]"),
  STAGES(
      "",
      "stages",
      Type.STAGES,
      "a list of stages",
      "",
      "What is done to the features, one stage after the other.",
      "[batchNorm: {learn: infomax, activation: sigmoid}]"),
  OUTPUT(
      "",
      "output",
      Type.MAPPING,
      "a mapping with format and path",
      "",
      "Where the transformed rows go.",
      "{format: parquet, path: features}"),
  MODEL("", "model", Type.TEXT, "a folder", "", "The folder of the fitted pipeline.", "model"),
  REPORT(
      "",
      "report",
      Type.TEXT,
      "a file",
      "",
      "The HTML page of the report; its name ends in .html. The same numbers are written beside it, in a file ending in .json.",
      "report.html"),
  MODE(
      "",
      "mode",
      List.of("error", "append", "overwrite"),
      "error",
      "What happens to outputs that exist: `error` refuses to touch them, `overwrite` replaces them once the new ones are complete, `append` adds rows to `output`.",
      "overwrite"),

  INPUT_FORMAT(
      "input",
      "format",
      Type.TEXT,
      "a name such as csv",
      "parquet",
      "The name of a Spark data source.",
      "csv"),
  INPUT_PATH(
      "input",
      "path",
      Type.TEXTS,
      "a path or a list of them",
      "",
      "Files, folders or patterns of them.",
      "[2026-01/*.csv, 2026-02/*.csv]"),
  INPUT_TABLE(
      "input",
      "table",
      Type.TEXT,
      "a table's name such as db.t",
      "",
      "A table or view of a catalog of the session, instead of a path.",
      "sales.orders"),
  INPUT_SQL(
      "input",
      "sql",
      Type.TEXT,
      "a query such as 'SELECT * FROM t'",
      "",
      "A query over tables of the session's catalogs, instead of a path. It may not read files by their path, nor call Java.",
      "SELECT a, b FROM sales.orders JOIN sales.items USING (id)"),
  INPUT_OPTIONS(
      "input",
      "options",
      Type.OPTIONS,
      "a mapping of options",
      "",
      "Options of the data source.",
      "{header: true}"),
  INPUT_SCHEMA(
      "input",
      "schema",
      Type.TEXT,
      "columns such as 'id BIGINT, x DOUBLE'",
      "",
      "Columns and their types, as in CREATE TABLE. It is for sources that do not know them or would have to guess.",
      "id BIGINT, x DOUBLE"),
  INPUT_STREAMING(
      "input",
      "streaming",
      Type.FLAG,
      "true or false",
      "false",
      "Whether `transform` reads it as a stream.",
      "true"),
  INPUT_WHERE(
      "input",
      "where",
      Type.TEXT,
      "a condition such as 'x > 0'",
      "",
      "Which rows are taken: a condition as in SQL's WHERE.",
      "country = 'SE' AND amount > 0"),
  INPUT_SAMPLE(
      "input",
      "sample",
      Type.NUMBER,
      "a number above 0 and at most 1",
      "1",
      "The share of the rows that a fit looks at, drawn at random with a fixed seed. All rows are transformed.",
      "0.1"),

  FEATURES_INCLUDE(
      "features",
      "include",
      Type.TEXTS,
      "a column, a pattern such as 'price_*', or a list of them",
      "\"*\"",
      "Columns by name, or by patterns with `*` and `?`. A field of a struct (`geo.lon`) may be named too, and so may a boolean, which counts as 0 or 1.",
      "[price_*, geo.lon]"),
  FEATURES_EXCLUDE(
      "features",
      "exclude",
      Type.TEXTS,
      "a column, a pattern such as '*_id', or a list of them",
      "",
      "Columns to leave out of those that `include` takes.",
      "[zip_code, \"*_id\"]"),
  FEATURES_TYPES(
      "features",
      "types",
      Type.TEXTS,
      "a type such as double, or a list of them",
      "all numbers",
      "The types of the columns that patterns take: " + String.join(", ", FeatureTypes.NAMES) + ".",
      "[double, float]"),

  OUTPUT_FORMAT(
      "output",
      "format",
      Type.TEXT,
      "a name such as parquet",
      "parquet, or the table's own",
      "The name of a Spark data source.",
      "parquet"),
  OUTPUT_PATH("output", "path", Type.TEXT, "a folder", "", "The folder of the rows.", "features"),
  OUTPUT_TABLE(
      "output",
      "table",
      Type.TEXT,
      "a table's name such as db.t",
      "",
      "A table of a catalog of the session, instead of a path. It is made if it does not exist.",
      "sales.features"),
  OUTPUT_OPTIONS(
      "output",
      "options",
      Type.OPTIONS,
      "a mapping of options",
      "",
      "Options of the data source.",
      "{compression: zstd}"),
  OUTPUT_PARTITION_BY(
      "output",
      "partitionBy",
      Type.TEXTS,
      "a column or a list of them",
      "",
      "Columns whose values divide the rows into partitions.",
      "[year, month]"),
  OUTPUT_COLUMNS(
      "output",
      "columns",
      Type.TEXTS,
      "a list of names",
      "",
      "Names of the columns that the stages make; by default `<input>_<last stage>`. With `keepInputs: false` they may be the names of the inputs.",
      "[a, b]"),
  OUTPUT_KEEP_INPUTS(
      "output",
      "keepInputs",
      Type.FLAG,
      "true or false",
      "true",
      "Whether the features' input columns are written too.",
      "false"),
  OUTPUT_CHECKPOINT(
      "output",
      "checkpoint",
      Type.TEXT,
      "a folder",
      "",
      "The folder in which a stream keeps its progress.",
      "checkpoint"),
  OUTPUT_TRIGGER(
      "output",
      "trigger",
      Type.TEXT,
      "availableNow or an interval such as '10 seconds'",
      "availableNow",
      "When a stream looks for new rows: once, for what is there, or again after each interval.",
      "10 seconds");

  /** What a value looks like. */
  public enum Type {
    TEXT("text"),
    TEXTS("text or list of texts"),
    FLAG("true or false"),
    NUMBER("number"),
    WORD("word"),
    OPTIONS("mapping"),
    MAPPING("mapping of the keys below"),
    COLUMNS("text, list of texts, or mapping of the keys below"),
    STAGES("list of stages");

    private final String description;

    Type(String description) {
      this.description = description;
    }

    public String description() {
      return description;
    }
  }

  private final String parent;
  private final String key;
  private final Type type;
  private final String expected;

  @SuppressWarnings("ImmutableEnumChecker") // A list of constants.
  private final List<String> words;

  private final String fallback;
  private final String meaning;
  private final String example;

  SpecKey(
      String parent,
      String key,
      Type type,
      String expected,
      String fallback,
      String meaning,
      String example) {
    this(parent, key, type, expected, List.of(), fallback, meaning, example);
  }

  SpecKey(
      String parent,
      String key,
      List<String> words,
      String fallback,
      String meaning,
      String example) {
    this(
        parent,
        key,
        Type.WORD,
        "one of " + String.join(", ", words),
        words,
        fallback,
        meaning,
        example);
  }

  SpecKey(
      String parent,
      String key,
      Type type,
      String expected,
      List<String> words,
      String fallback,
      String meaning,
      String example) {
    this.parent = parent;
    this.key = key;
    this.type = type;
    this.expected = expected;
    this.words = words;
    this.fallback = fallback;
    this.meaning = meaning;
    this.example = example;
  }

  /** The keys below this one, which is empty for those at the top. */
  public static List<SpecKey> below(String parent) {
    return Arrays.stream(values()).filter(it -> it.parent.equals(parent)).toList();
  }

  /** The names of the keys below this one. */
  static List<String> names(String parent) {
    return below(parent).stream().map(SpecKey::key).toList();
  }

  /** The name as a spec has it. */
  public String key() {
    return key;
  }

  /** The dotted path, as {@code --set} takes it. */
  public String path() {
    return parent.isEmpty() ? key : String.format(Locale.ROOT, "%s.%s", parent, key);
  }

  public Type type() {
    return type;
  }

  /** What a message says the value must be. */
  public String expected() {
    return expected;
  }

  /** The words that it may be, where those are all. */
  public List<String> words() {
    return words;
  }

  /** What holds where the key is not given; empty for nothing. */
  public String fallback() {
    return fallback;
  }

  /** What the key is for. */
  public String meaning() {
    return meaning;
  }

  /** A value in YAML. */
  public String example() {
    return example;
  }
}
