package io.normact.ml;

import io.normact.math.histogram.FeatureHistograms;
import io.normact.math.histogram.ValueHistogram;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The histograms that a model keeps of what it was fitted on: {@link FeatureHistograms#toBytes} in
 * Base64, a text for each part of the columns, as the exact sums have it.
 */
final class FittedHistograms {

  private FittedHistograms() {}

  /** The text of a part's histograms. */
  static String encode(FeatureHistograms part) {
    return Base64.getEncoder().encodeToString(part.toBytes());
  }

  /** The histograms that {@link #encode} made the text of. */
  static FeatureHistograms decode(String text) {
    return FeatureHistograms.fromBytes(Base64.getDecoder().decode(text));
  }

  /** Puts the histograms of a pass into a model; leaves it without any if there are none. */
  static void store(BatchNormModel model, List<FeatureHistograms> parts) {
    if (!parts.isEmpty()) {
      model.setFitted(
          model.fittedHistograms(),
          parts.stream().map(FittedHistograms::encode).toArray(String[]::new));
    }
  }

  /** Adds those of one more batch to a model's. */
  static void pool(BatchNormModel model, List<FeatureHistograms> batch) {
    String[] texts = model.getOrDefault(model.fittedHistograms());
    List<FeatureHistograms> all = new ArrayList<>();
    for (int p = 0; p < texts.length; p++) {
      all.add(decode(texts[p]).merge(batch.get(p)));
    }
    store(model, all);
  }

  /**
   * The histogram of each feature; none where the model has none, or not for all features.
   *
   * @throws IllegalArgumentException if they are damaged
   */
  static List<ValueHistogram> of(BatchNormModel model) {
    List<ValueHistogram> all = new ArrayList<>();
    if (!model.isSet(model.fittedHistograms())) {
      return all;
    }
    for (String text : model.getOrDefault(model.fittedHistograms())) {
      FeatureHistograms part;
      try {
        part = decode(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Param histograms is damaged, expected texts as this release saves them.", e);
      }
      if (part.features() == 0) {
        return List.of();
      }
      for (int j = 0; j < part.features(); j++) {
        all.add(part.of(j));
      }
    }
    int features = model.getOrDefault(model.fittedMean()).length;
    if (all.size() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Param histograms holds %d, but there are %d features.",
              all.size(),
              features));
    }
    return all;
  }

  /** Checks the histograms of a model that was loaded or given. */
  static void check(BatchNormModel model) {
    boolean summed = model.isSet(model.fittedMoments()) && model.isSet(model.fittedHistograms());
    if (summed) {
      int parts = model.getOrDefault(model.fittedMoments()).length;
      int held = model.getOrDefault(model.fittedHistograms()).length;
      if (parts != held) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Param histograms is of %d parts, but must be of %d as the exact sums are.",
                held,
                parts));
      }
    }
    of(model);
  }
}
