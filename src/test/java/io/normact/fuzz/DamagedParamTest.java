package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.LocalSpark;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormInverse;
import io.normact.ml.BatchNormModel;
import io.normact.onnx.OnnxExport;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Saved stages of which one param, or one thing beside the params, is another. Whoever loads one
 * gets what the file says, or an error of one sentence that names the file or the param.
 */
@Tag("thorough")
class DamagedParamTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** One case of so many is tried. */
  private static final int OF = Integer.getInteger("fuzz.of", 24);

  @TempDir private Path folder;

  /** Of all cases so many are tried, others with another seed. */
  private final SplittableRandom chance = new SplittableRandom(Long.getLong("fuzz.seed", 1));

  private final List<String> faults = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  private static Dataset<Row> data() {
    SparkSession spark = LocalSpark.session();
    return spark.sql(
        "SELECT double(id) x, sin(id) y, string(id % 3) k, int(id % 2) label FROM range(12)");
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCols(new String[] {"xo", "yo"});
  }

  private static Map<String, Transformer> stages() {
    BatchNormModel plain = stage().setHistogram(true).setClip(3).setMomentum(0.5).fit(data());
    BatchNormModel keyed = stage().setKeyCols("k").setActivation("tanh").fit(data());
    BatchNormModel learned =
        stage()
            .setActivation("prelu")
            .setLearn("supervised")
            .setLabelCol("label")
            .setMaxIter(3)
            .fit(data());
    Map<String, Transformer> stages = new TreeMap<>();
    stages.put("plain", plain);
    stages.put("keyed", keyed);
    stages.put("learned", learned);
    stages.put("inverse", keyed.inverse());
    stages.put(
        "activation",
        new Activation()
            .setInputCols(new String[] {"x", "y"})
            .setOutputCols(new String[] {"xo", "yo"})
            .setFunctions(new String[] {"elu(alpha=0.5)", "relu"}));
    return stages;
  }

  private static Transformer load(String kind, String path) {
    return switch (kind) {
      case "activation" -> Activation.load(path);
      case "inverse" -> BatchNormInverse.load(path);
      default -> BatchNormModel.load(path);
    };
  }

  private interface Use {
    Object run() throws Exception;
  }

  /** The result; null if it was refused in a sentence. */
  private Object attempt(String what, String path, String name, Use use) {
    Exception refusal;
    try {
      Object result = use.run();
      counts.merge("used", 1, Integer::sum);
      return result;
    } catch (Exception e) {
      refusal = e;
    }
    counts.merge("refused", 1, Integer::sum);
    String message = String.valueOf(refusal.getMessage());
    boolean isSentence =
        message.matches("[A-Z'].*[.]")
            && !message.matches(".*(Exception|MatchError|Error:|key not found|null pointer).*")
            && (message.contains(path)
                || message.contains(name)
                || what.contains("transform")
                || what.contains("update"));
    if (!isSentence
        || !(refusal instanceof IllegalArgumentException
            || refusal instanceof UncheckedIOException)) {
      System.out.println("FAULT " + what + ": " + refusal.getClass().getName() + ": " + message);
      faults.add(what + ": " + refusal.getClass().getName() + ": " + message);
    }
    return null;
  }

  private void write(Path saved, ObjectNode json) throws IOException {
    Path part = saved.resolve("metadata/part-00000");
    Files.createDirectories(part.getParent());
    Files.writeString(part, MAPPER.writeValueAsString(json) + "\n");
  }

  private static ObjectNode saved(Transformer stage, Path path) throws IOException {
    ((MLWritable) stage).write().overwrite().save(path.toString());
    try (Stream<Path> files = Files.list(path.resolve("metadata"))) {
      Path part =
          files.filter(f -> f.getFileName().toString().startsWith("part-")).findFirst().get();
      return (ObjectNode) MAPPER.readTree(Files.readString(part));
    }
  }

  /** Values for a param that is this: of all types, and of its own but longer and shorter. */
  private static List<JsonNode> values(JsonNode there) {
    List<JsonNode> values = new ArrayList<>(ModelMutation.VALUES);
    values.add(null);
    values.add(JSON.numberNode(1.5));
    values.add(JSON.textNode("true"));
    values.add(JSON.arrayNode().addNull());
    values.add(JSON.arrayNode().add(1.5).add("NaN"));
    values.add(JSON.arrayNode().add(JSON.arrayNode().add(1)));
    values.add(JSON.objectNode().set("doubles", JSON.arrayNode().add("AAAA")));
    values.add(JSON.objectNode().set("texts", JSON.arrayNode().add("?")));
    if (there instanceof ArrayNode list && !list.isEmpty()) {
      values.add(list.deepCopy().add(list.get(0)));
      ArrayNode shorter = list.deepCopy();
      shorter.remove(0);
      values.add(shorter);
      values.add(list.deepCopy().addNull());
    }
    if (there.isTextual()) {
      values.add(JSON.textNode(there.textValue() + "x"));
      values.add(JSON.textNode(""));
    }
    if (there instanceof ArrayNode list && !list.isEmpty() && list.get(0).isTextual()) {
      String text = list.get(0).textValue();
      for (int end : new int[] {0, 1, text.length() / 2, text.length() - 1}) {
        values.add(list.deepCopy().set(0, JSON.textNode(text.substring(0, Math.max(0, end)))));
      }
      values.add(list.deepCopy().set(0, JSON.textNode("A" + text)));
      values.add(list.deepCopy().set(0, JSON.textNode(text.replace('A', 'B'))));
    }
    return values;
  }

  @Test
  void whatIsLoadedIsWhatTheFileSays() throws Exception {
    for (Map.Entry<String, Transformer> entry : stages().entrySet()) {
      String kind = entry.getKey();
      ObjectNode whole = saved(entry.getValue(), folder.resolve("saved-" + kind));
      for (String part : List.of("", "paramMap", "defaultParamMap")) {
        ObjectNode map = part.isEmpty() ? whole : (ObjectNode) whole.get(part);
        for (String name : map.properties().stream().map(Map.Entry::getKey).toList()) {
          if (!List.of("paramMap", "defaultParamMap").contains(name)) {
            tryValues(kind, whole, part, name);
          }
        }
      }
    }
    System.out.println("DamagedParamTest: " + counts);
    assertThat(faults).isEmpty();
    assertThat(counts.get("used")).isGreaterThan(50);
  }

  private void tryValues(String kind, ObjectNode whole, String part, String name) throws Exception {
    JsonNode there = (part.isEmpty() ? whole : whole.get(part)).get(name);
    for (JsonNode value : values(there)) {
      if (chance.nextInt(OF) > 0) {
        continue;
      }
      ObjectNode json = whole.deepCopy();
      ObjectNode map = part.isEmpty() ? json : (ObjectNode) json.get(part);
      if (value == null) {
        map.remove(name);
      } else {
        map.set(name, value);
      }
      Path path = folder.resolve("case");
      write(path, json);
      boolean isKeyed = List.of("keyed", "inverse").contains(kind);
      String what = String.format(Locale.ROOT, "%s %s.%s = %.60s", kind, part, name, value);
      Transformer loaded =
          (Transformer)
              attempt(what + " load", path.toString(), name, () -> load(kind, path.toString()));
      Scorer scorer =
          (Scorer)
              attempt(
                  what + " score",
                  path.toString(),
                  name,
                  () -> {
                    Scorer s = Scorer.load(path);
                    (isKeyed ? s.ofKey("1") : s).score(new double[] {1, 2});
                    return s;
                  });
      boolean isTold = loaded != null && value != null && !part.isEmpty();
      if (isTold && !name.equals("formatVersion")) {
        Param<Object> param = loaded.getParam(name);
        Object is = loaded.getOrDefault(param);
        if (part.equals("paramMap") && !same(MAPPER.readTree(param.jsonEncode(is)), value)) {
          faults.add(what + " was loaded as " + param.jsonEncode(is));
        }
      }
      if (loaded == null) {
        if (scorer != null
            && !List.of("timestamp", "sparkVersion").contains(name)
            && !part.equals("defaultParamMap")) {
          counts.merge("scored alone: " + name, 1, Integer::sum);
        }
        continue;
      }
      if (part.equals("paramMap") && chance.nextInt(3) == 0) {
        attempt(
            what + " transform",
            path.toString(),
            name,
            () ->
                loaded
                    .transform(
                        kind.equals("inverse")
                            ? data().withColumnRenamed("x", "xo").withColumnRenamed("y", "yo")
                            : data())
                    .collectAsList());
        if (!isKeyed) {
          attempt(what + " onnx", path.toString(), name, () -> OnnxExport.of(loaded).toBytes());
        }
        if (loaded instanceof BatchNormModel model) {
          attempt(what + " update", path.toString(), name, () -> model.update(data()));
          attempt(what + " summary", path.toString(), name, () -> model.summary().toString());
        }
      }
    }
  }

  private static boolean same(JsonNode saved, JsonNode told) {
    if (saved.isArray() && told.has("texts")) {
      // One of the forms in which texts are saved.
      return same(saved, told.get("texts"));
    }
    if (saved.isNumber() && told.isNumber()) {
      return saved.doubleValue() == told.doubleValue();
    }
    if (saved.isArray() && told.isArray() && saved.size() == told.size()) {
      for (int i = 0; i < saved.size(); i++) {
        if (!same(saved.get(i), told.get(i))) {
          return false;
        }
      }
      return true;
    }
    return saved.equals(told);
  }
}
