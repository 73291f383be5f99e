package io.normact.sql;

import io.normact.sql.catalyst.FeatureOperators;
import io.normact.sql.catalyst.FeaturePruning;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Registers the SQL functions in every session whose class path holds this jar, and the planning
 * rules for the columns that stages add. {@code SessionExtensions}, which Spark finds through
 * META-INF/services, calls it. A name that Spark has already, such as {@code tanh}, stays Spark's.
 *
 * <p>Two settings of the application matter, which a session can't change. {@code
 * spark.normact.functions.enabled} (default true) registers the functions or leaves them out.
 * {@code spark.normact.functions.prefix} (default empty) is put before their names.
 */
public final class ActivationExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  static final String ENABLED = "spark.normact.functions.enabled";
  static final String PREFIX = "spark.normact.functions.prefix";

  /** Makes the extension. Spark calls this where {@code spark.sql.extensions} names the class. */
  public ActivationExtensions() {}

  /**
   * Registers the functions.
   *
   * @throws IllegalArgumentException if a setting is neither true nor false, or the prefix can't
   *     begin a name
   */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    // There is no session yet, but the application's settings are there.
    SparkConf conf = SparkEnv.get().conf();
    SqlFunctions.register(enabled(conf), prefix(conf));
    extensions.injectOptimizerRule(
        new AbstractFunction1<>() {
          @Override
          public Rule<LogicalPlan> apply(SparkSession session) {
            return new FeaturePruning();
          }
        });
    extensions.injectColumnar(
        new AbstractFunction1<>() {
          @Override
          public ColumnarRule apply(SparkSession session) {
            return new FeatureOperators();
          }
        });
    return BoxedUnit.UNIT;
  }

  private static boolean enabled(SparkConf conf) {
    String value = conf.get(ENABLED, "true");
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Setting %s is '%s', but must be true or false.", ENABLED, value));
    }
    return Boolean.parseBoolean(value);
  }

  private static String prefix(SparkConf conf) {
    String value = conf.get(PREFIX, "");
    if (!value.matches("([A-Za-z_][A-Za-z0-9_]*)?")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Setting %s is '%s', but must be the start of a name: letters, digits and underscores.",
              PREFIX,
              value));
    }
    return value;
  }
}
