package io.normact.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import org.apache.spark.sql.sources.DataSourceRegister;

/** What can be done to the tree of a spec; the constant's name is what a failure prints. */
enum SpecMutation {
  DROPPED_KEY {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(null);
    }
  },
  MISTYPED_KEY {
    @Override
    void change(Place place, SplittableRandom random) {
      if (place.parent instanceof ObjectNode mapping) {
        mapping.set(Texts.mistyped(place.name, random), mapping.remove(place.name));
      }
    }
  },
  ADDED_KEY {
    @Override
    void change(Place place, SplittableRandom random) {
      if (place.parent instanceof ObjectNode mapping) {
        mapping.set(Texts.odd(random), place.value());
      }
    }
  },
  WRONG_TYPE {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(Texts.one(ANY_TYPE, random));
    }
  },
  ODD_TEXT {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(JSON.textNode(Texts.odd(random)));
    }
  },
  MISTYPED_TEXT {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(JSON.textNode(Texts.mistyped(place.value().asText(), random)));
    }
  },
  ODD_NUMBER {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(Texts.one(NUMBERS, random));
    }
  },
  WRAPPED_IN_A_LIST {
    @Override
    void change(Place place, SplittableRandom random) {
      place.put(JSON.arrayNode().add(place.value()));
    }
  },
  LONG_LIST {
    @Override
    void change(Place place, SplittableRandom random) {
      ArrayNode list = JSON.arrayNode();
      for (int i = 0; i < 3000; i++) {
        list.add(random.nextBoolean() ? place.value() : JSON.textNode("x" + i));
      }
      place.put(list);
    }
  },
  DEEP {
    @Override
    void change(Place place, SplittableRandom random) {
      JsonNode deep = place.value();
      for (int i = random.nextInt(1, 60); i > 0; i--) {
        deep =
            random.nextBoolean()
                ? JSON.arrayNode().add(deep)
                : JSON.objectNode().set(place.name, deep);
      }
      place.put(deep);
    }
  },
  SWAPPED {
    @Override
    void change(Place place, SplittableRandom random) {
      Place other = Texts.one(places(place.root), random);
      JsonNode value = place.value().deepCopy();
      place.put(other.value().deepCopy());
      other.put(value);
    }
  },
  OTHER_FORMAT {
    @Override
    void change(Place place, SplittableRandom random) {
      String side = random.nextBoolean() ? "input" : "output";
      if (place.root.get(side) instanceof ObjectNode mapping) {
        mapping.put("format", Texts.one(FORMATS, random));
      }
    }
  },
  ODD_OPTION {
    @Override
    void change(Place place, SplittableRandom random) {
      String side = random.nextBoolean() ? "input" : "output";
      if (place.root.get(side) instanceof ObjectNode mapping) {
        ObjectNode options = mapping.putObject("options");
        options.put(
            Texts.one(OPTIONS, random),
            random.nextBoolean() ? Texts.odd(random) : Texts.one(OPTION_VALUES, random));
      }
    }
  },
  ODD_SCHEMA {
    @Override
    void change(Place place, SplittableRandom random) {
      if (place.root.get("input") instanceof ObjectNode input) {
        input.put("schema", Texts.one(SCHEMAS, random));
      }
    }
  },
  ODD_PATH {
    @Override
    void change(Place place, SplittableRandom random) {
      String key = Texts.one(List.of("input", "output", "model", "report"), random);
      String path = Texts.one(PATHS, random);
      if (place.root.get(key) instanceof ObjectNode mapping) {
        mapping.put("path", path);
      } else {
        place.root.put(key, path);
      }
    }
  },
  ODD_QUERY {
    @Override
    void change(Place place, SplittableRandom random) {
      if (place.root.get("input") instanceof ObjectNode input) {
        if (random.nextBoolean()) {
          input.retain("where", "sample");
        }
        input.put(Texts.one(List.of("sql", "where", "table"), random), Texts.one(QUERIES, random));
      }
    }
  },
  ODD_CHOICE {
    @Override
    void change(Place place, SplittableRandom random) {
      ObjectNode features = place.root.putObject("features");
      for (int i = random.nextInt(3); i >= 0; i--) {
        features.put(
            Texts.one(List.of("include", "exclude", "types"), random),
            random.nextInt(3) == 0 ? Texts.odd(random) : Texts.one(CHOICES, random));
      }
    }
  },
  ODD_PARAM {
    @Override
    void change(Place place, SplittableRandom random) {
      ArrayNode stages = place.root.putArray("stages");
      for (int i = random.nextInt(3); i >= 0; i--) {
        boolean normalizes = random.nextInt(4) > 0;
        ObjectNode params = JSON.objectNode();
        for (int j = random.nextInt(3); j >= 0; j--) {
          params.set(Texts.one(PARAMS, random), Texts.one(PARAM_VALUES, random));
        }
        stages.add(JSON.objectNode().set(normalizes ? "batchNorm" : "activation", params));
      }
    }
  };

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<JsonNode> NUMBERS =
      values("0, -1, 1, 0.5, 1e308, -1e-320, 1e400, 9007199254740993, 99999999999999999999");

  private static final List<JsonNode> ANY_TYPE =
      values(
          "null, true, false, 7, -0.0, \"\", \"text\", [], {}, [null], [[]], {\"a\": {}}, [1, 2]");

  private static final List<JsonNode> PARAM_VALUES =
      values(
          "null, true, false, 0, 1, -1, 2, 1e-300, 1e308, 1e400, \"1e-5\", \"1e\", \"NaN\", [], [1, 2],"
              + " [1, 2, 3], [0, 0], [1e300, 1], [\"a\", 1], {}, \"sigmoid\", \"tanh\", \"softmax\","
              + " \"elu(alpha=2)\", \"elu(\", \"infomax\", \"supervised\", \"none\", \"skip\", \"keep\","
              + " \"error\", \"logistic\", \"squared\", \"slope\", \"value\", [\"relu\", \"relu\"]");

  private static final List<String> PARAMS =
      List.of(
          "epsilon",
          "withMean",
          "withStd",
          "activation",
          "learn",
          "gamma",
          "beta",
          "loss",
          "regParam",
          "maxIter",
          "tol",
          "handleInvalid",
          "momentum",
          "histogram",
          "aggregationDepth",
          "function",
          "functions",
          "output",
          "inputCol",
          "weightCol",
          "formatVersion",
          "uid");

  private static final List<String> QUERIES =
      List.of(
          "SELECT 1D AS x, 2D AS y, 0 AS label",
          "SELECT",
          "x > 1",
          "x",
          "fuzz_target",
          "default.nowhere",
          "a.b.c.d",
          "`",
          "csv.`DIR/in.csv`",
          "SELECT * FROM csv.`DIR/in.csv`",
          "DROP TABLE fuzz_target",
          "SET a=b",
          "VALUES (1, 2D), (3, 4D)",
          "SELECT java_method('java.lang.System', 'exit', 3)",
          "java_method('java.lang.System', 'exit', 3) = 1",
          "SELECT TRANSFORM (1) USING 'touch DIR/touched'",
          "x IN (SELECT 1)",
          "SELECT x FROM (SELECT 1D AS x) WHERE " + "(".repeat(40) + "true" + ")".repeat(40),
          "SELECT 1 AS x; DROP TABLE fuzz_target");

  private static final List<String> CHOICES =
      List.of("*", "?", "x", "X", "*b*", "label", "s.*", "s.z", "*.*", "double", "text", "boolean");

  private static final List<String> OPTIONS =
      List.of(
          "header",
          "inferSchema",
          "sep",
          "quote",
          "escape",
          "encoding",
          "mode",
          "compression",
          "lineSep",
          "nullValue",
          "nanValue",
          "dateFormat",
          "timestampFormat",
          "maxColumns",
          "maxCharsPerColumn",
          "samplingRatio",
          "multiLine",
          "columnNameOfCorruptRecord",
          "locale",
          "pathGlobFilter",
          "recursiveFileLookup",
          "modifiedAfter",
          "mergeSchema",
          "charset",
          "ignoreCorruptFiles",
          "basePath",
          "path",
          "paths",
          "maxFilesPerTrigger",
          "url",
          "rowTag",
          "dbtable",
          "parquet.block.size",
          "parquet.compression",
          "emptyValue",
          "comment");

  private static final List<String> OPTION_VALUES =
      List.of("true", "false", "0", "-1", "1e9", "klingon", "gzip", "zstd", "UTF-16", "QQQQ", "||");

  private static final List<String> SCHEMAS =
      List.of(
          "x DOUBLE, y DOUBLE, label INT",
          "x DOUBLE, x DOUBLE",
          "x DOUBLE, X DOUBLE",
          "x FLOAT, y DECIMAL(38, 18), label TINYINT",
          "x DECIMAL(99, 2)",
          "x STRING",
          "x ARRAY<DOUBLE>",
          "x MAP<STRING, DOUBLE>",
          "x STRUCT<a: DOUBLE>",
          "x INTERVAL DAY",
          "x VARIANT",
          "x VOID",
          "x CHAR(3)",
          "x",
          "x DOUBLE,",
          "x DOUBLE NOT NULL DEFAULT 1",
          "x DOUBLE COMMENT 'it''s'",
          "`a.b` DOUBLE, `c``d` DOUBLE",
          "`` DOUBLE",
          "x DOUBLE; DROP TABLE y",
          "STRUCT<x: DOUBLE>",
          "DOUBLE",
          "x DOUBLE DEFAULT " + "(".repeat(3000),
          "x " + "ARRAY<".repeat(3000) + "DOUBLE" + ">".repeat(3000));

  /** None outside of the case's folder that could be written or that takes long to read. */
  private static final List<String> PATHS =
      List.of(
          "DIR",
          "DIR/",
          "DIR/.",
          "DIR/out/..",
          "DIR/in.csv",
          "DIR/in.csv/below",
          "DIR/nowhere",
          "DIR/nowhere/deeper",
          "DIR/out",
          "DIR//out",
          "DIR/*",
          "DIR/in.{csv",
          "DIR/in[",
          "DIR/in.c?v",
          "DIR/a:b",
          "a:b",
          ":",
          "foo://bar/x",
          "file:x",
          "http://localhost:1/x",
          "DIR/\u0000",
          "DIR/名前 with blanks.html",
          "DIR/😀",
          "DIR/%20",
          "DIR/a\nb",
          "DIR/x.html",
          "DIR/out.html",
          "/proc/nowhere/x");

  private static final List<String> PATH_KEYS = List.of("path", "model", "report", "checkpoint");

  private static final List<String> FORMATS = formats();

  /** A value in a spec and where it stands. */
  record Place(ObjectNode root, ContainerNode<?> parent, String name) {
    JsonNode value() {
      JsonNode value =
          parent instanceof ArrayNode list ? list.get(Integer.parseInt(name)) : parent.get(name);
      return value == null ? JSON.nullNode() : value;
    }

    /** Replaces the value; null takes it away. */
    void put(JsonNode value) {
      if (parent instanceof ArrayNode list) {
        int at = Integer.parseInt(name);
        if (at < list.size()) {
          if (value == null) {
            list.remove(at);
          } else {
            list.set(at, value);
          }
        }
      } else if (value == null) {
        ((ObjectNode) parent).remove(name);
      } else {
        ((ObjectNode) parent).set(name, value);
      }
    }
  }

  /** Changes the spec at or around the place. */
  abstract void change(Place place, SplittableRandom random);

  /**
   * Whatever was done to the spec, its paths lead into the case's folder, or nowhere: a test must
   * not replace what else is on the machine.
   */
  static void keepInFolder(ObjectNode root) {
    for (Place place : places(root)) {
      boolean isPath =
          PATH_KEYS.contains(place.name) || place.parent.equals(root.at("/input/path"));
      if (isPath && place.value().isTextual()) {
        String path = place.value().textValue();
        if (!path.startsWith("DIR") && !PATHS.contains(path)) {
          place.put(JSON.textNode("DIR/" + path.replace("..", "--")));
        }
      }
    }
  }

  /** Every value of a spec but the whole. */
  static List<Place> places(ObjectNode root) {
    List<Place> places = new ArrayList<>();
    collect(root, root, places);
    return places;
  }

  private static void collect(ObjectNode root, ContainerNode<?> node, List<Place> places) {
    if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        collect(new Place(root, list, Integer.toString(i)), places);
      }
    } else {
      node.properties().forEach(entry -> collect(new Place(root, node, entry.getKey()), places));
    }
  }

  private static void collect(Place place, List<Place> places) {
    places.add(place);
    if (place.value() instanceof ContainerNode<?> below) {
      collect(place.root, below, places);
    }
  }

  private static List<JsonNode> values(String list) {
    try {
      List<JsonNode> values = new ArrayList<>();
      new ObjectMapper().readTree("[" + list + "]").forEach(values::add);
      return values;
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Every data source on the class path, and names that would be classes. */
  private static List<String> formats() {
    List<String> formats =
        new ArrayList<>(
            List.of("csw", "java.lang.Runtime", "org.apache.spark.sql.execution.datasources.json"));
    ServiceLoader.load(DataSourceRegister.class).forEach(source -> formats.add(source.shortName()));
    return formats.stream().sorted().toList();
  }
}
