package io.normact.scoring.plan;

import io.normact.math.ActivationFunction;
import io.normact.math.exact.DoublesFormat;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A stage as Spark's DefaultParamsWriter saves it: a line of JSON with class, uid, and the params
 * that are set or have a default.
 *
 * @param place where it stands, for messages: {@code Stage at '/models/m'}
 * @param type the class
 * @param uid the uid
 * @param set the params that are set, as JSON has them
 * @param defaults the defaults of params
 */
public record SavedStage(
    String place, String type, String uid, Map<String, Object> set, Map<String, Object> defaults) {

  /** The format in which normact's stages are saved. It and all before it are read. */
  public static final int NEWEST_FORMAT = 2;

  /**
   * The stage that a line of JSON holds.
   *
   * @throws IllegalArgumentException if it holds none
   */
  public static SavedStage parse(String place, String json) {
    Object parsed;
    try {
      parsed = Json.parse(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          place + " has metadata that are no JSON: " + e.getMessage(), e);
    }
    if (!(parsed instanceof Map<?, ?> metadata)
        || !(metadata.get("class") instanceof String type)
        || !(metadata.get("uid") instanceof String uid)
        || !(metadata.get("paramMap") instanceof Map<?, ?> set)) {
      throw new IllegalArgumentException(
          place
              + " has metadata without class, uid or paramMap, but Spark saves a stage with them.");
    }
    Object defaults = metadata.get("defaultParamMap");
    return new SavedStage(
        place,
        type,
        uid,
        members(set),
        defaults instanceof Map<?, ?> map ? members(map) : Map.of());
  }

  private static Map<String, Object> members(Map<?, ?> map) {
    Map<String, Object> members = new LinkedHashMap<>();
    map.forEach((name, value) -> members.put((String) name, value));
    return members;
  }

  /** Checks the format in which normact saved this stage. */
  void checkFormat() {
    Object version = value("formatVersion");
    checkFormat(
        place,
        version instanceof Double number ? number : Double.NaN,
        version == null ? "none" : version.toString());
  }

  /**
   * Checks the format in which normact saved a stage. A newer one may mean what is not known here.
   *
   * @param place where the stage stands, for messages
   * @param version the format's number; NaN if it is no number
   * @param shown the format as it was saved
   * @throws IllegalArgumentException if it is none that is read
   */
  public static void checkFormat(String place, double version, String shown) {
    if (!(version >= 1 && version == Math.rint(version))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has format version %s, but must have a number from 1 to %d.",
              place,
              shown,
              NEWEST_FORMAT));
    }
    if (version > NEWEST_FORMAT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s was saved in format version %.0f, but this release of normact reads up to %d; use a newer release.",
              place,
              version,
              NEWEST_FORMAT));
    }
  }

  /** Refuses a param that is set and of which nothing is known: it may change the results. */
  void checkParams(List<String> known) {
    for (String name : set.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has the param %s, which this release of normact doesn't know for a %s; use the release that saved it.",
                place,
                name,
                simpleType()));
      }
    }
  }

  /** The class without its package. */
  String simpleType() {
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** Whether the param is set. */
  boolean isSet(String name) {
    return set.containsKey(name);
  }

  /** The value of a param, or its default; null if there is neither. */
  private Object value(String name) {
    return set.containsKey(name) ? set.get(name) : defaults.get(name);
  }

  String text(String name, String otherwise) {
    Object value = value(name);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(name, value, "a text");
  }

  /** The function that a param names. */
  ActivationFunction function(String name, String text) {
    try {
      return ActivationFunction.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s has a wrong param %s: %s", place, name, e.getMessage()),
          e);
    }
  }

  boolean flag(String name, boolean otherwise) {
    Object value = value(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, value, "true or false");
  }

  double number(String name, double otherwise) {
    Object value = value(name);
    return value == null ? otherwise : number(name, value);
  }

  /** The texts of an array, or of the one column that a stage reads or writes. */
  List<String> texts(String name) {
    if (!(value(name) instanceof List<?> list)) {
      throw wrong(name, value(name), "a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof String text)) {
        throw wrong(name, element, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  int[] integers(String name) {
    double[] numbers = numbers(name);
    int[] integers = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      integers[i] = (int) numbers[i];
      if (integers[i] != numbers[i]) {
        throw wrong(name, numbers[i], "a list of whole numbers");
      }
    }
    return integers;
  }

  /** Numbers one by one, or, where they are many, as normact packs them: {"doubles":[["..."]]}. */
  double[] numbers(String name) {
    Object value = value(name);
    if (value instanceof Map<?, ?> packed) {
      try {
        return DoublesFormat.read(Base64.getDecoder().decode(packedText(packed)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s has a damaged param %s: %s", place, name, e.getMessage()),
            e);
      }
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(name, value, "a list of numbers");
    }
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(name, list.get(i));
    }
    return numbers;
  }

  /** Bytes that normact saves as texts in Base64, those in pieces where one is long. */
  List<byte[]> sections(String name) {
    Object value = value(name);
    if (value instanceof Map<?, ?> packed) {
      value = packed.get("texts");
    }
    if (!(value instanceof List<?> texts)) {
      throw wrong(name, "there", "packed bytes");
    }
    List<byte[]> sections = new ArrayList<>();
    for (Object text : texts) {
      List<?> pieces = text instanceof List<?> list ? list : Collections.singletonList(text);
      if (!pieces.stream().allMatch(String.class::isInstance)) {
        throw wrong(name, "there", "packed bytes");
      }
      StringBuilder whole = new StringBuilder();
      pieces.forEach(piece -> whole.append((String) piece));
      try {
        sections.add(Base64.getDecoder().decode(whole.toString()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "%s has a damaged param %s: %s.", place, name, e.getMessage()),
            e);
      }
    }
    return sections;
  }

  private static String packedText(Map<?, ?> packed) {
    if (!(packed.get("doubles") instanceof List<?> texts)
        || texts.size() != 1
        || !(texts.get(0) instanceof List<?> pieces)
        || !pieces.stream().allMatch(String.class::isInstance)) {
      throw new IllegalArgumentException("It holds no packed numbers.");
    }
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append((String) piece));
    return text.toString();
  }

  /** Spark writes what JSON has no number for as a text. */
  private double number(String name, Object value) {
    if (value instanceof Double number) {
      return number;
    }
    if ("NaN".equals(value)) {
      return Double.NaN;
    }
    if ("Inf".equals(value)) {
      return Double.POSITIVE_INFINITY;
    }
    if ("-Inf".equals(value)) {
      return Double.NEGATIVE_INFINITY;
    }
    throw wrong(name, value, "a number");
  }

  private IllegalArgumentException wrong(String name, Object value, String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s has the param %s %s, but it must be %s.",
            place,
            name,
            value == null ? "unset" : "'" + value + "'",
            expected));
  }
}
