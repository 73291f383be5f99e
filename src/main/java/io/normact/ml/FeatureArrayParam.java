package io.normact.ml;

import com.fasterxml.jackson.databind.JsonNode;
import io.normact.math.exact.DoublesFormat;
import java.util.Base64;
import java.util.List;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import scala.Function1;

/**
 * A param of one number a feature. Up to {@value #MOST_IN_PLAIN} numbers are saved as such, for all
 * to read. More are saved as the bytes of {@link DoublesFormat}, in texts of Base64: small, and
 * quickly written even for a million features. Both are read, whatever the length, so models of
 * format version 1 are.
 */
final class FeatureArrayParam extends DoubleArrayParam implements PackedParam {

  private static final long serialVersionUID = 1L;

  static final int MOST_IN_PLAIN = 256;

  private static final String KEY = "doubles";

  FeatureArrayParam(Params stage, String name, String doc) {
    super(stage, name, doc);
  }

  FeatureArrayParam(Params stage, String name, String doc, Function1<double[], Object> isValid) {
    super(stage, name, doc, isValid);
  }

  /** The stage keeps an array of its own, whichever way it is set. */
  @Override
  public ParamPair<double[]> $minus$greater(double[] value) {
    return super.$minus$greater(value == null ? null : value.clone());
  }

  @Override
  public String jsonEncode(double[] value) {
    return value.length <= MOST_IN_PLAIN
        ? super.jsonEncode(value)
        : TextPieces.write(
            KEY, List.of(Base64.getEncoder().encodeToString(DoublesFormat.write(value))));
  }

  @Override
  public double[] jsonDecode(String json) {
    if (!TextPieces.isWritten(json)) {
      return super.jsonDecode(json);
    }
    try {
      return numbers(TextPieces.read(KEY, json));
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  @Override
  public double[] unpack(JsonNode json) {
    try {
      return numbers(TextPieces.read(KEY, json));
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static double[] numbers(List<String> texts) {
    if (texts.size() != 1) {
      throw new IllegalArgumentException("there are several texts");
    }
    return DoublesFormat.read(Base64.getDecoder().decode(texts.get(0)));
  }

  private IllegalArgumentException damaged(IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "Param "
            + name()
            + " is damaged, expected numbers as this release or an older one saves them.",
        cause);
  }
}
