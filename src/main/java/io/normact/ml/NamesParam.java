package io.normact.ml;

import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.Function1;

/** A param of several texts, of which the stage keeps an array of its own. */
class NamesParam extends StringArrayParam {

  private static final long serialVersionUID = 1L;

  NamesParam(Params stage, String name, String doc, Function1<String[], Object> isValid) {
    super(stage, name, doc, isValid);
  }

  @Override
  public ParamPair<String[]> $minus$greater(String[] value) {
    return super.$minus$greater(value == null ? null : value.clone());
  }
}
