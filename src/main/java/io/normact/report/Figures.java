package io.normact.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as a report's sentences, tables and JSON write them. */
final class Figures {

  private Figures() {}

  /** A share as a percentage: 0%, 0.4%, 31%, and never 0% or 100% unless it is exactly that. */
  static String percent(double share) {
    if (Double.isNaN(share)) {
      return "–";
    }
    if (share == 0 || share == 1) {
      return share == 0 ? "0%" : "100%";
    }
    if (share < 0.001) {
      return "<0.1%";
    }
    if (share > 0.999) {
      return ">99.9%";
    }
    boolean fraction = share < 0.1 || share > 0.99;
    return String.format(Locale.ROOT, fraction ? "%.1f%%" : "%.0f%%", share * 100);
  }

  /** A number to three digits, without needless zeros. */
  static String number(double x) {
    if (!Double.isFinite(x) || x == 0) {
      return x == 0 ? "0" : Double.isNaN(x) ? "–" : x > 0 ? "∞" : "-∞";
    }
    BigDecimal rounded =
        new BigDecimal(x).round(new MathContext(3, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    double magnitude = Math.abs(x);
    return magnitude >= 1e-4 && magnitude < 1e7
        ? rounded.toPlainString()
        : String.format(Locale.ROOT, "%.2e", x);
  }

  /** Puts a number into JSON, which has none but finite ones: for others null. */
  static void put(ObjectNode node, String name, double value) {
    if (!Double.isFinite(value)) {
      node.putNull(name);
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      // 569, not 569.0: the same number to every reader of JSON, and shorter.
      node.put(name, (long) value);
    } else {
      node.put(name, value);
    }
  }
}
