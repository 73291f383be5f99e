package io.normact.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report as one HTML page: a template into which styles, scripts and the report's JSON are put.
 *
 * <p>Names and texts of the data are in the JSON only, and the script sets them as text, never as
 * markup. Should one get through all the same, the page's content security policy runs nothing but
 * the two scripts whose hashes it holds, and loads nothing.
 */
final class ReportPage {

  /** Where the build unpacks the chart library to, beside the template. */
  private static final String CHARTS = "uplot/";

  private static final Pattern SLOT = Pattern.compile("\\{\\{([a-z-]+)}}");

  private ReportPage() {}

  static String of(String json) {
    String charts = licence() + resource(CHARTS + "uPlot.iife.min.js");
    String script = resource("page.js") + resource("keys.js");
    String chartStyle = resource(CHARTS + "uPlot.min.css");
    String style = resource("page.css");
    Map<String, String> slots =
        Map.of(
            "charts",
            charts,
            "script",
            script,
            "chart-style",
            chartStyle,
            "style",
            style,
            "script-sources",
            hash(charts) + " " + hash(script),
            "style-sources",
            hash(chartStyle) + " " + hash(style),
            "report",
            escape(json));
    // One sweep: what is put into a slot is not searched for slots again.
    return SLOT.matcher(resource("page.html"))
        .replaceAll(match -> Matcher.quoteReplacement(slots.get(match.group(1))));
  }

  /**
   * JSON that can stand in a script element: no end tag, comment or entity can begin in it. All of
   * these characters occur inside of JSON's strings only, where an escape means the same.
   */
  static String escape(String json) {
    return json.replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  private static String licence() {
    return "/*\n" + resource(CHARTS + "LICENSE").strip() + "\n*/\n";
  }

  /** A source expression of a content security policy for an inline element of this text. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Resource %s is missing from the jar, but the build puts it there.",
                name));
      }
      // A browser hashes line ends as they are after parsing, so there must be no others here.
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(
          String.format(Locale.ROOT, "Resource %s can't be read from the jar.", name), e);
    }
  }
}
