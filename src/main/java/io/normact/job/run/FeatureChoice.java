package io.normact.job.run;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import io.normact.job.spec.SpecKey;
import io.normact.ml.BatchNorm;
import io.normact.report.PipelineReport.LeftOutColumn;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.column.NamedField;
import io.normact.sql.column.NamedFields;
import io.normact.text.NameList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which columns of an input are features. A name means the column that it names, whatever its type;
 * a pattern means those columns of the chosen types whose names it fits. Of a field in a struct it
 * must fit each part between dots, so that only a pattern with a dot leads there.
 *
 * @param features the features' names
 * @param leftOut the columns that are none, by the reason for it
 */
record FeatureChoice(List<String> features, Map<String, List<LeftOutColumn>> leftOut) {

  private static final String NO_NUMBERS = " of \"*\", being no numbers";
  private static final String LABEL = ", being the label";
  private static final String WEIGHT = ", being the weight";
  private static final String KEY = ", being of a key";
  private static final String OTHER_TYPE = ", being of another type";
  private static final String EXCLUDED = ", being excluded";
  private static final String NOT_INCLUDED = ", being not included";

  /**
   * Chooses among the columns of a schema.
   *
   * @throws SpecException if a name or a pattern fits none, or none is left
   */
  static FeatureChoice of(JobSpec spec, StructType schema) {
    JobSpec.Features chosen = spec.features();
    if (!chosen.names().isEmpty()) {
      NamedFields fields = new NamedFields(schema);
      List<String> names =
          chosen.names().stream()
              .map(name -> feature(name, "features", spec.input(), schema, fields))
              .toList();
      return new FeatureChoice(names, Map.of());
    }
    FeatureChoice choice =
        chosen.isAll() ? ofNumbers(spec, schema) : new Patterns(spec, schema).choice();
    if (choice.features.isEmpty() && choice.leftOutOfNoRole().isEmpty()) {
      throw SpecException.of(
          "Key 'features' has no column to choose: the input holds nothing but %s%s",
          quoted(choice.allLeftOut()), CsvColumns.noNumbers(spec.input(), schema));
    }
    if (choice.features.isEmpty()) {
      String others = roles(spec).isEmpty() ? "" : " other than label and weight";
      throw SpecException.of(
          chosen.isAll()
              ? "Key 'features' is \"*\", but of the input's columns%s none is a number: %s%s"
              : "Key 'features' leaves none of the input's columns%s: %s%s",
          others,
          quoted(choice.leftOutOfNoRole()),
          CsvColumns.noNumbers(spec.input(), schema));
    }
    return choice;
  }

  private static String quoted(List<LeftOutColumn> columns) {
    return NameList.first(
        columns.stream()
            .map(it -> String.format(Locale.ROOT, "'%s' (%s)", it.name(), it.type()))
            .toList());
  }

  /** All columns that are left out. */
  List<LeftOutColumn> allLeftOut() {
    return leftOut.values().stream().flatMap(List::stream).toList();
  }

