package io.normact.sql;

import static io.normact.sql.ActivationFunctions.activate;
import static io.normact.sql.ActivationFunctions.call;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The functions among those of a session: Spark's, and the user's own. */
class SqlFunctionsTest {

  private static final double SIGMOID = ActivationFunction.parse("sigmoid").value(0.5);

  private final SparkSession spark = LocalSpark.session().newSession();

  @AfterEach
  void dropAll() {
    spark.sql("DROP VIEW IF EXISTS squashed");
    spark.sql("DROP FUNCTION IF EXISTS squash");
    spark.sql("DROP TABLE IF EXISTS defaults");
    SparkEnv.get().conf().remove(ActivationExtensions.ENABLED);
    SparkEnv.get().conf().remove(ActivationExtensions.PREFIX);
    new ActivationExtensions().apply(new SparkSessionExtensions());
  }

  private static Object value(SparkSession session, String expression) {
    return session.sql("SELECT " + expression).head().get(0);
  }

  @Test
  void viewsFunctionsAndDefaultsMayHoldThem() {
    spark.sql(
        "CREATE VIEW squashed AS SELECT sigmoid(x) s, elu(x, alpha => 0.5) e, softmax(array(x)) m,"
            + " activate(x, 'relu') r FROM VALUES (0.5D) t(x)");
    spark.sql(
        "CREATE FUNCTION squash(x DOUBLE) RETURNS DOUBLE RETURN activation_slope(sigmoid(x), 'identity') * sigmoid(x)");
    spark.sql(
        "CREATE TABLE defaults (a INT, b DOUBLE DEFAULT sigmoid(0.5), c ARRAY<DOUBLE> DEFAULT softmax(array(1D, 1D)))"
            + " USING parquet");
    spark.sql("INSERT INTO defaults (a) VALUES (1)");
    SparkSession later = spark.newSession();
    assertThat(later.table("squashed").head().getDouble(0)).isEqualTo(SIGMOID);
    assertThat(value(later, "squash(0.5)")).isEqualTo(SIGMOID);
    assertThat(later.table("defaults").head().getDouble(1)).isEqualTo(SIGMOID);
    assertThat(later.table("defaults").head().<Double>getList(2)).containsExactly(0.5, 0.5);
  }

  @Test
  void theyAreNotDropped() {
    assertThatThrownBy(() -> spark.sql("DROP TEMPORARY FUNCTION sigmoid"))
        .isInstanceOf(AnalysisException.class);
    assertThat(value(spark, "sigmoid(0.5)")).isEqualTo(SIGMOID);
  }

  /** On every line of Spark; a persistent function of the name needs its schema before it. */
  @Test
  void aFunctionThatTheUserRegistersIsTheUsers() {
    UDF1<Double, Double> relu = x -> 42.0;
    UDF2<Double, String, Double> activate = (x, function) -> 43.0;
    spark.udf().register("relu", relu, DataTypes.DoubleType);
    spark.udf().register("activate", activate, DataTypes.DoubleType);
    assertThat(value(spark, "relu(-1D)")).isEqualTo(42.0);
    assertThat(value(spark, "RELU(-1D)")).isEqualTo(42.0);
    assertThat(value(spark, "activate(0.5D, 'sigmoid')")).isEqualTo(43.0);
    assertThat(value(spark.newSession(), "relu(-1D)")).isEqualTo(0.0);
    spark.udf().register("normact_activate", activate, DataTypes.DoubleType);
    spark.udf().register("normact_relu", relu, DataTypes.DoubleType);
    Row row =
        spark
            .range(1)
            .select(
                activate(col("id"), "sigmoid"),
                call("activate", col("id"), lit("sigmoid")),
                call("relu", col("id").minus(1)))
            .head();
    assertThat(row).isEqualTo(RowFactory.create(0.5, 0.5, 0.0));
  }

  /**
   * As Spark 4.2 has it for its own: what is called builtin is, whatever the user has registered.
   */
  @Test
  void aNameCalledBuiltinIsNoUsers() {
    UDF1<Double, Double> relu = x -> 42.0;
    spark.udf().register("relu", relu, DataTypes.DoubleType);
    assertThat(value(spark, "builtin.relu(-1D)")).isEqualTo(0.0);
    assertThat(value(spark, "SYSTEM . `builtin`.Relu(x => relu(-1D))")).isEqualTo(42.0);
    assertThat(value(spark, "relu(builtin.relu(-1D)) + builtin . relu(1D)")).isEqualTo(43.0);
    assertThat(value(spark, "system.session.relu(-1D)")).isEqualTo(42.0);
  }

  @Test
  void namesThatSparkHasStaySparks() {
    assertThat(spark.sql("SELECT tanh(0.5)").columns()).containsExactly("TANH(0.5)");
  }

  @Test
  void settingsTurnThemOffOrRenameThem() {
    register(Map.of(ActivationExtensions.PREFIX, "na_"));
    SparkSession renamed = spark.newSession();
    assertThat(value(renamed, "na_sigmoid(0.5)")).isEqualTo(SIGMOID);
    assertThat(renamed.sql("SELECT NA_Tanh(0.5D), na_activate(1, 'elu')").columns())
        .containsExactly("na_tanh(0.5)", "na_activate(1, elu)");
    assertThatThrownBy(() -> value(renamed, "sigmoid(0.5)")).isInstanceOf(AnalysisException.class);
    register(Map.of(ActivationExtensions.ENABLED, "false"));
    SparkSession without = spark.newSession();
    for (String call : new String[] {"na_sigmoid(1)", "sigmoid(1)", "activate(1, 'elu')"}) {
      assertThatThrownBy(() -> value(without, call)).isInstanceOf(AnalysisException.class);
    }
    assertThat(value(without, "tanh(0)")).isEqualTo(0.0);
    for (SparkSession session : List.of(renamed, without)) {
      Dataset<Row> called =
          session.range(1).select(activate(col("id"), "sigmoid"), call("elu", col("id"), lit(0.5)));
      assertThat(called.columns()).containsExactly("activate(id, sigmoid)", "elu(id, 0.5)");
      assertThat(called.head()).isEqualTo(RowFactory.create(0.5, 0.0));
    }
  }

  @Test
  void settingsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> register(Map.of(ActivationExtensions.ENABLED, "no")))
        .hasMessage("Setting spark.normact.functions.enabled is 'no', but must be true or false.");
    SparkEnv.get().conf().remove(ActivationExtensions.ENABLED);
    assertThatThrownBy(() -> register(Map.of(ActivationExtensions.PREFIX, "my.")))
        .hasMessage(
            "Setting spark.normact.functions.prefix is 'my.', but must be the start of a name:"
                + " letters, digits and underscores.");
  }

  private static void register(Map<String, String> settings) {
    SparkEnv.get().conf().remove(ActivationExtensions.PREFIX);
    settings.forEach(SparkEnv.get().conf()::set);
    new ActivationExtensions().apply(new SparkSessionExtensions());
  }
}
