package io.normact.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts of any length in JSON: {@code {"KEY":[["piece","piece"],["piece"]]}}, each text in pieces
 * that every reader of JSON takes. The texts are Base64, of which nothing has to be escaped.
 */
final class TextPieces {

  /** Characters of a piece. */
  static final int LONGEST = 1_000_000;

  /** The longest text that every virtual machine has. */
  private static final int MOST = Integer.MAX_VALUE - 8;

  private TextPieces() {}

  /** Whether {@link #write} may have made it, rather than a param of Spark's. */
  static boolean isWritten(String json) {
    return json.startsWith("{");
  }

  static String write(String key, List<String> texts) {
    long room = 64 + 8L * texts.size() + texts.stream().mapToLong(String::length).sum();
    StringBuilder json = new StringBuilder((int) Math.min(room + room / LONGEST * 3, MOST));
    json.append("{\"").append(key).append("\":[");
    for (int t = 0; t < texts.size(); t++) {
      String text = texts.get(t);
      json.append(t == 0 ? "[" : ",[");
      for (int from = 0; from < text.length(); from += LONGEST) {
        json.append(from == 0 ? "\"" : ",\"").append(piece(text, from)).append('"');
      }
      json.append(']');
    }
    return json.append("]}").toString();
  }

  private static String piece(String text, int from) {
    return text.substring(from, Math.min(from + LONGEST, text.length()));
  }

  /** Texts as a list, in which those of one piece stand as such. */
  static ArrayNode toJson(List<String> texts) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (String text : texts) {
      if (text.length() <= LONGEST) {
        json.add(text);
      } else {
        ArrayNode pieces = json.addArray();
        for (int from = 0; from < text.length(); from += LONGEST) {
          pieces.add(piece(text, from));
        }
      }
    }
    return json;
  }

  /**
   * The texts.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  static List<String> read(String key, String json) {
    try {
      return read(key, new ObjectMapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("they are no JSON", e);
    }
  }

  /** The same of JSON that was read, be it made by {@link #write} or {@link #toJson}. */
  static List<String> read(String key, JsonNode json) {
    JsonNode texts = json.path(key);
    if (!texts.isArray()) {
      throw new IllegalArgumentException("there is no list of texts");
    }
    List<String> result = new ArrayList<>();
    for (JsonNode pieces : texts) {
      if (pieces.isTextual()) {
        result.add(pieces.textValue());
        continue;
      }
      long length = 0;
      for (JsonNode piece : pieces) {
        length += piece.asText().length();
      }
      StringBuilder text = new StringBuilder((int) Math.min(length, MOST));
      for (JsonNode piece : pieces) {
        if (!piece.isTextual()) {
          throw new IllegalArgumentException("a piece is no text");
        }
        text.append(piece.textValue());
      }
      result.add(text.toString());
    }
    return result;
  }
}
