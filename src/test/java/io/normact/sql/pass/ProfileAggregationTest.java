package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.row.Activations;
import io.normact.math.row.Normalization;
import io.normact.math.row.SlopeTally;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.pass.ProfileAggregation.JudgedRows;
import io.normact.sql.pass.ProfileAggregation.Transformation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("thorough")
class ProfileAggregationTest {

  private static final ActivationFunction SIGMOID = ActivationFunction.parse("sigmoid");
  private static final ActivationFunction[] FUNCTIONS = {SIGMOID};
  private static final double THRESHOLD = 0.0025;
  private static final int ROWS = 700;

  /** Columns of every kind: an integer, a vector of 2, an array of 2, a float array of 1. */
  private static final StructType SCHEMA =
      new StructType()
          .add("i", DataTypes.IntegerType)
          .add("v", SQLDataTypes.VectorType())
          .add("a", new ArrayType(DataTypes.DoubleType, true))
          .add("f", new ArrayType(DataTypes.FloatType, true));

  private static final String[] COLUMNS = SCHEMA.fieldNames();
  private static final int FEATURES = 6;

  private static double value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      default -> random.nextGaussian() * 6;
    };
  }

  private static List<Row> rows() {
    Random random = new Random(29);
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < ROWS; r++) {
      Vector vector =
          switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> Vectors.sparse(2, new int[] {1}, new double[] {value(random)});
            default -> Vectors.dense(value(random), value(random));
          };
      Double[] array = {value(random), random.nextInt(5) == 0 ? null : value(random)};
      Float[] floats = {random.nextInt(5) == 0 ? null : (float) value(random)};
      rows.add(
          RowFactory.create(
              random.nextInt(5) == 0 ? null : random.nextInt(40) - 20,
              vector,
              random.nextInt(6) == 0 ? null : array,
              floats));
    }
    return rows;
  }

  /** The features of a row as objects: null, or a double that may be anything. */
  private static Double[] features(Row row) {
    Double[] x = new Double[FEATURES];
    x[0] = row.isNullAt(0) ? null : (double) row.getInt(0);
    if (!row.isNullAt(1)) {
      double[] vector = ((Vector) row.get(1)).toArray();
      x[1] = vector[0];
      x[2] = vector[1];
    }
    if (!row.isNullAt(2)) {
      Double[] array = (Double[]) row.get(2);
      x[3] = array[0];
      x[4] = array[1];
    }
    Float f = ((Float[]) row.get(3))[0];
    x[5] = f == null ? null : (double) f;
    return x;
  }

  private static List<FeatureSource> sources(Dataset<Row> data, String... columns) {
    return Arrays.stream(columns)
        .map(
            c ->
                new FeatureSource(
                    c, ColumnKind.of(data.schema().apply(c).dataType()).orElseThrow(), data.col(c)))
        .toList();
  }

  static Normalization normalization(int features) {
    double[] mean = new double[features];
    double[] scale = new double[features];
    double[] beta = new double[features];
    for (int j = 0; j < features; j++) {
      mean[j] = j;
      scale[j] = 0.5 + j;
      beta[j] = 1 - j;
    }
    return new Normalization(
        mean, scale, beta, Activations.values(ActivationFunction.parse("identity")));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16})
  void agreesWithAPlainLoopHoweverTheRowsAreSplit(int partitions) {
    List<Row> rows = rows();
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows, SCHEMA).repartition(partitions);
    Normalization normalization = normalization(FEATURES);
    List<FeatureProfile> profiles = profiles(data, normalization, new int[] {1, 2, 2, 1}, COLUMNS);
    assertThat(profiles).extracting(FeatureProfile::features).containsExactly(1, 2, 2, 1);
    int index = 0;
    for (FeatureProfile profile : profiles) {
      for (int j = 0; j < profile.features(); j++, index++) {
        check(profile, j, index, rows, normalization);
      }
    }
  }

  private static void check(
      FeatureProfile profile, int j, int index, List<Row> rows, Normalization normalization) {
    long nulls = 0;
    long nans = 0;
    long infinities = 0;
    long flat = 0;
    long flatAfter = 0;
    List<Double> finite = new ArrayList<>();
    for (Row row : rows) {
      Double x = features(row)[index];
      if (x == null) {
        nulls++;
      } else if (x.isNaN()) {
        nans++;
      } else if (x.isInfinite()) {
        infinities++;
      } else {
        finite.add(x);
        flat += SIGMOID.slope(x) < THRESHOLD ? 1 : 0;
        flatAfter += SIGMOID.slope(normalization.value(index, x)) < THRESHOLD ? 1 : 0;
      }
    }
    double[] sorted = finite.stream().mapToDouble(x -> x).sorted().toArray();
    assertThat(profile.rows()).isEqualTo(ROWS);
    assertThat(profile.nulls(j)).isEqualTo(nulls);
    assertThat(profile.nans(j)).isEqualTo(nans);
    assertThat(profile.infinities(j)).isEqualTo(infinities);
    assertThat(profile.count(j)).isEqualTo(sorted.length).isEqualTo(profile.moments().count(j));
    assertThat(profile.before().flat(j)).isEqualTo((double) flat);
    assertThat(profile.after().flat(j)).isEqualTo((double) flatAfter);
    assertThat(profile.values(j).values()).containsExactly(sorted);
    assertThat(profile.moments().mean(j))
        .isCloseTo(
            Arrays.stream(sorted).average().orElseThrow(),
            org.assertj.core.data.Offset.offset(1e-12));
  }

  @Test
  void exactNumbersHaveTheSameBitsHoweverTheRowsAreSplit() {
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows(), SCHEMA);
    List<FeatureProfile> one = profiles(data.coalesce(1), COLUMNS);
    List<FeatureProfile> many = profiles(data.repartition(13), COLUMNS);
    for (int p = 0; p < one.size(); p++) {
      for (int j = 0; j < one.get(p).features(); j++) {
        assertThat(many.get(p).moments().mean(j)).isEqualTo(one.get(p).moments().mean(j));
        assertThat(many.get(p).moments().variance(j)).isEqualTo(one.get(p).moments().variance(j));
        assertThat(many.get(p).before().mean(j)).isEqualTo(one.get(p).before().mean(j));
      }
    }
  }

  /** Profiles of columns as they are. */
  private static List<FeatureProfile> profiles(Dataset<Row> data, String... columns) {
    return profiles(data, null, null, columns);
  }

  /** Profiles of columns before and after a normalisation. */
  private static List<FeatureProfile> profiles(
      Dataset<Row> data, Normalization normalization, int[] widths, String... columns) {
    return ProfileAggregation.run(
            "report",
            data,
            sources(data, columns),
            new Transformation(FUNCTIONS, THRESHOLD, normalization, widths, List.of()),
            JudgedRows.ALL)
        .features();
  }

  /** Zeros that a row doesn't hold count as those that it does, whatever else there is. */
  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true", "false, false"})
  void sparseRowsGiveTheBitsOfDenseOnes(boolean normalized, boolean skipInvalidRows) {
    int width = 30;
    Random random = new Random(31);
    List<Row> sparse = new ArrayList<>();
    List<Row> dense = new ArrayList<>();
    for (int r = 0; r < 900; r++) {
      // The last feature is 0 in every row, the first one in none.
      int[] indices =
          IntStream.range(0, width - 1).filter(j -> j == 0 || random.nextInt(8) == 0).toArray();
      double[] values =
          Arrays.stream(indices)
              .mapToDouble(j -> random.nextInt(40) == 0 ? value(random) : random.nextGaussian())
              .toArray();
      Vector vector = r % 90 == 7 ? null : Vectors.sparse(width, indices, values);
      // Some rows are dense among them.
      sparse.add(RowFactory.create(vector == null || r % 50 > 0 ? vector : vector.toDense()));
      dense.add(RowFactory.create(vector == null ? null : vector.toDense()));
    }
    List<List<String>> results = new ArrayList<>();
    for (List<Row> rows : List.of(dense, sparse)) {
      Dataset<Row> data =
          LocalSpark.session()
              .createDataFrame(rows, new StructType().add("v", SQLDataTypes.VectorType()))
              .coalesce(3);
      Profiles profiles =
          ProfileAggregation.run(
              "report",
              data,
              sources(data, "v"),
              new Transformation(
                  FUNCTIONS,
                  0.2,
                  normalized ? normalization(width) : null,
                  normalized ? new int[] {width} : null,
                  List.of()),
              new JudgedRows(null, skipInvalidRows));
      FeatureProfile profile = profiles.features().get(0);
      results.add(IntStream.range(0, width).mapToObj(j -> text(profile, j)).toList());
    }
    assertThat(results.get(1)).isEqualTo(results.get(0)).doesNotHaveDuplicates();
  }

  /** All that a profile says of a feature. */
  static String text(FeatureProfile profile, int j) {
    List<Object> all = new ArrayList<>();
    all.addAll(List.of(profile.rows(), profile.nulls(j), profile.nans(j), profile.infinities(j)));
    all.addAll(List.of(profile.skipped(j), profile.count(j), profile.min(j), profile.max(j)));
    all.addAll(List.of(profile.moments().mean(j), profile.moments().variance(j), j));
    all.add(Arrays.toString(profile.values(j).values()));
    all.add(Arrays.toString(profile.values(j).weights()));
    if (profile.fittedBins() != null) {
      all.add(Arrays.toString(profile.fittedBins().counts(j)));
      all.add(profile.fittedBins().outside(j));
    }
    for (SlopeTally slopes :
        profile.after() == null
            ? List.of(profile.before())
            : List.of(profile.before(), profile.after())) {
      all.add(profile.flatShare(slopes, j));
      all.add(profile.zeroShare(slopes, j));
      all.add(slopes.mean(j));
    }
    return all.toString();
  }

  @Test
  void manyRowsAreSampledOnceForAllColumnsAndTheSameEachTime() {
    Dataset<Row> data =
        LocalSpark.session().range(0, 60_000, 1, 3).selectExpr("id as i", "array(id * 1D) as a");
    List<FeatureProfile> profiles = profiles(data, "i", "a");
    SampledValues values = profiles.get(0).values(0);
    assertThat(values.values()).hasSize(RowSample.MOST);
    assertThat(values.count()).isEqualTo(60_000);
    assertThat(profiles.get(0).rankError(0)).isEqualTo(values.rankError()).isPositive();
    assertThat(profiles.get(0).min(0)).isZero();
    assertThat(profiles.get(0).max(0)).isEqualTo(59_999);
    assertThat(profiles.get(1).values(0).values()).containsExactly(values.values());
    List<FeatureProfile> again = profiles(data, "a");
    assertThat(again.get(0).values(0).values()).containsExactly(values.values());
  }

  @Test
  void valuesInNoRowOfTheSampleHaveTheirExtremes() {
    Dataset<Row> data =
        LocalSpark.session()
            .range(0, 40_000, 1, 2)
            .selectExpr("if(id in (7, 11, 13), id, null) as i");
    FeatureProfile profile = profiles(data, "i").get(0);
    assertThat(profile.count(0)).isEqualTo(3);
    assertThat(profile.min(0)).isEqualTo(7);
    assertThat(profile.max(0)).isEqualTo(13);
    assertThat(profile.values(0).values()).startsWith(7).endsWith(13);
    assertThat(profile.values(0).count()).isEqualTo(3);
    assertThat(profile.values(0).rankError()).isPositive();
  }

  @Test
  void columnsThatAreAlwaysNullHaveTheWidthThatTheModelKnows() {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create((Object) null), RowFactory.create((Object) null)),
                new StructType(
                    new StructField[] {
                      DataTypes.createStructField("v", SQLDataTypes.VectorType(), true)
                    }));
    FeatureProfile known = profiles(data, normalization(3), new int[] {3}, "v").get(0);
    assertThat(known.nulls(2)).isEqualTo(2);
    assertThat(known.count(2)).isZero();
    FeatureProfile unknown = profiles(data, "v").get(0);
    assertThat(unknown.features()).isZero();
    assertThat(unknown.rows()).isEqualTo(2);
  }

  @Test
  void noRowsAreNoFailure() {
    Dataset<Row> data = LocalSpark.session().createDataFrame(List.<Row>of(), SCHEMA);
    FeatureProfile profile = profiles(data, COLUMNS).get(0);
    assertThat(profile.rows()).isZero();
    assertThat(profile.before().mean(0)).isNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void rowsOfDifferingWidthAreAnError(int partitions) {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(
                    RowFactory.create((Object) new Double[] {1.0, 2.0}),
                    RowFactory.create((Object) new Double[] {1.0})),
                new StructType().add("a", new ArrayType(DataTypes.DoubleType, true)))
            .repartition(partitions);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> profiles(data, "a"))
        .withMessage(
            "Column 'a' holds rows of 1 and of 2 features, but all rows must have as many.");
  }

  @Test
  void rowsThatDoNotFitTheModelAreAnError() {
    Dataset<Row> data = LocalSpark.session().createDataFrame(rows(), SCHEMA);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> profiles(data, normalization(2), new int[] {2}, "f"))
        .withMessage("Column 'f' holds a row of 1 feature, but the model was fitted on 2.");
  }

  @Test
  void tooManyFeaturesAreAnError() {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(Vectors.sparse(10_001, new int[0], new double[0]))),
                new StructType().add("v", SQLDataTypes.VectorType()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> profiles(data, "v"))
        .withMessage(
            "Column 'v' and those next to it hold 10001 features, but a report takes at most 10000; choose fewer.");
  }

  @Test
  void tooManyFeaturesInSeveralColumnsAreAnError() {
    Row row =
        RowFactory.create(
            Vectors.sparse(6000, new int[0], new double[0]),
            Vectors.sparse(4001, new int[0], new double[0]));
    Row first = RowFactory.create(row.get(0), null);
    Row second = RowFactory.create(null, row.get(1));
    StructType schema =
        new StructType().add("v", SQLDataTypes.VectorType()).add("w", SQLDataTypes.VectorType());
    for (List<Row> rows : List.of(List.of(row), List.of(first, second))) {
      Dataset<Row> data = LocalSpark.session().createDataFrame(rows, schema).repartition(2);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> profiles(data, "v", "w"))
          .withMessage(
              "The columns hold more than 10000 features together, but a report takes no more; choose fewer.");
    }
  }
}
