package io.normact.sql.catalyst;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.spark.package$;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.analysis.SimpleFunctionRegistry;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression$;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeBlock;
import org.apache.spark.sql.catalyst.parser.ParserInterface;
import org.apache.spark.sql.catalyst.plans.QueryPlan;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin$;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.AbstractDataType;
import scala.Option;
import scala.collection.IndexedSeq;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * What differs between the lines of Spark that one jar serves, 3.5 to 4.2. In 3.5 a column holds an
 * expression, in 4 it holds what only {@code sql.classic} translates. On Scala 2.12 a {@code Seq}
 * in a method's signature is {@link scala.collection.Seq}, on 2.13 it is the immutable one. So a
 * call that is compiled for one does not link on the other.
 *
 * <p>Everything else in this project calls only what every line has.
 */
public final class SparkLine {

  private static final String CLASSIC = "org.apache.spark.sql.classic.ExpressionUtils";

  private static final Function<Expression, Column> COLUMN;
  private static final Function<Column, Expression> EXPRESSION;
  private static final Function<QueryPlan<?>, Seq<Attribute>> OUTPUT;
  private static final Function<ProjectExec, Seq<NamedExpression>> PROJECT_LIST;
  private static final BiFunction<Seq<?>, Seq<?>, CodeBlock> CODE_BLOCK;
  private static final BiFunction<Expression, String, Alias> ALIAS;
  private static final BiFunction<DataStreamWriter<?>, Map<String, String>, Object> OPTIONS;

