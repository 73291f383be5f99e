package io.normact.ml;

import java.util.Arrays;
import org.apache.spark.ml.param.Params;

/** A param of the texts of activation functions, each saved as a {@link FunctionParam} is. */
final class FunctionsParam extends NamesParam {

  private static final long serialVersionUID = 1L;

  FunctionsParam(Params stage, String name, String doc) {
    super(stage, name, doc, Expect.functions(name));
  }

  @Override
  public String jsonEncode(String[] value) {
    return super.jsonEncode(
        Arrays.stream(value).map(FunctionParam::canonical).toArray(String[]::new));
  }
}
