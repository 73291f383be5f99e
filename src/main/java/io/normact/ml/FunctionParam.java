package io.normact.ml;

import io.normact.math.ActivationFunction;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * A param of an activation function's text. It is saved as the function writes itself, whatever
 * alias, case and blanks were typed, with all parameters: what is saved depends on no default of a
 * later release.
 */
final class FunctionParam extends Param<String> {

  private static final long serialVersionUID = 1L;

  FunctionParam(Params stage, String name, String doc) {
    super(stage, name, doc, Expect.function(name));
  }

  @Override
  public String jsonEncode(String value) {
    return super.jsonEncode(canonical(value));
  }

  /** The text as the function prints itself: another library's name becomes normact's. */
  static String canonical(String text) {
    return ActivationFunction.parse(text).toString();
  }
}
