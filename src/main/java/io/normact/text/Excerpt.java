package io.normact.text;

import java.util.Locale;

/**
 * Texts of users as messages show them: on one line, since a message is one. Of a long text only
 * the two ends are shown, which hold what was given and what was expected.
 */
public final class Excerpt {

  private static final String GAP = " ... ";

  private Excerpt() {}

  /**
   * The text with control characters written as escapes, cut in the middle if it is too long then.
   *
   * @param length how many characters remain at most
   */
  public static String of(String text, int length) {
    int half = (length - GAP.length()) / 2;
    // Escapes only make a text longer, so that what lies between is never needed.
    String shown =
        text.length() <= length
            ? escaped(text)
            : escaped(text.substring(0, length)) + escaped(text.substring(text.length() - length));
    return shown.length() <= length
        ? shown
        : shown.substring(0, half) + GAP + shown.substring(shown.length() - half);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isShown(c)) {
                escaped.appendCodePoint(c);
              } else {
                escaped.append(c == '\n' ? "\\n" : String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return escaped.toString();
  }

  /** Whether a terminal prints the character where it stands, and nothing else happens. */
  private static boolean isShown(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
