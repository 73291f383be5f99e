package io.normact.sql;

import static io.normact.sql.ActivationFunctions.activate;
import static io.normact.sql.ActivationFunctions.activationSlope;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkThrowableHelper;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How calls are named, what arguments they take, and what is said of those that are wrong. */
class SqlCallsTest {

  private static final SparkSession SPARK = LocalSpark.session();

  /** One row of columns of several types. */
  private static final String INPUT =
      "(SELECT 0.5D x, 2F f, 3 n, '0.25' t, array(1D, 2D) v, true b, map('a', 1) m)";

  private static Dataset<Row> select(String expressions) {
    return SPARK.sql("SELECT " + expressions + " FROM " + INPUT);
  }

  private static Object value(String expression) {
    return select(expression).head().get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SIGMOID(x)                                 | sigmoid(x)",
        "elu(x, 0.5)                                | elu(x, 0.5)",
        "elu(x)                                     | elu(x)",
        "elu(alpha => 0.5, x => n)                  | elu(n, 0.5)",
        "hard_tanh(x, max => 2)                     | hard_tanh(x, -1.0, 2)",
        "softmax(v)                                 | softmax(v)",
        "softmin(array(1, 2))                       | softmin(array(1, 2))",
        "activate(x, 'selu')                        | activate(x, selu)",
        "activation_slope(n + 1, 'elu(alpha=2)')    | activation_slope((n + 1), elu(alpha=2))",
        "relu(CAST(t AS DOUBLE))                    | relu(CAST(t AS DOUBLE))",
        "relu(t)                                    | relu(t)",
        "mish(sigmoid(-1.5D))                       | mish(sigmoid(-1.5))",
      })
  void columnsAreNamedAsWritten(String call, String name) {
    assertThat(select(call).columns()).containsExactly(name);
  }

  @Test
  void plansShowCallsAsWritten() {
    String plan =
        SPARK
            .sql(
                "SELECT elu(id, 0.5), softmax(array(id)), activate(x => id, function => 'selu')"
                    + " FROM range(3)")
            .queryExecution()
            .toString();
    assertThat(plan)
        .containsPattern("elu\\(cast\\(id#\\d+L as double\\), 0\\.5\\)")
        .containsPattern("softmax\\(cast\\(array\\(id#\\d+L\\) as array<double>\\)\\)")
        .containsPattern("activate\\(cast\\(id#\\d+L as double\\), selu\\)");
    Dataset<Row> folded = SPARK.sql("SELECT softmax(array(0, 0)), sigmoid(0)");
    assertThat(folded.queryExecution().optimizedPlan().toString())
        .contains("[0.5,0.5] AS softmax(array(0, 0))", "0.5 AS sigmoid(0)");
    assertThat(folded.queryExecution().optimizedPlan().toJSON()).contains("sigmoid");
  }

  @Test
  void columnsOfDataFramesAreNamedToo() {
    Dataset<Row> data =
        select("*")
            .select(
                activate(col("x"), "elu(alpha=0.5)"),
                activationSlope(col("n"), ActivationFunction.parse("selu")));
    assertThat(data.columns())
        .containsExactly("activate(x, elu(alpha=0.5))", "activation_slope(n, selu)");
    assertThatThrownBy(() -> activationSlope(col("v"), "softmin"))
        .hasMessageStartingWith("Function 'softmin' has no slope as a column");
  }

  /** Constants are computed when the query is planned, and may stand where only constants may. */
  @Test
  void constantsAreFoldedAndInserted() {
    SPARK.sql("DROP TABLE IF EXISTS folded");
    SPARK.sql("CREATE TABLE folded (a ARRAY<DOUBLE>, x DOUBLE, f FLOAT) USING parquet");
    try {
      SPARK.sql(
          "INSERT INTO folded VALUES"
              + " (softmax(array(1D, 2D)), sigmoid(elu(-1, 0.5)), relu(1.5F)),"
              + " (relu(array(-1, NULL)), gelu(NULL), relu(-1F))");
      assertThat(SPARK.table("folded").orderBy("f").collectAsList())
          .map(row -> row.toString().replace("ArraySeq", "").replace("WrappedArray", ""))
          .containsExactly(
              "[(0.0, null),null,0.0]",
              "[("
                  + 1 / (1 + Math.E)
                  + ", "
                  + ActivationFunction.parse("sigmoid").value(1)
                  + "),"
                  + ActivationFunction.parse("sigmoid").value(0.5 * Math.expm1(-1))
                  + ",1.5]");
    } finally {
      SPARK.sql("DROP TABLE folded");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "elu(-1, alpha => 0.5)              | elu(alpha=0.5)      | -1",
        "elu(x => -1, alpha => 0.5)         | elu(alpha=0.5)      | -1",
        "elu(ALPHA => 1 / 2, X => -1)       | elu(alpha=0.5)      | -1",
        "elu(-1, '0.5')                     | elu(alpha=0.5)      | -1",
        "sigmoid(x => 0.5)                  | sigmoid             | 0.5",
        "hard_tanh(5, max => 2)             | hard_tanh(max=2)    | 5",
        "activate(function => 'elu', x => -2) | elu               | -2",
        "sigmoid('0.5')                     | sigmoid             | 0.5",
        "sigmoid(' 1e1 ')                   | sigmoid             | 10",
        "sigmoid(t)                         | sigmoid             | 0.25",
      })
  void argumentsAreTakenAsSparkTakesThem(String call, String function, double x) {
    assertThat(value(call)).isEqualTo(ActivationFunction.parse(function).value(x));
  }

  @Test
  void nullsWithoutATypeAreTaken() {
    Row row =
        select(
                "sigmoid(NULL), softmax(NULL), softmax(array()), relu(array(NULL, NULL)),"
                    + " activate(NULL, 'softmax'), elu(array(), 0.5), typeof(softmax(array()))")
            .head();
    assertThat(row.isNullAt(0) && row.isNullAt(1) && row.isNullAt(4)).isTrue();
    assertThat(row.getList(2)).isEmpty();
    assertThat(row.getList(3)).containsExactly(null, null);
    assertThat(row.getList(5)).isEmpty();
    assertThat(row.getString(6)).isEqualTo("array<double>");
  }

  /** As {@code exp} does: an error or null, as spark.sql.ansi.enabled says. */
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void textsThatAreNoNumbersMeetWhatExpMakesOfThem(String ansi) {
    String outcome =
        LocalSpark.with("spark.sql.ansi.enabled", ansi, () -> outcome("exp(concat(t, 'q'))"));
    assertThat(
            LocalSpark.with(
                "spark.sql.ansi.enabled", ansi, () -> outcome("sigmoid(concat(t, 'q'))")))
        .isEqualTo(outcome);
    assertThat(LocalSpark.with("spark.sql.ansi.enabled", ansi, () -> value("sigmoid(t)")))
        .isEqualTo(ActivationFunction.parse("sigmoid").value(0.25));
  }

  /** As Spark casts them: one that is no number is null, or an error where ANSI says so. */
  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void arraysOfTextsAreTakenAsTheirNumbers(String ansi) {
    for (String call : List.of("softmax(%s)", "elu(%s, 2)", "activate(%s, 'softmin')")) {
      for (String texts : List.of("array(t, ' 1e1 ')", "array(t, NULL)", "array(concat(t, 'q'))")) {
        String cast = String.format(Locale.ROOT, "CAST(%s AS ARRAY<DOUBLE>)", texts);
        assertThat(
                LocalSpark.with(
                    "spark.sql.ansi.enabled", ansi, () -> outcome(call.replace("%s", texts))))
            .as("%s of %s", call, texts)
            .isEqualTo(
                LocalSpark.with(
                    "spark.sql.ansi.enabled", ansi, () -> outcome(call.replace("%s", cast))));
      }
    }
    LocalSpark.with(
        "spark.sql.ansi.enabled",
        ansi,
        () -> {
          assertThat(select("softmax(array('1', '2')) = softmax(array(1, 2))").head().get(0))
              .isEqualTo(true);
          assertThat(select("relu(array(t))").columns()).containsExactly("relu(array(t))");
          assertThat(outcome("softmax(array(t, ' 1e1 '))")).contains("0.99994");
          return null;
        });
  }

  private static String outcome(String call) {
    try {
      return String.valueOf(value(call));
    } catch (Exception e) {
      return e.getClass().getName();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "elu(x, n) | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT | Parameter alpha of elu is n, but must be a constant number.",
        "elu(x, alpha => (SELECT 1)) | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT | Parameter alpha of elu is scalarsubquery(), but must be a constant number.",
        "elu(x, 'a') | INVALID_PARAMETER_VALUE.PATTERN | Parameter alpha of elu is 'a', but must be a constant number.",
        "elu(x, alpha => NULL) | INVALID_PARAMETER_VALUE.PATTERN | Parameter alpha of elu is NULL, but must be a constant number.",
        "leaky_relu(x, 0) | INVALID_PARAMETER_VALUE.PATTERN | Parameter alpha of leaky_relu is 0.0, but must be a finite number above 0.0.",
        "hard_tanh(x, 1, 'NaN') | INVALID_PARAMETER_VALUE.PATTERN | Parameter max of hard_tanh is NaN, but must be a finite number.",
        "sigmoid() | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function sigmoid takes a column, but got 0 arguments.",
        "sigmoid(x, 2) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function sigmoid takes a column, but got 2 arguments.",
        "elu(x, 2, 3) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function elu takes a column and at most 1 parameter (elu(alpha=1.0)), but got 3 arguments.",
        "softmax(x, 2, 3) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function softmax takes one vector or array, such as array(x, y), but got 3 arguments.",
        "unit_norm(x, 2, 3) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function unit_norm takes one vector or array, such as array(x, y) and at most 1 parameter (unit_norm(p=2.0)), but got 3 arguments.",
        "activate(x) | WRONG_NUM_ARGS.WITHOUT_SUGGESTION | Function activate takes a column and the text of an activation function, but got 1 argument.",
        "activate(x, t) | DATATYPE_MISMATCH.NON_FOLDABLE_INPUT | The activation function of activate is t, but must be a constant text such as 'elu(alpha=0.5)'.",
        "activate(x, 5) | INVALID_PARAMETER_VALUE.PATTERN | The activation function of activate is 5, but must be a constant text such as 'elu(alpha=0.5)'.",
        "activate(x, 'sigmod') | INVALID_PARAMETER_VALUE.PATTERN | did you mean 'sigmoid'?",
        "activation_slope(v, 'softmax') | INVALID_PARAMETER_VALUE.PATTERN | Function 'softmax' has no slope as a column",
        "sigmoid(b) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | \"NUMERIC\" or \"VECTOR\" or \"ARRAY<NUMERIC>\"",
        "sigmoid(m) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | has the type \"MAP<STRING, INT>\"",
        "sigmoid(array(b)) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | has the type \"ARRAY<BOOLEAN>\"",
        "sigmoid(array(array(t))) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | has the type \"ARRAY<ARRAY<STRING>>\"",
        "softmax(x) | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | (\"VECTOR\" or \"ARRAY<NUMERIC>\") type",
        "softmax('1') | DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE | \"softmax(1)\"",
        "elu(x, beta => 1) | UNRECOGNIZED_PARAMETER_NAME | [`x`, `alpha`]",
        "elu(alpha => 1) | REQUIRED_PARAMETER_NOT_FOUND | `x`",
        "elu(x, x => 1) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED | `x`",
        "hard_tanh(x, min => 0, min => 0) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE | `min`",
        "hard_tanh(max => 0, max => 0) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE | `max`",
        "elu(x, alpha => 1, alpha => 2) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE | `alpha`",
        "sigmoid(x => x, X => x) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE | `X`",
        "elu(x, 1, alpha => 2) | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED | `alpha`",
        "sigmoid(x, beta => 2) | UNRECOGNIZED_PARAMETER_NAME | [`x`]",
        "elu(alpha => 1, beta => 2, x) | UNEXPECTED_POSITIONAL_ARGUMENT | `beta`",
        "activate(x, 'elu', function => 'elu') | DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED | `function`",
        "elu(x => 1, 0.5) | UNEXPECTED_POSITIONAL_ARGUMENT | `x`",
        "sigmoid(DISTINCT x) | INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX | DISTINCT",
      })
  void mistakesAreErrorsOfAnalysis(String call, String condition, String message) {
    AnalysisException error =
        catchThrowableOfType(AnalysisException.class, () -> select("\n  " + call));
    assertThat(error.getCondition()).isEqualTo(condition);
    assertThat(error).hasMessageContaining(message).hasMessageContaining("line 2 pos 2");
    // PySpark makes the sentence anew, of the condition and its parameters.
    assertThat(SparkThrowableHelper.getMessage(condition, error.getMessageParameters()))
        .startsWith("[" + condition + "]");
    assertThat(error.getSqlState()).matches("[0-9A-Z]{5}");
    assertThat(error.getQueryContext()).hasSize(1);
    assertThat(error.getQueryContext()[0].fragment().toLowerCase(Locale.ROOT))
        .isEqualTo(call.toLowerCase(Locale.ROOT));
  }

  /** Arguments by name find their places as they do for a function of Spark's. */
  @Test
  void namesObeyTheSessionsRuleOfCase() {
    assertThat(LocalSpark.with("spark.sql.caseSensitive", "true", () -> outcome("elu(X => 1)")))
        .isEqualTo(AnalysisException.class.getName());
    assertThat(List.of(value("elu(X => 1)"))).containsExactly(1.0);
  }
}
