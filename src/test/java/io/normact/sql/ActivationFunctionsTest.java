package io.normact.sql;

import static io.normact.sql.ActivationFunctions.activate;
import static io.normact.sql.ActivationFunctions.activationSlope;
import static io.normact.sql.ActivationFunctions.call;
import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.sql.catalyst.FeatureColumns;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedStar;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Function1;
import scala.Option;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

class ActivationFunctionsTest {

  /** Names that Spark has already, which stay its. */
  private static final Map<String, DoubleUnaryOperator> SPARKS_OWN =
      Map.of("tanh", StrictMath::tanh, "log1p", StrictMath::log1p);

  private final SparkSession spark = LocalSpark.session();

  private Object sql(String expression) {
    return spark.sql("SELECT " + expression).first().get(0);
  }

  static List<Definition> elementwise() {
    return Definition.all().stream().filter(Definition::elementwise).toList();
  }

  /** Of a column of Spark 3.5 nothing is known until it is resolved. */
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void arraysOfTextsAreTakenOnceTheirTypeIsKnown(String ansi) {
    SqlFunction activate = SqlFunctions.internal("activate");
    // A constant is one at once on Spark 3.5 alone.
    Function1<Seq<Expression>, Expression> relu =
        x ->
            activate.apply(
                CollectionConverters.asScala(List.of(x.head(), Literal$.MODULE$.apply("relu"))));
    List<Row> rows =
        LocalSpark.with(
            "spark.sql.ansi.enabled",
            ansi,
            () ->
                spark
                    .sql("SELECT array('1', ' -2e1 ') AS a, named_struct('b', array('3')) AS s")
                    .select(
                        activate(col("a"), "relu"),
                        FeatureColumns.called(relu, col("a")),
                        FeatureColumns.called(relu, col("s.b")))
                    .collectAsList());
    assertThat(rows.get(0).getList(0)).containsExactly(1.0, 0.0);
    assertThat(rows.get(0).getList(1)).containsExactly(1.0, 0.0);
    assertThat(rows.get(0).getList(2)).containsExactly(3.0);
  }

