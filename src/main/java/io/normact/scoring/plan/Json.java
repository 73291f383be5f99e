package io.normact.scoring.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a text of JSON (RFC 8259), and nothing that is almost one: objects as maps, arrays as
 * lists, texts, numbers as doubles, booleans, null. A library would be larger than all that scores.
 */
final class Json {

  /** Metadata have five levels; a text of a million brackets is not to end the thread's stack. */
  private static final int DEEPEST = 64;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * The value that a text holds.
   *
   * @throws IllegalArgumentException if it is no JSON, with the place where it stops to be
   */
  static Object parse(String text) {
    Json json = new Json(text);
    Object value = json.value(0);
    json.skipBlanks();
    if (json.at < text.length()) {
      throw json.unexpected("the end");
    }
    return value;
  }

  private Object value(int depth) {
    if (depth > DEEPEST) {
      throw unexpected("at most " + DEEPEST + " levels");
    }
    skipBlanks();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", null);
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    at++;
    skipBlanks();
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      skipBlanks();
      if (peek() != '"') {
        throw unexpected("a name in quotes");
      }
      int start = at;
      String name = string();
      skipBlanks();
      expect(':');
      if (members.containsKey(name)) {
        at = start;
        throw unexpected("each name once");
      }
      members.put(name, value(depth + 1));
      skipBlanks();
      if (peek() == '}') {
        at++;
        return members;
      }
      expect(',');
    }
  }

  private List<Object> array(int depth) {
    List<Object> elements = new ArrayList<>();
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return elements;
    }
    while (true) {
      elements.add(value(depth + 1));
      skipBlanks();
      if (peek() == ']') {
        at++;
        return elements;
      }
      expect(',');
    }
  }

  private String string() {
    at++;
    StringBuilder escaped = null;
    int from = at;
    while (true) {
      char c = peek();
      if (c == '"') {
        String rest = text.substring(from, at++);
        return escaped == null ? rest : escaped.append(rest).toString();
      }
      if (c < ' ') {
        throw unexpected("a text that ends with a quote");
      }
      if (c == '\\') {
        escaped = escaped == null ? new StringBuilder() : escaped;
        escaped.append(text, from, at);
        at++;
        escaped.append(escape());
        from = at;
      } else {
        at++;
      }
    }
  }

  private char escape() {
    char c = peek();
    int plain = "\"\\/bfnrt".indexOf(c);
    if (plain >= 0) {
      at++;
      return "\"\\/\b\f\n\r\t".charAt(plain);
    }
    if (c != 'u') {
      throw unexpected("an escape of JSON");
    }
    at++;
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char hex = peek();
      int digit = hex < 128 ? Character.digit(hex, 16) : -1;
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      code = 16 * code + digit;
      at++;
    }
    return (char) code;
  }

  private Object literal(String word, Object meaning) {
    if (!text.startsWith(word, at)) {
      throw unexpected("a value");
    }
    at += word.length();
    return meaning;
  }

  private Double number() {
    int from = at;
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (peek() == '.') {
      at++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
    return Double.valueOf(text.substring(from, at));
  }

  private void digits() {
    int from = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == from) {
      throw unexpected("a value");
    }
  }

  /** The next character; 0, which stands nowhere in JSON, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private void expect(char c) {
    if (peek() != c) {
      throw unexpected("'" + c + "'");
    }
    at++;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private IllegalArgumentException unexpected(String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "At character %d of %d is %s, but expected was %s.",
            at,
            text.length(),
            at < text.length() ? "'" + text.charAt(at) + "'" : "the end",
            expected));
  }
}
