package io.normact.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The params that name a stage's columns. A stage creates them in its constructor, after its uid,
 * which every Param asks for.
 */
final class ColumnParams {
  final Param<String> inputCol;
  final Param<String> outputCol;
  final StringArrayParam inputCols;
  final StringArrayParam outputCols;

  ColumnParams(Params stage) {
    inputCol = new Param<>(stage, "inputCol", "input column", Expect.name("inputCol"));
    outputCol = new Param<>(stage, "outputCol", "output column", Expect.name("outputCol"));
    inputCols = new NamesParam(stage, "inputCols", "input columns", Expect.names("inputCols"));
    outputCols =
        new NamesParam(
            stage, "outputCols", "output columns, one an input column", Expect.names("outputCols"));
  }
}