  static {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      Class<?> classic = find(CLASSIC);
      COLUMN =
          function(
              classic == null
                  ? lookup.unreflectConstructor(Column.class.getConstructor(Expression.class))
                  : lookup.unreflect(classic.getMethod("column", Expression.class)));
      EXPRESSION =
          function(
              lookup.unreflect(
                  classic == null
                      ? Column.class.getMethod("expr")
                      : classic.getMethod("expression", Column.class)));
      OUTPUT = function(lookup.unreflect(QueryPlan.class.getMethod("output")));
      PROJECT_LIST = function(lookup.unreflect(ProjectExec.class.getMethod("projectList")));
      CODE_BLOCK = biFunction(lookup.unreflectConstructor(CodeBlock.class.getConstructors()[0]));
      ALIAS = biFunction(alias(lookup));
      OPTIONS =
          biFunction(lookup.unreflect(DataStreamWriter.class.getMethod("options", Map.class)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "This is Spark %s, which lacks %s; normact runs on Spark 3.5 to 4.2.",
              package$.MODULE$.SPARK_VERSION(),
              e.getMessage()),
          e);
    }
  }

  /** A call that says itself that it is none of a user's function. */
  private static final Pattern BUILTIN =
      Pattern.compile(
          "(`?system`?\\s*\\.\\s*)?`?builtin`?\\s*\\..*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** What messages about named arguments call the function. */
  public static final String ROUTINE =
      package$.MODULE$.SPARK_VERSION().startsWith("3.") ? "functionName" : "routineName";

  private static final Optional<Method> INTERNAL_FUNCTIONS =
      method(FunctionRegistry$.class, "internal");
  private static final Optional<Method> FOLDS_ANYWHERE =
      method(Expression.class, "contextIndependentFoldable");
  private static final Method DATABASES = named(ExternalCatalog.class, "listDatabases", 0);
  private static final Method TABLES = named(ExternalCatalog.class, "listTables", 1);
  private static final Method PARTITIONS = named(ExternalCatalog.class, "listPartitions", 3);
  private static final Method TABLES_BY_NAME = named(ExternalCatalog.class, "getTablesByName", 2);
  private static final Method NAME_PARTS =
      named(ParserInterface.class, "parseMultipartIdentifier", 1);
  private static final Optional<Method> USERS_FUNCTION =
      method(
          SessionCatalog.class,
          "resolveScalarFunctionByIdentifier",
          FunctionIdentifier.class,
          scala.collection.immutable.Seq.class);

  private SparkLine() {}

  /** An alias' constructor: its expression, its name, and no more. */
  private static MethodHandle alias(MethodHandles.Lookup lookup)
      throws ReflectiveOperationException {
    MethodHandle constructor = lookup.unreflectConstructor(Alias.class.getConstructors()[0]);
    MethodHandle newId =
        lookup
            .unreflect(NamedExpression$.class.getMethod("newExprId"))
            .bindTo(NamedExpression$.MODULE$);
    return MethodHandles.collectArguments(
        MethodHandles.insertArguments(
            constructor, 3, seq(List.of()), Option.empty(), seq(List.of())),
        2,
        newId);
  }

  /** Whether an expression is a constant in every session alike, which Spark tells from 4.1 on. */
  static boolean foldsAnywhere(Expression expression) {
    return FOLDS_ANYWHERE.isPresent() && (boolean) invoke(FOLDS_ANYWHERE.get(), expression);
  }

  /** The registry of functions that no user's can hide, from Spark 4.0 on; else null. */
  public static SimpleFunctionRegistry internalFunctions() {
    return INTERNAL_FUNCTIONS
        .map(method -> (SimpleFunctionRegistry) invoke(method, FunctionRegistry$.MODULE$))
        .orElse(null);
  }

  /**
   * The call of a function that the user of this session registered under this name, or null. From
   * Spark 4.2 on Spark itself looks there last; before, first. A call of {@code builtin.name} is
   * none of it.
   */
  public static Expression usersFunction(String name, Seq<Expression> arguments) {
    Option<SparkSession> session = SparkSession.getActiveSession();
    if (USERS_FUNCTION.isEmpty() || session.isEmpty() || isBuiltin(CurrentOrigin$.MODULE$.get())) {
      return null;
    }
    FunctionIdentifier temporary =
        new FunctionIdentifier(name, Option.apply("session"), Option.apply("system"));
    Option<?> found =
        (Option<?>)
            invoke(
                USERS_FUNCTION.get(), session.get().sessionState().catalog(), temporary, arguments);
    return found.isEmpty() ? null : (Expression) found.get();
  }

  private static boolean isBuiltin(Origin call) {
    if (call.sqlText().isEmpty() || call.startIndex().isEmpty()) {
      return false;
    }
    String text = call.sqlText().get();
    int start = (int) call.startIndex().get();
    return start < text.length() && BUILTIN.matcher(text.substring(start)).matches();
  }

  /** The tables and views that the session's own catalog keeps, in one call a database. */
  public static List<CatalogTable> tables(SparkSession spark) {
    ExternalCatalog catalog = spark.sessionState().catalog().externalCatalog();
    List<CatalogTable> tables = new ArrayList<>();
    for (Object database : list((Seq<?>) invoke(DATABASES, catalog))) {
      Object names = invoke(TABLES, catalog, database);
      list((Seq<?>) invoke(TABLES_BY_NAME, catalog, database, names))
          .forEach(table -> tables.add((CatalogTable) table));
    }
    return tables;
  }

  /** The partitions that the session's own catalog keeps of a table; a view has none. */
  public static List<CatalogTablePartition> partitions(SparkSession spark, CatalogTable table) {
    List<CatalogTablePartition> partitions = new ArrayList<>();
    if (table.tracksPartitionsInCatalog() && !table.partitionSchema().isEmpty()) {
      ExternalCatalog catalog = spark.sessionState().catalog().externalCatalog();
      Object found =
          invoke(PARTITIONS, catalog, table.database(), table.identifier().table(), Option.empty());
      list((Seq<?>) found).forEach(each -> partitions.add((CatalogTablePartition) each));
    }
    return partitions;
  }

  /**
   * The parts of a name such as {@code catalog.db.table}.
   *
   * <p>What is no name ends in the exception of Spark's parser, which is checked and not declared.
   */
  public static List<String> nameParts(SparkSession spark, String name) {
    Object parts = invoke(NAME_PARTS, spark.sessionState().sqlParser(), name);
    return list((Seq<?>) parts).stream().map(Object::toString).toList();
  }

  /** A method that takes or gives sequences, the only one of this name and number of parameters. */
  private static Method named(Class<?> type, String name, int parameters) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .filter(method -> method.getParameterCount() == parameters)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    String.format(
                        Locale.ROOT,
                        "This is Spark %s, whose %s has no %s; normact runs on Spark 3.5 to 4.2.",
                        package$.MODULE$.SPARK_VERSION(),
                        type.getSimpleName(),
                        name)));
  }

  private static Optional<Method> method(Class<?> type, String name, Class<?>... parameters) {
    try {
      return Optional.of(type.getMethod(name, parameters));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** The method's result; what it throws is thrown as it is. */
  private static Object invoke(Method method, Object target, Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw SparkLine.<RuntimeException>unchecked(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Method %s can't be called.", method), e);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // It is never of that type.
  private static <E extends Throwable> E unchecked(Throwable e) throws E {
    throw (E) e;
  }

  /**
   * A tree's node as Scala 2.12 asks for it. An expression implements it besides extending {@link
   * Expression}; from that javac makes the bridges by which a Spark on Scala 2.12 calls it.
   *
   * @param <T> what the tree is made of
   */
  interface Node<T extends TreeNode<T>> {

    Seq<T> children();

    TreeNode<T> withNewChildrenInternal(IndexedSeq<T> newChildren);
  }

  /** As {@link Node}, for an operator of a plan. */
  interface Operator extends Node<SparkPlan> {

    Seq<Attribute> output();
  }

  /** As {@link Node}, for an expression whose children Spark casts. */
  interface Inputs {
    Seq<AbstractDataType> inputTypes();
  }

  static Column column(Expression expression) {
    return COLUMN.apply(expression);
  }

  static Expression expression(Column column) {
    return EXPRESSION.apply(column);
  }

  public static List<Attribute> output(QueryPlan<?> plan) {
    return list(OUTPUT.apply(plan));
  }

  public static List<NamedExpression> projectList(ProjectExec plan) {
    return list(PROJECT_LIST.apply(plan));
  }

  /** Java statements for the generated code, without any input that Spark would look into. */
  static CodeBlock code(String statements) {
    return CODE_BLOCK.apply(seq(List.of(statements)), seq(List.of()));
  }

  /** The expression under this name, as a column of its own. */
  static Alias alias(Expression expression, String name) {
    return ALIAS.apply(expression, name);
  }

  /** The writer with these options as well, whose result Spark 4 declares otherwise. */
  @SuppressWarnings("unchecked")
  public static <T> DataStreamWriter<T> withOptions(
      DataStreamWriter<T> writer, Map<String, String> options) {
    return (DataStreamWriter<T>) OPTIONS.apply(writer, options);
  }

  /** The items as a sequence for Scala of either version; a copy. */
  @SuppressWarnings("deprecation") // The converters that replace it are not in Scala 2.12.
  static <T> scala.collection.immutable.List<T> seq(List<T> items) {
    return JavaConverters.asScalaBuffer(items).toList();
  }

  /** A view of the items. */
  @SuppressWarnings("deprecation") // As above.
  public static <T> List<T> list(Seq<T> items) {
    return JavaConverters.seqAsJavaList(items);
  }

  private static Class<?> find(String name) {
    try {
      return Class.forName(name, true, Column.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  @SuppressWarnings("unchecked")
  private static <A, B> Function<A, B> function(MethodHandle method) {
    return MethodHandleProxies.asInterfaceInstance(Function.class, method);
  }

  @SuppressWarnings("unchecked")
  private static <A, B, C> BiFunction<A, B, C> biFunction(MethodHandle method) {
    return MethodHandleProxies.asInterfaceInstance(BiFunction.class, method);
  }
}
