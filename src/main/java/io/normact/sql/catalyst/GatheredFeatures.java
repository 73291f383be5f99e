package io.normact.sql.catalyst;

import io.normact.math.row.FeatureFunction;
import io.normact.sql.column.ColumnValues;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.expressions.codegen.FalseLiteral$;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An array of features made of scalar columns of any numeric type, whose values go through a {@link
 * FeatureFunction} together; {@link TakenFeature} takes them out again.
 *
 * <p>Generated code evaluates the columns where they stand and hands all of them to one method,
 * which puts them into the {@link GatheredRow} that the task keeps. HotSpot compiles no method
 * above 8,000 bytes, and a column more is 8 to the method that evaluates it.
 */
final class GatheredFeatures extends FeatureExpression {

  private static final long serialVersionUID = 1L;

  /**
   * As many as there are bits in a word of nulls; a method of so many numbers, each with whether it
   * is null, has 192 of the 255 arguments that it may have.
   */
  static final int MOST = Long.SIZE;

  private final List<Expression> inputs;
  private final FeatureFunction function;
  private final List<Integer> features;

  /** The statistics of the row's key, and which part of them the features take; both or neither. */
  private final Expression statistics;

  private final KeyedSlice slice;

  /**
   * The array of all features of a function.
   *
   * @param inputs the features, of numeric types; at most {@link #MOST}
   * @param function a function of as many features
   */
  GatheredFeatures(List<Expression> inputs, FeatureFunction function) {
    this(inputs, function, all(inputs), null, null);
  }

  /**
   * The array of all features of a function that goes by the row's key.
   *
   * @param inputs the features, of numeric types; at most {@link #MOST}
   * @param statistics the array of the statistics, or null
   * @param slice the function
   */
  GatheredFeatures(List<Expression> inputs, Expression statistics, KeyedSlice slice) {
    this(inputs, slice.function(), all(inputs), statistics, slice);
  }

  private GatheredFeatures(
      List<Expression> inputs,
      FeatureFunction function,
      List<Integer> features,
      Expression statistics,
      KeyedSlice slice) {
    super(
        Stream.concat(inputs.stream(), Stream.ofNullable(statistics)).toList(),
        function,
        features,
        slice == null ? List.of() : List.of(slice));
    this.inputs = inputs;
    this.function = function;
    this.features = features;
    this.statistics = statistics;
    this.slice = slice;
  }

  private static List<Integer> all(List<Expression> inputs) {
    return IntStream.range(0, inputs.size()).boxed().toList();
  }

  /** The array of those of its elements that stand at these places. */
  GatheredFeatures only(List<Integer> places) {
    return new GatheredFeatures(
        places.stream().map(inputs::get).toList(),
        function,
        places.stream().map(features::get).toList(),
        statistics,
        slice);
  }

  /** Whether elements depend on the row's key. */
  boolean isKeyed() {
    return statistics != null;
  }

  /** Whether each element is computed from a column, and from that alone. */
  boolean ofColumns() {
    return !isKeyed()
        && function.elementwise()
        && inputs.stream().allMatch(Attribute.class::isInstance);
  }

  /**
   * An element as a field of batches of columns.
   *
   * @param place which element
   * @param columns the columns of a batch
   * @param to the field's type
   */
  FeatureBatches.Field field(int place, List<ExprId> columns, DataType to) {
    Attribute column = (Attribute) inputs.get(place);
    return new FeatureBatches.Field(
        columns.indexOf(column.exprId()), column.dataType(), to, function, features.get(place));
  }

  /** What the elements of an array of columns come from. */
  FeatureRows.Source source(List<ExprId> columns) {
    return new FeatureRows.Source(
        kept(),
        inputs.stream()
            .mapToInt(column -> columns.indexOf(((Attribute) column).exprId()))
            .toArray());
  }

  /** How many elements the array has. */
  int size() {
    return inputs.size();
  }

  /** An array that nobody else has: nothing says that the caller is done with the last one. */
  @Override
  public Object eval(InternalRow row) {
    GatheredRow gathered = row();
    long nulls = 0;
    for (int j = 0; j < inputs.size(); j++) {
      Object x = inputs.get(j).eval(row);
      if (x == null) {
        nulls |= 1L << j;
      } else {
        gathered.x[j] = ColumnValues.number(x);
      }
    }
    return statistics == null
        ? gathered.map(nulls)
        : gathered.map(nulls, (ArrayData) statistics.eval(row));
  }

  private GatheredRow row() {
    return kept().row();
  }

  private GatheredRow.Kept kept() {
    return new GatheredRow.Kept(function, features.stream().mapToInt(j -> j).toArray(), slice);
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    String kept =
        context.addReferenceObj("features", kept(), GatheredRow.Kept.class.getCanonicalName());
    String row = GeneratedCode.state(context, GatheredRow.class, kept + ".row()");
    GatherMethod method = new GatherMethod(context);
    inputs.forEach(method::add);
    if (statistics != null) {
      method.addStatistics(statistics);
    }
    return GeneratedCode.of(
        method.call(row, code.value().toString()), FalseLiteral$.MODULE$, code.value());
  }

  /**
   * An array of doubles. An element is null where its input is, if the function gives null then.
   */
  @Override
  public DataType dataType() {
    return DataTypes.createArrayType(DataTypes.DoubleType, function.nullGivesNull(0));
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public String prettyName() {
    return "gathered_features";
  }

  @Override
  GatheredFeatures of(List<Expression> newChildren) {
    return new GatheredFeatures(
        List.copyOf(newChildren.subList(0, inputs.size())),
        function,
        features,
        statistics == null ? null : newChildren.get(inputs.size()),
        slice);
  }
}
