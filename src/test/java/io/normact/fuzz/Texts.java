package io.normact.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.SplittableRandom;

/** Texts that a program may not have expected. */
final class Texts {

  private static final List<String> ODD =
      List.of(
          "",
          " ",
          "\t",
          "\n",
          "a\nb",
          "a\r\nb",
          "\u0000",
          "a\u0000b",
          "\u001b[31mred",
          "\u0085\u2028\u2029",
          "\u202etxet",
          "\ufeffbom",
          "ümläut",
          "名前",
          "😀",
          "I\u0307İı",
          "e\u0301",
          "a.b",
          "a`b",
          "``",
          "'",
          "\"",
          "a'b\"c",
          "a b",
          " a",
          "a,b",
          "a;b",
          "a(b)",
          "a=b",
          "{a}",
          "[a]",
          "*",
          "%s",
          "%n%d",
          "$1",
          "${HOME}",
          "$(id)",
          "\\",
          "\\u0041",
          "../..",
          "/",
          ".",
          "null",
          "NaN",
          "-0",
          "1e400",
          "0x10",
          "true",
          "~",
          "!!int",
          "&a",
          "*a",
          "<<",
          "---",
          "#",
          "@file",
          "-",
          "--",
          "; DROP TABLE x");

  private Texts() {}

  /** One of the odd ones, or one that is long. */
  static String odd(SplittableRandom random) {
    return switch (random.nextInt(12)) {
      case 0 -> "x".repeat(1 << random.nextInt(4, 17));
      case 1 -> "(".repeat(1 << random.nextInt(4, 14));
      default -> one(ODD, random);
    };
  }

  /** A text with one character changed, doubled, left out, swapped or put in. */
  static String mistyped(String text, SplittableRandom random) {
    if (text.isEmpty()) {
      return odd(random);
    }
    int at = random.nextInt(text.length());
    StringBuilder changed = new StringBuilder(text);
    switch (random.nextInt(6)) {
      case 0 -> changed.deleteCharAt(at);
      case 1 -> changed.insert(at, text.charAt(at));
      case 2 -> changed.setCharAt(at, (char) random.nextInt(32, 127));
      case 3 -> changed.setCharAt(at, Character.toUpperCase(text.charAt(at)));
      case 4 -> changed.insert(at, odd(random));
      default -> changed.setLength(at);
    }
    // Half of a surrogate pair is no character, and no file can hold it.
    return new String(changed.toString().getBytes(UTF_8), UTF_8);
  }

  /** Any element of a list. */
  static <T> T one(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }
}
