package io.normact.sql;

import io.normact.math.Definition;
import io.normact.sql.catalyst.SparkLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.SimpleFunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * The SQL functions, and where Spark finds them: in the registry of its own functions. The sessions
 * of a JVM copy it when they begin. Functions that are injected into a session are temporary to
 * Spark before 4.2. Then no view may hold them, no column may have them as its default, and they
 * can be dropped.
 */
final class SqlFunctions {

  private static final String SINCE = "0.1.0";

  /** What columns of the DataFrame API call, see {@link ActivationFunctions}. */
  static final String INTERNAL_PREFIX = "normact_";

  /** What this class has registered. */
  private static final Map<String, SqlFunction> REGISTERED = new LinkedHashMap<>();

  private SqlFunctions() {}

  /**
   * Registers the functions for all sessions that begin from now on, in place of those of an
   * earlier call.
   *
   * @param enabled whether there are to be any in SQL
   * @param prefix what their names begin with
   */
  static synchronized void register(boolean enabled, String prefix) {
    registerInternal();
    Map<String, SqlFunction> wanted = enabled ? all(prefix, true) : Map.of();
    SimpleFunctionRegistry registry = FunctionRegistry.builtin();
    REGISTERED
        .keySet()
        .removeIf(
            name ->
                !wanted.containsKey(name) && registry.dropFunction(new FunctionIdentifier(name)));
    wanted.forEach(
        (name, function) -> {
          FunctionIdentifier identifier = new FunctionIdentifier(name);
          Option<?> there = registry.lookupFunctionBuilder(identifier);
          // Spark's own stay; so do ours, which a session may be copying at this moment.
          if (there.isEmpty()) {
            add(registry, identifier, function);
            REGISTERED.put(name, function);
          }
        });
  }

  /** Registers what columns call by a name that no user's function can take. */
  static void registerInternal() {
    Internal.register();
  }

  /** The function of this name that no user's takes the place of; null if there is none. */
  static SqlFunction internal(String name) {
    return Internal.FUNCTIONS.get(name);
  }

  /** Once a JVM. */
  private static final class Internal {
    static final Map<String, SqlFunction> FUNCTIONS = all("", false);

    static {
      SimpleFunctionRegistry registry = SparkLine.internalFunctions();
      if (registry != null) {
        FUNCTIONS.forEach(
            (name, function) ->
                add(registry, new FunctionIdentifier(INTERNAL_PREFIX + name), function));
      }
    }

    static void register() {}
  }

  @SuppressWarnings("unchecked") // Spark's type of it differs by Scala's version.
  private static void add(
      SimpleFunctionRegistry registry, FunctionIdentifier identifier, SqlFunction function) {
    registry.registerFunction(
        identifier,
        function.info(),
        (Function1<Seq<Expression>, Expression>) (Function1<?, ?>) function);
  }

  private static Map<String, SqlFunction> all(String prefix, boolean yieldsToUsers) {
    Map<String, SqlFunction> functions = new LinkedHashMap<>();
    for (Definition definition : Definition.all()) {
      Stream.concat(Stream.of(definition.name()), definition.aliases().stream())
          .map(
              called ->
                  new SqlFunction(
                      info(prefix, called, definition),
                      yieldsToUsers,
                      (name, arguments) -> ActivationExpression.named(definition, name, arguments)))
          .forEach(function -> functions.put(function.name(), function));
    }
    for (SqlFunction function :
        List.of(activate(prefix, yieldsToUsers), slope(prefix, yieldsToUsers))) {
      functions.put(function.name(), function);
    }
    return functions;
  }

  private static SqlFunction activate(String prefix, boolean yieldsToUsers) {
    return new SqlFunction(
        info(
            prefix,
            ActivationExpression.ACTIVATE,
            "(x, function) - The activation function that the constant text names, of x.",
            "> SELECT _FUNC_(-1D, 'leaky_relu(alpha=0.25)');\n       -0.25"),
        yieldsToUsers,
        ActivationExpression::activate);
  }

  private static SqlFunction slope(String prefix, boolean yieldsToUsers) {
    return new SqlFunction(
        info(
            prefix,
            ActivationExpression.SLOPE,
            "(x, function) - The derivative, with respect to x, of the activation function that"
                + " the constant text names.",
            "> SELECT _FUNC_(0D, 'sigmoid');\n       0.25"),
        yieldsToUsers,
        ActivationExpression::slope);
  }

  private static ExpressionInfo info(String prefix, String called, Definition definition) {
    StringBuilder arguments = new StringBuilder("(x");
    StringBuilder defaults = new StringBuilder();
    for (Definition.ParameterDefinition parameter : definition.parameters()) {
      arguments.append(", ").append(parameter.name());
      defaults.append(
          String.format(
              Locale.ROOT,
              " %s: %s, default %s.",
              parameter.name(),
              parameter.range(),
              parameter.defaultValue()));
    }
    String x = definition.elementwise() ? "1D" : "array(1D, 2D)";
    Object value = definition.elementwise() ? definition.create().value(1) : row(definition);
    return info(
        prefix,
        called,
        arguments + ") - " + definition.formula() + "." + defaults,
        String.format(Locale.ROOT, "> SELECT _FUNC_(%s);\n       %s", x, value));
  }

  /** An example's result as the SQL shell prints an array. */
  private static String row(Definition definition) {
    double[] row = {1, 2};
    definition.create().values(row, row);
    return String.format(Locale.ROOT, "[%s,%s]", row[0], row[1]);
  }

  private static ExpressionInfo info(String prefix, String name, String usage, String example) {
    return new ExpressionInfo(
        ActivationExpression.class.getName(),
        null,
        (prefix + name).toLowerCase(Locale.ROOT),
        "_FUNC_" + usage,
        "",
        "\n    Examples:\n      " + example + "\n  ",
        "",
        "math_funcs",
        SINCE,
        "",
        "built-in");
  }
}
