package io.normact.ml;

import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * A param of texts of any length: a JSON reader refuses a text of more than 20,000,000 characters,
 * which the exact sums of half a million features take.
 */
final class LongTextsParam extends StringArrayParam {

  private static final long serialVersionUID = 1L;

  private static final String KEY = "texts";

  LongTextsParam(Params stage, String name, String doc) {
    super(stage, name, doc);
  }

  @Override
  public String jsonEncode(String[] value) {
    return java.util.Arrays.stream(value).allMatch(text -> text.length() <= TextPieces.LONGEST)
        ? super.jsonEncode(value)
        : TextPieces.write(KEY, java.util.List.of(value));
  }

  @Override
  public String[] jsonDecode(String json) {
    if (!TextPieces.isWritten(json)) {
      return super.jsonDecode(json);
    }
    try {
      return TextPieces.read(KEY, json).toArray(String[]::new);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Param %s is damaged: expected texts as this release saves them.".formatted(name()), e);
    }
  }
}
