package io.normact.ml;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * A param of texts of any length: a JSON reader refuses a text of more than 20,000,000 characters,
 * which the exact sums of half a million features take.
 */
final class LongTextsParam extends StringArrayParam implements PackedParam {

  private static final long serialVersionUID = 1L;

  private static final String KEY = "texts";

  LongTextsParam(Params stage, String name, String doc) {
    super(stage, name, doc);
  }

  @Override
  public String jsonEncode(String[] value) {
    return Arrays.stream(value).allMatch(text -> text.length() <= TextPieces.LONGEST)
        ? super.jsonEncode(value)
        : TextPieces.write(KEY, List.of(value));
  }

  @Override
  public String[] jsonDecode(String json) {
    if (!TextPieces.isWritten(json)) {
      return super.jsonDecode(json);
    }
    try {
      return TextPieces.read(KEY, json).toArray(String[]::new);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  @Override
  public String[] unpack(JsonNode json) {
    try {
      return TextPieces.read(KEY, json).toArray(String[]::new);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private IllegalArgumentException damaged(IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "Param "
            + name()
            + " is damaged, expected texts as this release or an older one saves them.",
        cause);
  }
}
