package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.TypeCheckResult;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ImplicitCastInputTypes;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/**
 * A {@link FeatureFunction} of a column, evaluated inside whole-stage generated code: of a number,
 * or of a cell that holds a row of features, for which each partition has a {@link CellMapper}.
 *
 * <p>Two calls are equal where function and input are. What a call is named, which parameters were
 * written and what messages call its column are no part of that.
 */
public final class FeatureCall extends FeatureExpression
    implements ImplicitCastInputTypes, SparkLine.Inputs {

  private static final long serialVersionUID = 1L;

  /** The name of a call that nobody wrote. */
  private static final String UNNAMED = "map_features";

  private final List<Expression> arguments;
  private final FeatureFunction function;
  private final String name;
  private final String column;
  private final boolean wholeVector;
  private transient FeatureCall canonical;

  private FeatureCall(
      List<Expression> arguments,
      FeatureFunction function,
      boolean wholeVector,
      String name,
      String column) {
    super(arguments, function);
    this.arguments = arguments;
    this.function = function;
    this.wholeVector = wholeVector;
    this.name = name;
    this.column = column;
  }

  /**
   * A call that was written in SQL, or may be taken for one.
   *
   * @param name the name it was called by
   * @param arguments the input, then parameters as they were written, which are only shown: the
   *     function has them
   * @param wholeVector whether the function is one of a whole vector, which a number is not
   */
  public static FeatureCall written(
      String name, List<Expression> arguments, FeatureFunction function, boolean wholeVector) {
    List<Expression> cast = new ArrayList<>(arguments);
    cast.set(0, withNumbers(arguments.get(0), wholeVector));
    return new FeatureCall(List.copyOf(cast), function, wholeVector, name, shown(arguments.get(0)));
  }

  /**
   * An array of texts as one of the numbers that they are. Spark casts a single text by itself, but
   * an array of them only where {@code spark.sql.ansi.enabled} is false.
   */
  private static Expression withNumbers(Expression input, boolean wholeVector) {
    boolean texts =
        input.resolved()
            && input.dataType() instanceof ArrayType array
            && array.elementType() instanceof StringType;
    return texts
        ? Cast$.MODULE$.apply(
            input,
            ColumnKind.castType(input.dataType(), wholeVector).orElseThrow(),
            SQLConf.get().ansiEnabled())
        : input;
  }

  /**
   * A call by a stage, of a vector or an array.
   *
   * @param column the input's name for messages
   */
  static FeatureCall ofStage(FeatureFunction function, Expression input, String column) {
    return new FeatureCall(List.of(input), function, false, UNNAMED, column);
  }

  /** An expression in messages: a column by its name alone, without its table's. */
  public static String shown(Expression expression) {
    // A star that Spark is still to refuse or replace has no name.
    return expression instanceof NamedExpression named && !(expression instanceof Star)
        ? named.name()
        : expression.sql();
  }

  private Expression input() {
    return arguments.get(0);
  }

  /** What the input is cast to; null where no feature can be read from it. */
  private DataType wanted() {
    return ColumnKind.castType(input().dataType(), wholeVector).orElse(null);
  }

  /** Spark casts by these as it does for its own functions; parameters stay what they are. */
  @Override
  public Seq<AbstractDataType> inputTypes() {
    List<AbstractDataType> types = new ArrayList<>();
    arguments.forEach(argument -> types.add(argument.dataType()));
    DataType wanted = wanted();
    if (wanted != null) {
      types.set(0, wanted);
    }
    return SparkLine.seq(types);
  }

  @Override
  public TypeCheckResult checkInputDataTypes() {
    DataType type = input().dataType();
    return type.equals(wanted())
        ? TypeCheckResult.TypeCheckSuccess$.MODULE$
        : new TypeCheckResult.DataTypeMismatch(
            "UNEXPECTED_INPUT_TYPE",
            new Map.Map4<>(
                "paramIndex",
                "first",
                "requiredType",
                wholeVector ? ColumnKind.ROW_TYPES : ColumnKind.TYPES,
                "inputSql",
                '"' + shown(input()) + '"',
                "inputType",
                '"' + type.sql() + '"'));
  }

  @Override
  public DataType dataType() {
    DataType wanted = wanted();
    return wanted == null ? DataTypes.DoubleType : wanted;
  }

  @Override
  public boolean nullable() {
    return nullGivesNull() && input().nullable();
  }

  private boolean nullGivesNull() {
    return function.nullGivesNull(0);
  }

  @Override
  public boolean foldable() {
    return arguments.stream().allMatch(Expression::foldable);
  }

  /** Spark 4 asks, and then adds to a filter on the call that its input is not null. */
  @Override
  public boolean nullIntolerant() {
    return nullGivesNull();
  }

  /** Spark 4.1 asks, and then hands the call's value to a catalog as a column's default. */
  @Override
  public boolean contextIndependentFoldable() {
    return arguments.stream().allMatch(SparkLine::foldsAnywhere);
  }

  /** Makes a new result each time: the caller may still hold the last one. */
  @Override
  public Object eval(InternalRow row) {
    Object cell = input().eval(row);
    if (cell == null && nullGivesNull()) {
      return null;
    }
    ColumnKind kind = kind();
    if (!kind.isScalar()) {
      Object result = cells(kind).mapper().map(cell);
      return foldable() && result instanceof UnsafeArrayData array ? literal(array) : result;
    }
    ScalarFunction scalar = new ScalarFunction(function);
    if (cell == null) {
      return scalar.ofNull();
    }
    // Not by a conditional expression, which would make a double of a float.
    if (kind == ColumnKind.FLOAT) {
      return scalar.map((float) cell);
    }
    return scalar.map((double) cell);
  }

  /** In the form in which alone Spark writes an array as text, in plans and columns' defaults. */
  private GenericArrayData literal(UnsafeArrayData array) {
    return new GenericArrayData(array.toObjectArray(((ArrayType) dataType()).elementType()));
  }

  private ColumnKind kind() {
    return ColumnKind.of(dataType()).orElseThrow();
  }

  private CellFunction cells(ColumnKind kind) {
    return new CellFunction(kind, function, column);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    ColumnKind kind = kind();
    String mapper;
    String ofNull;
    if (kind.isScalar()) {
      ScalarFunction scalar = new ScalarFunction(function);
      mapper = context.addReferenceObj("scalar", scalar, ScalarFunction.class.getName());
      ofNull = nullGivesNull() ? "0" : mapper + ".ofNull()";
    } else {
      String self = context.addReferenceObj("cells", cells(kind), CellFunction.class.getName());
      mapper = GeneratedCode.state(context, CellMapper.class, self + ".mapper()");
      ofNull = nullGivesNull() ? "null" : mapper + ".map(null)";
    }
    ExprCode cell = input().genCode(context);
    String statements =
        String.format(
            Locale.ROOT,
            """
        %1$s
        boolean %2$s = %3$s;
        %4$s %5$s = (%4$s) (%6$s ? %7$s : %8$s.map(%9$s));
        """,
            cell.code(),
            code.isNull(),
            nullGivesNull() ? cell.isNull() : "false",
            CodeGenerator.javaType(dataType()),
            code.value(),
            cell.isNull(),
            ofNull,
            mapper,
            cell.value());
    return GeneratedCode.of(statements, code.isNull(), code.value());
  }

  /** Without name and parameters, so that calls with the same values are found to be one. */
  @Override
  public Expression canonicalized() {
    if (canonical == null) {
      canonical = ofStage(function, input().canonicalized(), "");
      canonical.canonical = canonical;
    }
    return canonical;
  }

  /** A child may have a type only now, as a column of the DataFrame API on Spark 3.5. */
  @Override
  FeatureCall of(List<Expression> newChildren) {
    List<Expression> cast = new ArrayList<>(newChildren);
    cast.set(0, withNumbers(newChildren.get(0), wholeVector));
    return new FeatureCall(List.copyOf(cast), function, wholeVector, name, column);
  }

  @Override
  public String prettyName() {
    return name;
  }

  /** The call as it was written; for a stage's, what it does. */
  @Override
  public String toString() {
    String shown = arguments.stream().map(Object::toString).collect(Collectors.joining(", "));
    return name.equals(UNNAMED)
        ? String.format(Locale.ROOT, "%s(%s, %s)", name, shown, function)
        : String.format(Locale.ROOT, "%s(%s)", name, shown);
  }
}
