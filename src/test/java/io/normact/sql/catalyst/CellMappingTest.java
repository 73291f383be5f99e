package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Generated code maps all cells in one memory; a query that keeps values must not notice. */
@Tag("thorough")
class CellMappingTest {

  private static final StructType SCHEMA =
      StructType.fromDDL("id INT, a ARRAY<DOUBLE>, b ARRAY<DOUBLE>, f ARRAY<FLOAT>")
          .add("v", new VectorUDT())
          .add("w", new VectorUDT());

  private static final List<Row> ROWS = rows(new Random(11));

  /** Rows of an RDD, so that no query deals them out anew. */
  @BeforeAll
  static void view() {
    JavaSparkContext spark = new JavaSparkContext(LocalSpark.session().sparkContext());
    LocalSpark.session()
        .createDataFrame(spark.parallelize(ROWS, 3), SCHEMA)
        .createOrReplaceTempView("cells");
  }

  /** Lengths from 0 to 69, so that Catalyst has none, one or two words of null bits for them. */
  private static List<Row> rows(Random random) {
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < 200; id++) {
      int length = id % 3 == 0 ? 3 : random.nextInt(70);
      double[] x = random.doubles(length, -3, 3).toArray();
      Double[] a = Arrays.stream(x).boxed().toArray(Double[]::new);
      Float[] f = Arrays.stream(x).mapToObj(value -> (float) value).toArray(Float[]::new);
      if (id % 4 == 0 && length > 0) {
        a[length - 1] = null;
        f[0] = null;
      }
      double[] y = random.doubles(length, -3, 3).toArray();
      Vector v = id % 5 == 0 ? Vectors.dense(x).toSparse() : Vectors.dense(x);
      rows.add(
          RowFactory.create(
              id,
              id % 7 == 0 ? null : a,
              Arrays.stream(y).boxed().toArray(Double[]::new),
              f,
              v,
              Vectors.dense(y)));
    }
    return rows;
  }

  private static List<Double> numbers(Object cell) {
    if (cell instanceof Vector vector) {
      return Arrays.stream(vector.toArray()).boxed().toList();
    }
    return cell instanceof Double[] array
        ? Arrays.asList(array)
        : CollectionConverters.asJava((Seq<?>) cell).stream().map(Double.class::cast).toList();
  }

  private static Map<Integer, List<Double>> byId(List<Row> idsAndCells, int cell) {
    return idsAndCells.stream()
        .filter(row -> !row.isNullAt(cell))
        .collect(Collectors.toMap(row -> row.getInt(0), row -> numbers(row.get(cell))));
  }

  /** The sigmoids of a column, by the function of one number. */
  private Map<Integer, List<Double>> sigmoids(String column) {
    ActivationFunction sigmoid = ActivationFunction.parse("sigmoid");
    Map<Integer, List<Double>> cells = byId(ROWS, SCHEMA.fieldIndex(column));
    cells.replaceAll(
        (id, x) -> x.stream().map(value -> value == null ? null : sigmoid.value(value)).toList());
    return cells;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, sigmoid(%s) FROM cells",
        "SELECT id, array(sigmoid(%2$s), sigmoid(%1$s), sigmoid(%2$s))[1] FROM cells",
        "SELECT id, transform(array(%1$s, %2$s, %1$s), x -> sigmoid(x))[0] FROM cells",
        "SELECT id, if(id %% 2 = 0, sigmoid(%1$s), sigmoid(%1$s)) FROM cells",
        "SELECT id, first(sigmoid(%s)) FROM cells GROUP BY id",
        "SELECT id, max_by(sigmoid(%s), id) FROM cells GROUP BY id",
        "SELECT id, lag(sigmoid(%s), 0) OVER (ORDER BY id) FROM cells",
        "SELECT c.id, c.y FROM"
            + " (SELECT explode(collect_list(struct(id, sigmoid(%s) y))) c FROM cells)",
        "SELECT l.id, l.y FROM (SELECT id, sigmoid(%1$s) y FROM cells) l"
            + " JOIN (SELECT id + 0 AS id, sigmoid(%1$s) y FROM cells) r ON l.id = r.id",
      })
  void whatIsKeptStaysWhatItWas(String query) {
    for (String[] columns : new String[][] {{"a", "b"}, {"v", "w"}}) {
      String sql = String.format(Locale.ROOT, query, (Object[]) columns);
      Supplier<Map<Integer, List<Double>>> result =
          () -> byId(LocalSpark.session().sql(sql).collectAsList(), 1);
      Map<Integer, List<Double>> expected = sigmoids(columns[0]);
      assertThat(result.get()).isEqualTo(expected);
      assertThat(LocalSpark.with("spark.sql.codegen.wholeStage", "false", result))
          .isEqualTo(expected);
      assertThat(LocalSpark.with("spark.sql.codegen.factoryMode", "NO_CODEGEN", result))
          .isEqualTo(expected);
    }
  }

  /** An ordering maps two cells at a time. */
  @Test
  void ordersByWhatItMaps() {
    Dataset<Row> ordered = LocalSpark.session().sql("SELECT id FROM cells ORDER BY sigmoid(b), id");
    Dataset<Row> mapped = LocalSpark.session().sql("SELECT id, sigmoid(b) y FROM cells");
    List<Row> expected =
        LocalSpark.session()
            .createDataFrame(mapped.collectAsList(), mapped.schema())
            .orderBy("y", "id")
            .select("id")
            .collectAsList();
    assertThat(ordered.collectAsList()).isEqualTo(expected);
  }

  /** Joins and groups compare bytes, those in the place of a null element included. */
  @ParameterizedTest
  @CsvSource({"DOUBLE", "FLOAT"})
  void nullElementsAreThoseOfSparksOwnArrays(String type) {
    Dataset<Row> groups =
        LocalSpark.session()
            .sql(
                String.format(
                    Locale.ROOT,
                    "SELECT relu(array(CAST(NULL AS %1$s), -1)) y UNION ALL"
                        + " SELECT array(CAST(NULL AS %1$s), CAST(0 AS %1$s)) y",
                    type))
            .groupBy("y")
            .count();
    assertThat(groups.collectAsList()).hasSize(1);
  }

  /** Sparse vectors of no entries, an odd number and many, each longer or shorter than the last. */
  @Test
  void sparseVectorsThatStaySparseAreThoseOfSparksOwn() {
    List<Row> vectors = new ArrayList<>();
    Random random = new Random(20);
    for (int id = 0; id < 150; id++) {
      double[] x = new double[200];
      for (int n = id % 7 == 0 ? 0 : random.nextInt(140); n > 0; n--) {
        x[random.nextInt(x.length)] = 1 + id + random.nextDouble();
      }
      x[id] = 0.5;
      vectors.add(RowFactory.create(Vectors.dense(x).toSparse()));
    }
    Dataset<Row> data =
        LocalSpark.session().createDataFrame(vectors, new StructType().add("x", new VectorUDT()));
    for (Dataset<Row> relu :
        List.of(data.selectExpr("relu(x) x"), data.selectExpr("relu(relu(x)) x"))) {
      assertThat(relu.collectAsList()).isEqualTo(vectors);
      assertThat(data.union(relu).groupBy("x").count().where("count = 2").count()).isEqualTo(150);
    }
  }

  @Test
  void floatsAreRoundedOnce() {
    ActivationFunction sigmoid = ActivationFunction.parse("sigmoid");
    List<Row> mapped = LocalSpark.session().sql("SELECT f, sigmoid(f) FROM cells").collectAsList();
    for (Row row : mapped) {
      List<Float> x = row.getList(0);
      List<Float> y = row.getList(1);
      for (int i = 0; i < x.size(); i++) {
        Float expected = x.get(i) == null ? null : Float.valueOf((float) sigmoid.value(x.get(i)));
        assertThat(y.get(i)).isEqualTo(expected);
      }
    }
  }

  @Test
  void aVectorTooLongForARowIsRefusedBeforeItIsMade() {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(Vectors.sparse(Integer.MAX_VALUE, List.of()))),
                new StructType().add("x", new VectorUDT()));
    assertThatThrownBy(() -> data.selectExpr("sigmoid(x)").collectAsList())
        .hasStackTraceContaining(
            "Column 'x' holds a row of 2147483647 features, but Spark has room for at most 264305552 that are stored.");
    Vector kept = data.selectExpr("relu(x)").head().getAs(0);
    assertThat(kept.size()).isEqualTo(Integer.MAX_VALUE);
  }
}
