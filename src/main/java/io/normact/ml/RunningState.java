package io.normact.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.math.exact.Moments;
import io.normact.sql.pass.DriverHeap;
import io.normact.text.Excerpt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

  /** As texts, as JSON in the making and in the end, and as bytes; reckoned. */
  private static final int COPIES = 8;

  private static final String MOMENTS = "moments";
  private static final String HISTOGRAMS = "histograms";
  private static final String KEY_STATISTICS = "keyStatistics";

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

  /**
   * All but the model, as JSON.
   *
   * @throws IllegalArgumentException if the sums are more than such a heap has room for
   */
  String toJson(DriverHeap heap) {
    ObjectNode json = JSON.createObjectNode();
    json.put(FormatVersion.NAME, FORMAT);
    json.put("batch", batch);
    json.put("query", query);
    json.set("stage", stage);
    if (pending != null) {
      ObjectNode sums = json.putObject("pending");
      ArrayNode nulls = sums.putArray("nullCells");
      for (long n : pending.nullCells()) {
        nulls.add(n);
      }
      sums.put("skippedRows", pending.skippedRows());
      Map<String, List<String>> texts = texts(pending);
      long bytes = texts.values().stream().flatMap(List::stream).mapToLong(String::length).sum();
      checkSize(String.format(Locale.ROOT, "The state after batch %d", batch), bytes, heap);
      texts.forEach((name, all) -> sums.set(name, TextPieces.toJson(all)));
    }
    return json.toString();
  }

  private static Map<String, List<String>> texts(PendingSums sums) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    texts.put(MOMENTS, sums.parts().stream().map(FittedStatistics::encode).toList());
    if (!sums.histograms().isEmpty()) {
      texts.put(HISTOGRAMS, sums.histograms().stream().map(FittedHistograms::encode).toList());
    }
    if (sums.byKey() != null) {
      texts.put(KEY_STATISTICS, List.of(KeyTexts.encode(sums.byKey())));
    }
    return texts;
  }

  /** Refuses a state of so many bytes that is too large for the heap in which it becomes JSON. */
  static void checkSize(String state, long bytes, DriverHeap heap) {
    if (!heap.holds(bytes, COPIES)) {
      throw heap.refusal(
          String.format(Locale.ROOT, "%s takes %d MB", state, bytes >> 20),
          bytes,
          COPIES,
          "saves and loads");
    }
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
        json.has("pending") ? pending(json.get("pending"), file) : null,
        null);
  }

  private static PendingSums pending(JsonNode json, String file) {
    try {
      return pending(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "File '%s' is damaged: its sums can't be read.", file), e);
    }
  }

  private static PendingSums pending(JsonNode json) {
    List<Moments> parts =
        TextPieces.read(MOMENTS, json).stream().map(FittedStatistics::decode).toList();
    long[] nulls = new long[parts.size()];
    for (int p = 0; p < nulls.length; p++) {
      nulls[p] = json.path("nullCells").path(p).longValue();
    }
    return new PendingSums(
        parts,
        nulls,
        json.path("skippedRows").longValue(),
        json.has(KEY_STATISTICS)
            ? KeyTexts.decode(TextPieces.read(KEY_STATISTICS, json).toArray(String[]::new))
            : null,
        json.has(HISTOGRAMS)
            ? TextPieces.read(HISTOGRAMS, json).stream().map(FittedHistograms::decode).toList()
            : List.of());
  }

  /** This state with its model. */
  RunningState with(BatchNormModel loaded) {
    return new RunningState(batch, query, stage, pending, loaded);
  }
}
