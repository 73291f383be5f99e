package io.normact.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;

/** What can happen to a folder of a saved model; the constant's name is what a failure prints. */
enum ModelMutation {
  FLIPPED_BIT {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      flip(Texts.one(files(model, ""), random), random);
    }
  },
  FLIPPED_BIT_WITHOUT_CHECKSUM {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path file = Texts.one(files(model, "part-"), random);
      flip(file, random);
      dropChecksum(file);
    }
  },
  TRUNCATED_FILE {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path file = Texts.one(files(model, ""), random);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      if (random.nextBoolean()) {
        dropChecksum(file);
      }
    }
  },
  RANDOM_BYTES {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path file = Texts.one(files(model, "part-"), random);
      byte[] bytes = new byte[random.nextInt(1, 300)];
      random.nextBytes(bytes);
      Files.write(file, bytes);
      dropChecksum(file);
    }
  },
  MISSING_FILE {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Files.delete(Texts.one(files(model, ""), random));
    }
  },
  MISSING_FOLDER {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      FileUtil.fullyDelete(Texts.one(files(model, "part-"), random).getParent().toFile());
    }
  },
  RENAMED_FOLDER {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path folder = Texts.one(files(model, "part-"), random).getParent();
      Path renamed = random.nextBoolean() ? folder : folder.getParent();
      Files.move(renamed, renamed.resolveSibling("renamed"));
    }
  },
  ADDED_FILE {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path part = Texts.one(files(model, "part-"), random);
      String name =
          Texts.one(List.of("a", "part-0", "part-99999", ".hidden", "_x", "z.gz"), random);
      Files.copy(part, part.resolveSibling(name));
      Files.writeString(
          part.resolveSibling(name), "{\"class\":\"io.normact.fuzz.Unknown\"}".repeat(99));
    }
  },
  COPIED_OVER_ANOTHER {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path from = Texts.one(files(model, "part-"), random);
      Path to = Texts.one(files(model, "part-"), random);
      if (!from.equals(to)) {
        Files.write(to, Files.readAllBytes(from));
        dropChecksum(to);
      }
    }
  },
  EDITED_CLASS {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      edit(model, random, json -> json.put("class", Texts.one(CLASSES, random)));
    }
  },
  EDITED_PARAM {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      edit(
          model,
          random,
          json -> {
            boolean defaults = random.nextInt(4) == 0;
            JsonNode params = json.path(defaults ? "defaultParamMap" : "paramMap");
            if (params instanceof ObjectNode map && !map.isEmpty()) {
              String name = key(map, random);
              map.set(name, edited(map.get(name), random));
            }
          });
    }
  },
  DROPPED_PARAM {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      edit(
          model,
          random,
          json -> {
            if (json.path("paramMap") instanceof ObjectNode map && !map.isEmpty()) {
              map.remove(key(map, random));
            }
          });
    }
  },
  EDITED_KEY {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      edit(
          model,
          random,
          json -> {
            String key = key(json, random);
            if (random.nextBoolean()) {
              json.remove(key);
            } else {
              json.set(key, Texts.one(VALUES, random));
            }
          });
    }
  },
  DOUBLED_CLASS {
    @Override
    void change(Path model, SplittableRandom random) throws IOException {
      Path file = Texts.one(files(model, "part-"), random);
      String text = Files.readString(file);
      Files.writeString(file, "{\"class\":\"java.lang.Object\"," + text.substring(1));
      dropChecksum(file);
    }
  };

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> CLASSES =
      List.of(
          "java.lang.Runtime",
          "java.lang.Object",
          "io.normact.ml.BatchNorm",
          "io.normact.ml.Activation",
          "io.normact.ml.Nothing",
          "io.normact.job.Main",
          "org.apache.spark.ml.PipelineModel",
          "org.apache.spark.ml.Pipeline",
          "org.apache.spark.ml.feature.SQLTransformer",
          "org.apache.spark.ml.feature.Binarizer",
          "org.apache.spark.ml.feature.Nothing",
          "org.apache.spark.ml.tuning.CrossValidatorModel",
          "org.apache.spark.ml.linalg.Vectors",
          "[I",
          "int",
          "");

  static final List<JsonNode> VALUES =
      List.of(
          JSON.nullNode(),
          JSON.booleanNode(true),
          JSON.numberNode(0),
          JSON.numberNode(-1),
          JSON.numberNode(1e308),
          JSON.numberNode(99999999999L),
          JSON.textNode(""),
          JSON.textNode("NaN"),
          JSON.textNode("sigmoid"),
          JSON.textNode("a/../b"),
          JSON.textNode("*"),
          JSON.arrayNode(),
          JSON.arrayNode().add(1).add(2),
          JSON.arrayNode().add(-1).add(3),
          JSON.arrayNode().add("x"),
          JSON.arrayNode().add("x").add("x"),
          JSON.objectNode(),
          JSON.objectNode().put("type", 1));

  /** Changes the folder. */
  abstract void change(Path model, SplittableRandom random) throws IOException;

  /** A change of a tree. */
  private interface Edit {
    void apply(ObjectNode json);
  }

  private static String key(ObjectNode json, SplittableRandom random) {
    return Texts.one(json.properties().stream().map(e -> e.getKey()).toList(), random);
  }

  private static JsonNode edited(JsonNode value, SplittableRandom random) {
    if (value.isArray() && !value.isEmpty() && random.nextBoolean()) {
      com.fasterxml.jackson.databind.node.ArrayNode list = value.deepCopy();
      int at = random.nextInt(list.size());
      switch (random.nextInt(3)) {
        case 0 -> list.remove(at);
        case 1 -> list.add(list.get(at));
        default -> list.set(at, Texts.one(VALUES, random));
      }
      return list;
    }
    return value.isTextual() && random.nextBoolean()
        ? JSON.textNode(Texts.mistyped(value.textValue(), random))
        : Texts.one(VALUES, random);
  }

  private static void edit(Path model, SplittableRandom random, Edit edit) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Path file = Texts.one(files(model, "part-"), random);
    ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(file));
    edit.apply(json);
    Files.writeString(file, mapper.writeValueAsString(json) + "\n");
    dropChecksum(file);
  }

  private static void flip(Path file, SplittableRandom random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
    }
  }

  /** Without its checksum a change is not found by that, as on a file system without any. */
  private static void dropChecksum(Path file) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  private static List<Path> files(Path model, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .sorted()
          .toList();
    }
  }
}
