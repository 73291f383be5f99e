package io.normact.fuzz;

import io.normact.LocalSpark;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Made-up data with an id for each row.
 *
 * @param weights row weights; all 1 where there is no column of them
 * @param caseSensitive whether Spark is to tell names apart by case
 * @param valid the rows that hold nothing but finite numbers
 */
record DataCase(
    List<DataColumn> columns,
    List<Double> weights,
    boolean weighted,
    DataParams params,
    boolean caseSensitive,
    BitSet valid) {

  static final String ID = "id";
  static final String WEIGHT = "weight";

  /** The columns of a wide table, all of scalars; it takes as long as a hundred narrow ones. */
  static final int WIDE = 10_000;

  private static final int CASES_FOR_A_WIDE_ONE = 100;
  private static final int CASES_FOR_A_TWIN = 15;

  static DataCase random(boolean plainNames, List<DataColumn.Kind> kinds, SplittableRandom random) {
    boolean wide = random.nextInt(CASES_FOR_A_WIDE_ONE) == 0;
    return random(wide ? WIDE : random.nextInt(1, 5), plainNames, kinds, random);
  }

  /** Data with so many columns. */
  static DataCase random(
      int width, boolean plainNames, List<DataColumn.Kind> kinds, SplittableRandom random) {
    boolean wide = width == WIDE;
    int rows = random.nextInt(6) == 0 ? random.nextInt(2) : random.nextInt(2, wide ? 5 : 14);
    double invalid = Texts.one(List.of(0.0, 0.0, 0.0, 0.1, 0.3, 1.0), random);
    boolean ragged = random.nextInt(15) == 0;
    // One of thousands of columns would always have a variance that no double can hold.
    List<DataColumn.Spread> spreads =
        wide ? DataColumn.Spread.MODERATE : List.of(DataColumn.Spread.values());
    List<DataColumn.Kind> scalar = kinds.stream().filter(DataColumn.Kind::isScalar).toList();
    List<String> names = names(width, plainNames, random);
    List<DataColumn> columns = new ArrayList<>();
    for (String name : names) {
      DataColumn.Kind kind = Texts.one(wide ? scalar : kinds, random);
      boolean raggedHere = ragged && !kind.isScalar();
      columns.add(DataColumn.random(name, kind, spreads, rows, invalid, raggedHere, random));
    }
    // Which rows count where a weight is 0 and a value invalid is no matter of numbers.
    boolean weighted = invalid == 0 && random.nextInt(3) == 0;
    List<Double> weights =
        IntStream.range(0, rows)
            .mapToObj(i -> weighted ? Texts.one(List.of(1.0, 0.5, 1e-3, 1e10, 0.0), random) : 1.0)
            .toList();
    return new DataCase(
        columns,
        weights,
        weighted,
        DataParams.random(features(columns), random),
        hasTwins(names) && random.nextBoolean(),
        valid(columns, rows));
  }

  private static List<String> names(int count, boolean plain, SplittableRandom random) {
    List<String> known = new ArrayList<>(plain ? DataColumn.NAMES.subList(0, 3) : DataColumn.NAMES);
    List<String> names = new ArrayList<>();
    while (names.size() < count && !known.isEmpty()) {
      names.add(known.remove(random.nextInt(known.size())));
    }
    String twin = names.get(0).toUpperCase(Locale.ROOT);
    if (!plain && random.nextInt(CASES_FOR_A_TWIN) == 0 && !names.contains(twin)) {
      names.add(twin);
    }
    while (count == WIDE && names.size() < count) {
      names.add("c" + names.size());
    }
    return names;
  }

  /** Whether two names differ by case alone. */
  private static boolean hasTwins(List<String> names) {
    Set<String> seen = new HashSet<>();
    return !names.stream().allMatch(name -> seen.add(name.toLowerCase(Locale.ROOT)));
  }

  private static BitSet valid(List<DataColumn> columns, int rows) {
    BitSet valid = new BitSet();
    for (int i = 0; i < rows; i++) {
      int row = i;
      valid.set(
          row,
          columns.stream()
              .map(column -> column.features(row))
              .allMatch(x -> x != null && PlainBatchNorm.isFinite(x)));
    }
    return valid;
  }

  private static int features(List<DataColumn> columns) {
    return columns.stream().mapToInt(DataCase::width).sum();
  }

  /** The features of a column; 0 if it holds nothing. */
  static int width(DataColumn column) {
    return IntStream.range(0, column.cells().size())
        .mapToObj(column::features)
        .filter(row -> row != null)
        .mapToInt(row -> row.length)
        .findFirst()
        .orElse(column.kind().isScalar() ? 1 : 0);
  }

  int rows() {
    return weights.size();
  }

  List<String> names() {
    return columns.stream().map(DataColumn::name).toList();
  }

  /** The rows in this order of ids, or the reverse, in so many partitions. */
  Dataset<Row> dataset(boolean reversed, int partitions) {
    List<Row> rows = new ArrayList<>();
    StructType schema = new StructType().add(ID, DataTypes.IntegerType);
    for (DataColumn column : columns) {
      schema = schema.add(column.name(), column.kind().type());
    }
    schema = weighted ? schema.add(WEIGHT, DataTypes.DoubleType) : schema;
    for (int i = 0; i < rows(); i++) {
      List<Object> row = new ArrayList<>();
      row.add(i);
      for (DataColumn column : columns) {
        row.add(column.cells().get(i));
      }
      if (weighted) {
        row.add(weights.get(i));
      }
      rows.add(RowFactory.create(row.toArray()));
    }
    if (reversed) {
      Collections.reverse(rows);
    }
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return LocalSpark.session().createDataFrame(context.parallelize(rows, partitions), schema);
  }

  DataCase withOtherVectors() {
    return new DataCase(
        columns.stream().map(DataColumn::withOtherVectors).toList(),
        weights,
        weighted,
        params,
        caseSensitive,
        valid);
  }

  /** Whether a row stays in the output. */
  boolean stays(int row) {
    return !params.handleInvalid().equals("skip") || valid.get(row);
  }

  /** The numbers of a column in the rows that stay. */
  List<double[]> staying(DataColumn column) {
    List<double[]> staying = new ArrayList<>();
    for (int i = 0; i < rows(); i++) {
      if (stays(i)) {
        staying.add(column.features(i));
      }
    }
    return staying;
  }

  List<Double> stayingWeights() {
    return IntStream.range(0, rows()).filter(this::stays).mapToObj(weights::get).toList();
  }

  /** Whether Spark can't tell two of the columns apart. */
  boolean isAmbiguous() {
    return !caseSensitive && hasTwins(names());
  }

  /** Whether there is no answer but that the data are at fault. */
  boolean isFaulty() {
    if (valid.cardinality() < rows() && params.handleInvalid().equals("error")) {
      return true;
    }
    for (DataColumn column : columns) {
      int width = width(column);
      boolean ragged =
          IntStream.range(0, rows())
              .mapToObj(column::features)
              .anyMatch(x -> x != null && x.length != width);
      if (width == 0 || ragged || !hasStatistics(column)) {
        return true;
      }
    }
    return false;
  }

  /** Whether every feature has a value, and a variance that a double can hold. */
  private boolean hasStatistics(DataColumn column) {
    List<List<Double>> features = PlainBatchNorm.byFeature(staying(column));
    return !features.isEmpty()
        && features.stream()
            .map(values -> PlainBatchNorm.Statistics.of(values, stayingWeights()))
            .allMatch(
                statistics ->
                    statistics.isPresent()
                        && Double.isFinite(statistics.get().variance().doubleValue()));
  }
}
