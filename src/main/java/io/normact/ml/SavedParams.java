package io.normact.ml;

import com.fasterxml.jackson.databind.JsonNode;
import io.normact.text.Excerpt;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Params of a stage as Spark saves them in JSON. Spark reads some values that are none of the
 * param's type as if they were, and says little of others.
 */
final class SavedParams {

  /** Characters of a value in a message. */
  private static final int SHOWN = 80;

  private final Params stage;
  private final String place;

  /**
   * Params of a stage.
   *
   * @param place where the stage was saved, for messages
   */
  SavedParams(Params stage, String place) {
    this.stage = stage;
    this.place = place;
  }

  /** Sets a param to what was saved. */
  void set(String name, JsonNode json) {
    Param<Object> param = param(name);
    stage.set(param, value(param, json));
  }

  /** Gives a param the default that was saved. */
  void setDefault(String name, JsonNode json) {
    Param<Object> param = param(name);
    stage.setDefault(param, value(param, json));
  }

  private Param<Object> param(String name) {
    if (!stage.hasParam(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s has the param %s, which this release of normact doesn't know for a %s; use the release that saved it.",
              place,
              name,
              stage.getClass().getSimpleName()));
    }
    return stage.getParam(name);
  }

  private Object value(Param<?> param, JsonNode json) {
    String name = param.name();
    if (param instanceof PackedParam packed && json.isObject()) {
      return packed.unpack(json);
    }
    if (param instanceof DoubleArrayParam) {
      check(name, json, json.isArray(), "a list of numbers");
      double[] numbers = new double[json.size()];
      Arrays.setAll(numbers, i -> number(name, json.get(i), "a list of numbers"));
      return numbers;
    }
    if (param instanceof IntArrayParam) {
      check(name, json, json.isArray(), "a list of whole numbers");
      int[] numbers = new int[json.size()];
      Arrays.setAll(numbers, i -> integer(name, json.get(i), "a list of whole numbers"));
      return numbers;
    }
    if (param instanceof StringArrayParam) {
      check(name, json, json.isArray(), "a list of texts");
      String[] texts = new String[json.size()];
      Arrays.setAll(texts, i -> text(name, json.get(i), "a list of texts"));
      return texts;
    }
    if (param instanceof DoubleParam) {
      return number(name, json, "a number");
    }
    if (param instanceof IntParam) {
      return integer(name, json, "a whole number");
    }
    if (param instanceof LongParam) {
      check(name, json, json.isIntegralNumber() && json.canConvertToLong(), "a whole number");
      return json.longValue();
    }
    if (param instanceof BooleanParam) {
      check(name, json, json.isBoolean(), "true or false");
      return json.booleanValue();
    }
    return text(name, json, "a text");
  }

  /** Spark writes what JSON has no number for as a text. */
  private double number(String name, JsonNode json, String expectation) {
    if (json.isNumber()) {
      return json.doubleValue();
    }
    return switch (json.asText()) {
      case "NaN" -> Double.NaN;
      case "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> throw wrong(name, json, expectation);
    };
  }

  private int integer(String name, JsonNode json, String expectation) {
    check(name, json, json.isIntegralNumber() && json.canConvertToInt(), expectation);
    return json.intValue();
  }

  private String text(String name, JsonNode json, String expectation) {
    check(name, json, json.isTextual(), expectation);
    return json.textValue();
  }

  private void check(String name, JsonNode json, boolean expected, String expectation) {
    if (!expected) {
      throw wrong(name, json, expectation);
    }
  }

  private IllegalArgumentException wrong(String name, JsonNode json, String expectation) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s has the param %s %s, but it must be %s.",
            place,
            name,
            Excerpt.of(json.toString(), SHOWN),
            expectation));
  }
}
