package io.normact.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.param.shared.HasInputCol;
import org.apache.spark.ml.param.shared.HasInputCols;
import org.apache.spark.ml.param.shared.HasOutputCol;
import org.apache.spark.ml.param.shared.HasOutputCols;

/**
 * A stage from feature columns to columns of the same kind: one with {@code inputCol} and {@code
 * outputCol}, or several with {@code inputCols} and {@code outputCols}.
 *
 * @param <S> the stage's own type, which the setters return
 */
public interface HasFeatureColumns<S>
    extends HasInputCol, HasInputCols, HasOutputCol, HasOutputCols {

  /** {@return the params that hold the names, for the classes of this package} */
  ColumnParams columnParams();

  @Override
  default Param<String> inputCol() {
    return columnParams().inputCol;
  }

  @Override
  default Param<String> outputCol() {
    return columnParams().outputCol;
  }

  @Override
  default StringArrayParam inputCols() {
    return columnParams().inputCols;
  }

  @Override
  default StringArrayParam outputCols() {
    return columnParams().outputCols;
  }

  /** {@return the input columns, in an array of the caller's own} */
  @Override
  default String[] getInputCols() {
    return getOrDefault(inputCols()).clone();
  }

  /** {@return the output columns, in an array of the caller's own} */
  @Override
  default String[] getOutputCols() {
    return getOrDefault(outputCols()).clone();
  }

  /**
   * Sets the one column to read. It must not be set together with {@code inputCols}.
   *
   * @param value the name of a column that is a number, a boolean, a vector, {@code array<double>}
   *     or {@code array<float>}; a name with dots needs no quotes, and {@code geo.lon} may also be
   *     a field of a struct
   * @return this stage
   */
  default S setInputCol(String value) {
    return with(inputCol(), value);
  }

  /**
   * Sets the one column to write, for a stage with {@code inputCol}.
   *
   * @param value a name that the input does not have yet
   * @return this stage
   */
  default S setOutputCol(String value) {
    return with(outputCol(), value);
  }

  /**
   * Sets several columns to read. Their features stand in this order.
   *
   * @param value at least one name; kinds of columns may be mixed
   * @return this stage
   */
  default S setInputCols(String[] value) {
    return with(inputCols(), value);
  }

  /**
   * Sets several columns to write, one for each input column.
   *
   * @param value as many names as {@code inputCols} has, none of which the input has yet
   * @return this stage
   */
  default S setOutputCols(String[] value) {
    return with(outputCols(), value);
  }

  /** Sets a param and returns this stage as what it is. */
  @SuppressWarnings("unchecked")
  private <T> S with(Param<T> param, T value) {
    set(param, value);
    return (S) this;
  }

  // Scala's traits would create these params themselves, by setters with these names, before the
  // stage has its uid; the params come from columnParams() instead.

  @Override
  default void org$apache$spark$ml$param$shared$HasInputCol$_setter_$inputCol_$eq(
      Param<String> param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasOutputCol$_setter_$outputCol_$eq(
      Param<String> param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasInputCols$_setter_$inputCols_$eq(
      StringArrayParam param) {}

  @Override
  default void org$apache$spark$ml$param$shared$HasOutputCols$_setter_$outputCols_$eq(
      StringArrayParam param) {}
}