  /** The columns that are left out for being texts. */
  List<String> leftOutTexts() {
    return leftOut.entrySet().stream()
        .filter(entry -> List.of(NO_NUMBERS, OTHER_TYPE).contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .filter(column -> column.type().equals(DataTypes.StringType.catalogString()))
        .map(LeftOutColumn::name)
        .toList();
  }

  private List<LeftOutColumn> leftOutOfNoRole() {
    return leftOut.entrySet().stream()
        .filter(entry -> !List.of(LABEL, WEIGHT, KEY).contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /** A sentence for each reason, with the first columns. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    leftOut.forEach(
        (reason, columns) ->
            sentences.add("Left out" + reason + ": " + Summary.first(columns) + "."));
    return sentences;
  }

  /** The same with all columns and their number. */
  List<String> fullSentences() {
    List<String> sentences = new ArrayList<>();
    leftOut.forEach(
        (reason, columns) ->
            sentences.add(
                String.format(
                    Locale.ROOT,
                    "Left out%s (%d): %s.",
                    reason,
                    columns.size(),
                    Summary.joined(columns))));
    return sentences;
  }

  /** Columns that are something else than features, and what. */
  private static Map<String, String> roles(JobSpec spec) {
    Map<String, String> roles = Names.map();
    keys(spec).forEach(key -> roles.put(key, KEY));
    spec.weight().ifPresent(weight -> roles.put(weight, WEIGHT));
    spec.label().ifPresent(label -> roles.put(label, LABEL));
    return roles;
  }

  /** The columns by whose values some stage normalises. */
  private static List<String> keys(JobSpec spec) {
    return spec.stages().stream()
        .map(JobSpec.Stage::stage)
        .filter(BatchNorm.class::isInstance)
        .flatMap(stage -> Arrays.stream(((BatchNorm) stage).getKeyCols()))
        .toList();
  }

  private static FeatureChoice ofNumbers(JobSpec spec, StructType schema) {
    Map<String, String> roles = roles(spec);
    List<String> features = new ArrayList<>();
    Map<String, List<LeftOutColumn>> leftOut = new LinkedHashMap<>();
    for (StructField field : schema.fields()) {
      if (roles.containsKey(field.name())) {
        add(leftOut, roles.get(field.name()), field);
      } else if (field.dataType() instanceof NumericType) {
        features.add(field.name());
      } else {
        add(leftOut, NO_NUMBERS, field);
      }
    }
    return new FeatureChoice(features, leftOut);
  }

  private static void add(
      Map<String, List<LeftOutColumn>> leftOut, String reason, StructField field) {
    leftOut.computeIfAbsent(reason, key -> new ArrayList<>()).add(LeftOutColumn.of(field));
  }

  /** The feature that a name means, as the schema spells it. */
  private static String feature(
      String name, String key, JobSpec.Input input, StructType schema, NamedFields fields) {
    StructField field = field(name, key, input, schema, fields);
    if (ColumnKind.of(field.dataType()).isEmpty()) {
      throw SpecException.of(
          "Key '%s' names column '%s' of type %s, but a feature must be %s%s",
          key,
          field.name(),
          field.dataType().catalogString(),
          ColumnKind.ACCEPTED,
          CsvColumns.noNumbers(field.dataType(), input, schema));
    }
    return field.name();
  }

  private static StructField field(
      String name, String key, JobSpec.Input input, StructType schema, NamedFields fields) {
    return fields.find(name).stream()
        .map(NamedField::field)
        .findFirst()
        .orElseThrow(
            () ->
                SpecException.of(
                    "Key '%s' names column '%s', which the input does not have%s",
                    key,
                    name,
                    key.equals("features") && Patterns.isPattern(name)
                        ? "; patterns stand under features.include."
                        : CsvColumns.missing(name, input, schema, NamedFields.names(schema))));
  }

  /** Names and patterns, and what they mean in a schema. */
  private static final class Patterns {

    private final JobSpec spec;
    private final JobSpec.Features chosen;
    private final StructType schema;

    /** Every column and every field of a struct. */
    private final List<StructField> fields;

    private final NamedFields named;
    private final Set<String> columns;
    private final Map<String, String> roles;
    private final int flags =
        Names.same("a", "A") ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;

    Patterns(JobSpec spec, StructType schema) {
      this.spec = spec;
      this.schema = schema;
      chosen = spec.features();
      fields = NamedFields.leaves(schema);
      named = new NamedFields(schema);
      columns = Names.set(List.of(schema.fieldNames()));
      roles = roles(spec);
    }

    FeatureChoice choice() {
      Set<String> excluded = Names.set(List.of());
      chosen.exclude().forEach(text -> excluded.addAll(excluded(text)));
      List<String> features = new ArrayList<>();
      Set<String> used = Names.set(List.of());
      for (String text : chosen.include()) {
        for (String name : included(text)) {
          if (!excluded.contains(name) && used.add(name)) {
            features.add(name);
          }
        }
      }
      for (String name : features) {
        // A struct of which a field is used is not left out.
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
          used.add(name.substring(0, dot));
        }
      }
      Map<String, List<LeftOutColumn>> leftOut = new LinkedHashMap<>();
      List<Predicate<StructField>> included = chosen.include().stream().map(this::fitting).toList();
      for (StructField field : schema.fields()) {
        if (excluded.contains(field.name())) {
          add(leftOut, EXCLUDED, field);
        } else if (!used.contains(field.name()) && roles.containsKey(field.name())) {
          add(leftOut, roles.get(field.name()), field);
        } else if (!used.contains(field.name())) {
          boolean fits = included.stream().anyMatch(pattern -> pattern.test(field));
          add(leftOut, fits ? OTHER_TYPE : NOT_INCLUDED, field);
        }
      }
      return new FeatureChoice(features, leftOut);
    }

    private List<String> included(String text) {
      String key = SpecKey.FEATURES_INCLUDE.path();
      if (!isPattern(text)) {
        return List.of(feature(text, key, spec.input(), schema, named));
      }
      List<String> names =
          fields.stream()
              .filter(fitting(text))
              .filter(field -> chosen.types().hold(field.dataType()))
              .filter(field -> ColumnKind.of(read(field)).isPresent())
              .map(StructField::name)
              .filter(name -> !roles.containsKey(name))
              .toList();
      if (names.isEmpty() && !text.equals("*")) {
        List<StructField> others =
            Arrays.stream(schema.fields()).filter(fitting(text)).filter(this::hasNoRole).toList();
        throw others.isEmpty()
            ? fitsNone(key, text, chosen.types().description())
            : fitsOthers(key, text, others);
      }
      return names;
    }

    private boolean hasNoRole(StructField field) {
      return !roles.containsKey(field.name());
    }

    private SpecException fitsOthers(String key, String text, List<StructField> others) {
      DataType hinted =
          others.stream()
              .map(StructField::dataType)
              .filter(StringType.class::isInstance)
              .findFirst()
              .orElse(others.get(0).dataType());
      return SpecException.of(
          "Key '%s' has '%s', which fits no column of %s, only %s%s",
          key,
          text,
          chosen.types().description(),
          quoted(others.stream().map(LeftOutColumn::of).toList()),
          CsvColumns.noNumbers(hinted, spec.input(), schema));
    }

    private List<String> excluded(String text) {
      String key = SpecKey.FEATURES_EXCLUDE.path();
      if (!isPattern(text)) {
        return List.of(field(text, key, spec.input(), schema, named).name());
      }
      List<String> names = fields.stream().filter(fitting(text)).map(StructField::name).toList();
      if (names.isEmpty()) {
        throw fitsNone(key, text, "any type");
      }
      return names;
    }

    private SpecException fitsNone(String key, String text, String types) {
      return SpecException.of(
          "Key '%s' has '%s', which fits no column of %s%s",
          key,
          text,
          types,
          CsvColumns.reason(text, spec.input(), schema)
              .orElseGet(
                  () ->
                      String.format(
                          Locale.ROOT,
                          "; the columns are %s.",
                          NameList.of(List.of(schema.fieldNames())))));
    }

    private static DataType read(StructField field) {
      return field.dataType() instanceof BooleanType ? DataTypes.DoubleType : field.dataType();
    }

    private static boolean isPattern(String text) {
      return text.contains("*") || text.contains("?");
    }

    /** Whether a field's name is this one, or fits this pattern. */
    private Predicate<StructField> fitting(String text) {
      if (!isPattern(text)) {
        return field -> Names.same(text, field.name());
      }
      Pattern ofColumn = pattern(text, ".");
      Pattern ofField = pattern(text, "[^.]");
      return field ->
          (columns.contains(field.name()) ? ofColumn : ofField).matcher(field.name()).matches();
    }

    private Pattern pattern(String text, String any) {
      String regex =
          text.chars()
              .mapToObj(
                  c -> c == '*' ? any + "*" : c == '?' ? any : Pattern.quote(Character.toString(c)))
              .collect(Collectors.joining());
      return Pattern.compile(regex, flags | Pattern.DOTALL);
    }
  }
}
