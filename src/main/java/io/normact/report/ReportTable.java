package io.normact.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** The worst columns as text for a terminal. */
final class ReportTable {

  /** Longer names are cut in the middle, so that a row fits a terminal of 100 characters. */
  private static final int LONGEST_NAME = 32;

  /** Heads of columns that stand to the right. */
  private static final Set<String> NUMBERS =
      Set.of("flat", "range", "values", "mean by", "variance times");

  private ReportTable() {}

  static String worst(ColumnReport report, int n) {
    if (n < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Number of columns to show is %d, but must be at least 0.", n));
    }
    List<ColumnResult> worst =
        report.columns().stream()
            .sorted(
                Comparator.comparing((ColumnResult column) -> column.last().verdict())
                    .thenComparing(
                        Comparator.comparingDouble((ColumnResult c) -> flat(c.last())).reversed())
                    .thenComparing(column -> column.before().verdict())
                    .thenComparing(
                        Comparator.comparingDouble((ColumnResult c) -> flat(c.before()))
                            .reversed()))
            .limit(n)
            .toList();
    List<String[]> lines = new ArrayList<>();
    boolean model = report.model().isPresent();
    lines.add(
        model
            ? new String[] {"column", "before", "flat", "after", "flat", "range"}
            : new String[] {"column", "verdict", "flat", "range"});
    for (ColumnResult column : worst) {
      List<String> cells = new ArrayList<>(List.of(name(column.name())));
      cells.add(column.before().verdict().toString());
      cells.add(Figures.percent(column.before().flatShare()));
      column
          .after()
          .ifPresent(
              after -> {
                cells.add(after.verdict().toString());
                cells.add(Figures.percent(after.flatShare()));
              });
      cells.add(Figures.percent(column.last().rangeInUse()));
      lines.add(cells.toArray(new String[0]));
    }
    return headline(report) + "\n" + (worst.isEmpty() ? "" : align(lines));
  }

  static String headline(ColumnReport report) {
    String before =
        String.format(
            Locale.ROOT,
            "%d of %d columns in trouble: %s is flat at %s of the values",
            report.troubleBefore(),
            report.columns().size(),
            report.function(),
            Figures.percent(report.flatBefore()));
    String after =
        report.model().isEmpty()
            ? "."
            : String.format(
                Locale.ROOT,
                ". After normalisation %d, at %s.",
                report.troubleAfter(),
                Figures.percent(report.flatAfter()));
    return before + after + rows(report);
  }

  /** What is not the rows as they are: weights, and rows that were left out. */
  private static String rows(ColumnReport report) {
    String weights =
        report.weightCol().map(column -> " Rows are weighted by " + name(column) + ".").orElse("");
    return report.skippedRows() == 0
        ? weights
        : weights
            + String.format(
                Locale.ROOT,
                " Of %,d rows %,d are skipped, since a feature is missing.",
                report.rows(),
                report.skippedRows());
  }

  private static double flat(Response response) {
    return Double.isNaN(response.flatShare()) ? 0 : response.flatShare();
  }

  /** A name on one line: what would move a terminal's cursor or colour it is replaced. */
  static String name(String name) {
    String printable = name.replaceAll("\\p{C}", "?");
    if (printable.length() <= LONGEST_NAME) {
      return printable;
    }
    int half = LONGEST_NAME / 2;
    return printable.substring(0, half) + "…" + printable.substring(printable.length() - half + 1);
  }

  /** Lines of cells as columns of text. Those whose headings are of numbers stand to the right. */
  static String align(List<String[]> lines) {
    int[] widths = new int[lines.get(0).length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    Function<String, Boolean> isNumber = NUMBERS::contains;
    for (String[] line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - line[i].length());
        row.append(i == 0 ? "" : "  ")
            .append(isNumber.apply(lines.get(0)[i]) ? pad + line[i] : line[i] + pad);
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
