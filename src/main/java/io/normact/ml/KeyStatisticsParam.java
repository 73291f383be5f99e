package io.normact.ml;

import io.normact.math.key.KeyStatistics;
import java.util.Base64;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** A param of statistics by key, saved as the texts of their bytes in Base64. */
final class KeyStatisticsParam extends Param<KeyStatistics> {

  private static final long serialVersionUID = 1L;

  private static final String KEY = "keys";

  KeyStatisticsParam(Params stage, String name, String doc) {
    super(stage, name, doc);
  }

  @Override
  public String jsonEncode(KeyStatistics value) {
    return encode(value);
  }

  /** Statistics as JSON. */
  static String encode(KeyStatistics value) {
    Base64.Encoder encoder = Base64.getEncoder();
    List<String> texts = value.write().stream().map(encoder::encodeToString).toList();
    return TextPieces.write(KEY, texts);
  }

  @Override
  public KeyStatistics jsonDecode(String json) {
    try {
      return decode(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Param " + name() + " is damaged, expected statistics by key as this release saves them.",
          e);
    }
  }

  /**
   * The statistics of {@link #encode}.
   *
   * @throws IllegalArgumentException if it made none such
   */
  static KeyStatistics decode(String json) {
    List<String> texts = TextPieces.read(KEY, json);
    return KeyStatistics.read(texts.stream().map(Base64.getDecoder()::decode).toList());
  }
}