  @Test
  void everyElementwiseFunctionIsAnSqlFunction() {
    String calls =
        elementwise().stream()
            .map(d -> d.name() + "(-0.75D) AS `" + d.name() + "`")
            .collect(Collectors.joining(", ", "SELECT ", ""));
    Row row = spark.sql(calls).first();
    for (Definition definition : elementwise()) {
      Double expected =
          SPARKS_OWN
              .getOrDefault(definition.name(), definition.create()::value)
              .applyAsDouble(-0.75);
      assertThat(row.<Double>getAs(definition.name())).as(definition.name()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "elu(-1D, 0.5)                                   | elu(alpha=0.5)  | -1",
        "hard_tanh(5, -2, 2)                             | hard_tanh(min=-2,max=2) | 5",
        "SIGMOID(CAST(2 AS DECIMAL(5,2)))                | sigmoid | 2",
        "activate(-3, ' LEAKY_RELU( alpha = 0.25 ) ')    | leaky_relu(alpha=0.25) | -3",
        "activate(3S, concat('e', 'lu'))                 | elu | 3",
        "leaky_relu(-2L, 1 / 4)                          | leaky_relu(alpha=0.25) | -2",
      })
  void parametersAreConstants(String call, String function, double x) {
    assertThat(sql(call)).isEqualTo(ActivationFunction.parse(function).value(x));
  }

  @Test
  void slopesVectorsArraysAndNulls() {
    assertThat(sql("activation_slope(0D, 'sigmoid')")).isEqualTo(0.25);
    assertThat(sql("sigmoid(NULL)")).isNull();
    assertThat(sql("relu(CAST('NaN' AS DOUBLE))")).isEqualTo(Double.NaN);
    assertThat(sql("relu(CAST(-1.5 AS FLOAT))")).isEqualTo(0.0f);
    assertThat(sql("to_json(struct(relu(array(-1, NULL, 2))))"))
        .isEqualTo("{\"col1\":[0.0,null,2.0]}");
    assertThat(spark.sql("SELECT softmax(array(1.0, 1.0))").first().<Double>getList(0))
        .containsExactly(0.5, 0.5);
    Dataset<Row> data =
        spark.createDataFrame(
            List.of(RowFactory.create(Vectors.sparse(3, new int[] {2}, new double[] {-1}))),
            new StructType().add("v", new VectorUDT()));
    data.createOrReplaceTempView("vectors");
    spark.sql("CREATE OR REPLACE TEMP VIEW squashed AS SELECT tanh_shrink(v) AS y FROM vectors");
    Vector y = spark.table("squashed").first().getAs(0);
    assertThat(y)
        .isEqualTo(
            Vectors.sparse(
                3,
                new int[] {2},
                new double[] {ActivationFunction.parse("tanh_shrink").value(-1)}));
  }

  @Test
  @Tag("thorough")
  void columnsFromJava() {
    Dataset<Row> data = spark.range(3).select(col("id").minus(1).as("x"));
    Row row =
        data.select(
                activate(col("x"), "elu(alpha=0.5)"),
                activationSlope(col("x"), "elu(alpha=0.5)"),
                call_function("elu", col("x"), lit(0.5)),
                activate(col("x"), ActivationFunction.parse("relu")),
                activationSlope(col("x"), ActivationFunction.parse("relu")))
            .first();
    ActivationFunction elu = ActivationFunction.parse("elu(alpha=0.5)");
    assertThat(row.getDouble(0)).isEqualTo(elu.value(-1)).isEqualTo(row.getDouble(2));
    assertThat(row.getDouble(1)).isEqualTo(elu.slope(-1));
    assertThat(row.getDouble(3)).isZero();
    assertThat(row.getDouble(4)).isZero();
  }

  @Test
  void callsAreNamedAsTheyAreWrittenAndSayWhatIsWrong() {
    Dataset<Row> data = spark.range(1).select(col("id").minus(1).as("x"));
    Dataset<Row> called =
        data.select(
            call("elu", col("x"), lit(0.5)),
            call(" HardTanh ", col("x")),
            call("tanh", col("x")),
            call("activation_slope", col("x"), lit("selu")));
    assertThat(called.columns())
        .containsExactly("elu(x, 0.5)", "hardtanh(x)", "tanh(x)", "activation_slope(x, selu)");
    assertThat(called.first().getDouble(0))
        .isEqualTo(ActivationFunction.parse("elu(alpha=0.5)").value(-1));
    assertThatThrownBy(() -> call("sigmod", col("x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Activation function 'sigmod' is unknown; did you mean 'sigmoid'? Known are celu, ");
    assertThatThrownBy(() -> data.select(call("elu", col("x"), lit(-1))))
        .isInstanceOf(AnalysisException.class)
        .hasMessageStartingWith(
            "[INVALID_PARAMETER_VALUE.PATTERN] Parameter alpha of elu is -1.0, but must be a finite number above 0.0 and at most 1.0E50.");
  }

  /** On Spark 3.5 a call is made before Spark has replaced a star, or refused it. */
  @Test
  void aStarIsLeftToSpark() {
    Expression star = new UnresolvedStar(Option.empty());
    Expression call =
        SqlFunctions.internal("relu").apply(CollectionConverters.asScala(List.of(star)));
    assertThat(call.prettyName()).isEqualTo("relu");
    assertThat(call.children().head()).isSameAs(star);
  }

  @Test
  void descriptionsTellFormulaAndExample() {
    for (Definition definition : Definition.all()) {
      if (SPARKS_OWN.containsKey(definition.name())) {
        continue;
      }
      String text =
          spark.sql("DESCRIBE FUNCTION EXTENDED " + definition.name()).collectAsList().stream()
              .map(row -> row.getString(0))
              .collect(Collectors.joining("\n"));
      assertThat(text).contains(definition.formula()).contains("> SELECT " + definition.name());
      String example = text.substring(text.indexOf("SELECT "), text.lastIndexOf(";"));
      Row result = spark.sql(example).first();
      String expected =
          text.substring(text.lastIndexOf(";") + 1)
              .strip()
              .lines()
              .findFirst()
              .orElseThrow()
              .strip();
      Object value = result.get(0);
      String shown =
          value instanceof Double
              ? value.toString()
              : result.<Double>getList(0).toString().replace(" ", "");
      assertThat(shown).isEqualTo(expected);
    }
    assertThat(sql("activation_slope(0D, 'sigmoid')")).isEqualTo(0.25);
  }
}
