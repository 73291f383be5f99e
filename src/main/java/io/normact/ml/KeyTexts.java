package io.normact.ml;

import io.normact.math.key.KeyStatistics;
import java.lang.ref.SoftReference;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Statistics by key as the texts that a param holds, which a client of Spark Connect can be given,
 * and what was read of them last.
 */
final class KeyTexts {

  private record Read(String[] texts, SoftReference<KeyStatistics> statistics) {}

  private volatile Read last;

  /** Statistics as texts. */
  static String[] encode(KeyStatistics statistics) {
    return statistics.write(Base64.getEncoder()::encodeToString).toArray(String[]::new);
  }

  /**
   * The statistics of {@link #encode}.
   *
   * @throws IllegalArgumentException if it made none such
   */
  static KeyStatistics decode(String[] texts) {
    List<byte[]> sections =
        Arrays.stream(texts).parallel().map(Base64.getDecoder()::decode).toList();
    return KeyStatistics.read(sections);
  }

  /** Keeps statistics whose texts a param has got. */
  void put(String[] texts, KeyStatistics statistics) {
    last = new Read(texts, new SoftReference<>(statistics));
  }

  /** What the param's texts tell. */
  KeyStatistics get(Params stage, StringArrayParam param) {
    String[] texts = stage.getOrDefault(param);
    Read known = last;
    KeyStatistics statistics =
        known == null || known.texts != texts ? null : known.statistics.get();
    if (statistics == null) {
      try {
        statistics = decode(texts);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Param "
                + param.name()
                + " is damaged, expected statistics by key as this release saves them.",
            e);
      }
      put(texts, statistics);
    }
    return statistics;
  }
}
