package io.normact.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.math.exact.Moments;
import io.normact.math.histogram.FeatureHistograms;
import io.normact.text.Excerpt;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * How far a {@link RunningBatchNorm} has come: what is saved with each batch, beside the model.
 *
 * @param batch the number of the last batch that is in it
 * @param query the id of the streaming query whose batches these are; null if it is unknown
 * @param stage the params of the stage, by name
 * @param pending what there is in place of a model as long as there is too little for one, else
 *     null
 * @param model the model, or null
 */
record RunningState(
    long batch, String query, ObjectNode stage, PendingSums pending, BatchNormModel model) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORMAT = 1;

  /** Params that make no difference to what is computed. */
  private static final Set<String> IMMATERIAL = Set.of("aggregationDepth", FormatVersion.NAME);

  /** Params of the stage that mean something else in a model. */
  private static final Set<String> OF_THE_STAGE_ALONE = Set.of("gamma", "beta");

  /** The state that a model of 0.1.0 alone stands for. */
  static RunningState of(long batch, BatchNormModel model) {
    return new RunningState(batch, null, null, null, model);
  }

  /** The params that a stage has, whether they were set or are defaults. */
  static ObjectNode params(Params stage) {
    ObjectNode params = JSON.createObjectNode();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param) && !IMMATERIAL.contains(param.name())) {
        params.set(param.name(), encode(stage, param));
      }
    }
    return params;
  }

  private static <T> JsonNode encode(Params stage, Param<T> param) {
    T value = stage.getOrDefault(param);
    try {
      return JSON.readTree(param.jsonEncode(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "Param %s is encoded as no JSON.", param.name()), e);
    }
  }

  /**
   * In which params the stage differs from the one that this state comes from; empty if in none.
   */
  List<String> differences(BatchNorm now) {
    ObjectNode current = params(now);
    ObjectNode saved = stage == null ? params(model) : stage;
    List<String> differences = new ArrayList<>();
    for (Param<?> param : now.params()) {
      String name = param.name();
      JsonNode before = saved.get(name);
      JsonNode after = current.get(name);
      boolean comparable =
          !IMMATERIAL.contains(name) && !(stage == null && OF_THE_STAGE_ALONE.contains(name));
      // A param that an earlier release did not have yet is as good as its default.
      boolean sameDefault = before == null && !now.isSet(param);
      if (comparable && !sameDefault && (before == null || !before.equals(after))) {
        differences.add(
            String.format(Locale.ROOT, "%s (%s there, %s now)", name, text(before), text(after)));
      }
    }
    return differences;
  }

  private static String text(JsonNode value) {
    return value == null
        ? "unset"
        : Excerpt.of(value.isTextual() ? value.asText() : value.toString(), 80);
  }

  /** All but the model, as JSON. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put(FormatVersion.NAME, FORMAT);
    json.put("batch", batch);
    json.put("query", query);
    json.set("stage", stage);
    if (pending != null) {
      ObjectNode sums = json.putObject("pending");
      ArrayNode moments = sums.putArray("moments");
      pending.parts().forEach(part -> moments.add(FittedStatistics.encode(part)));
      ArrayNode nulls = sums.putArray("nullCells");
      for (long n : pending.nullCells()) {
        nulls.add(n);
      }
      sums.put("skippedRows", pending.skippedRows());
      if (!pending.histograms().isEmpty()) {
        ArrayNode histograms = sums.putArray("histograms");
        pending.histograms().forEach(part -> histograms.add(FittedHistograms.encode(part)));
      }
      if (pending.byKey() != null) {
        ArrayNode keys = sums.putArray("keyStatistics");
        for (String text : KeyTexts.encode(pending.byKey())) {
          keys.add(text);
        }
      }
    }
    return json.toString();
  }

  /**
   * The state that {@link #toJson} wrote, without its model.
   *
   * @param file where it stands, for messages
   */
  static RunningState fromJson(String text, String file) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "File '%s' is damaged: it is no JSON.", file), e);
    }
    int format = json.path(FormatVersion.NAME).asInt();
    if (format != FORMAT
        || !json.path("batch").isIntegralNumber()
        || !json.path("stage").isObject()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "File '%s' is not what this release of normact reads: format version %s, but it must be %d with batch and stage.",
              file,
              json.path(FormatVersion.NAME).asText("none"),
              FORMAT));
    }
    return new RunningState(
        json.get("batch").longValue(),
        json.path("query").isTextual() ? json.get("query").asText() : null,
        (ObjectNode) json.get("stage"),
        json.has("pending") ? pending(json.get("pending")) : null,
        null);
  }

  private static PendingSums pending(JsonNode json) {
    List<Moments> parts = new ArrayList<>();
    json.get("moments").forEach(part -> parts.add(FittedStatistics.decode(part.asText())));
    long[] nulls = new long[parts.size()];
    Iterator<JsonNode> counts = json.get("nullCells").iterator();
    for (int p = 0; p < nulls.length; p++) {
      nulls[p] = counts.next().longValue();
    }
    List<FeatureHistograms> histograms = new ArrayList<>();
    json.path("histograms").forEach(part -> histograms.add(FittedHistograms.decode(part.asText())));
    return new PendingSums(
        parts,
        nulls,
        json.get("skippedRows").longValue(),
        json.has("keyStatistics")
            ? KeyTexts.decode(
                StreamSupport.stream(json.get("keyStatistics").spliterator(), false)
                    .map(JsonNode::asText)
                    .toArray(String[]::new))
            : null,
        histograms);
  }

  /** This state with its model. */
  RunningState with(BatchNormModel loaded) {
    return new RunningState(batch, query, stage, pending, loaded);
  }
}
