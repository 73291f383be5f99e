package io.normact.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.normact.report.KeyReport.KeyedColumn;
import io.normact.report.KeyReport.KeyedResult;
import io.normact.text.Counted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A report by key as JSON, as rows, and as text for a terminal. */
final class KeyReportText {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final StructType SCHEMA =
      new StructType()
          .add("index", DataTypes.IntegerType, false)
          .add("feature", DataTypes.StringType, false)
          .add("key", DataTypes.StringType, false)
          .add("count", DataTypes.LongType, false)
          .add("invalid", DataTypes.LongType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("standardDeviation", DataTypes.DoubleType, false)
          .add("fittedMean", DataTypes.DoubleType, false)
          .add("fittedDeviation", DataTypes.DoubleType, false)
          .add("shift", DataTypes.DoubleType, false)
          .add("varianceRatio", DataTypes.DoubleType, false)
          .add("drifted", DataTypes.BooleanType, false);

  private KeyReportText() {}

  static ObjectNode json(KeyReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode columns = root.putArray("keyCols");
    report.keyCols().forEach(columns::add);
    root.put("unknownKey", report.unknownKey());
    root.put("minCount", report.minCount());
    root.put("rows", report.rows());
    root.put("skippedRows", report.skippedRows());
    root.put("keys", report.keys());
    root.put("absentKeys", report.absentKeys());
    root.put("unknownKeys", report.unknownKeys());
    root.put("unknownRows", report.unknownRows());
    ArrayNode unknown = root.putArray("unknown");
    report.unknown().forEach(u -> unknown.addObject().put("key", u.key()).put("rows", u.rows()));
    root.put("headline", headline(report));
    ArrayNode results = root.putArray("columns");
    report.columns().forEach(column -> add(results.addObject(), column));
    return root;
  }

  private static void add(ObjectNode node, KeyedColumn column) {
    node.put("index", column.index());
    node.put("name", column.name());
    node.put("judged", column.judged());
    node.put("belowMinCount", column.belowMinCount());
    node.put("constant", column.constant());
    node.put("drifted", column.drifted());
    ArrayNode worst = node.putArray("worst");
    for (KeyedResult key : column.worst()) {
      ObjectNode result = worst.addObject();
      result.put("key", key.key());
      result.put("count", key.count());
      result.put("invalid", key.invalid());
      Figures.put(result, "mean", key.mean());
      Figures.put(result, "standardDeviation", key.standardDeviation());
      Figures.put(result, "fittedMean", key.fittedMean());
      Figures.put(result, "fittedDeviation", key.fittedDeviation());
      Figures.put(result, "shift", key.shift());
      Figures.put(result, "varianceRatio", key.varianceRatio());
      result.put("drifted", key.drifted());
    }
  }

  static Dataset<Row> frame(KeyReport report, SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (KeyedColumn column : report.columns()) {
      for (KeyedResult key : column.worst()) {
        rows.add(
            RowFactory.create(
                column.index(),
                column.name(),
                key.key(),
                key.count(),
                key.invalid(),
                key.mean(),
                key.standardDeviation(),
                key.fittedMean(),
                key.fittedDeviation(),
                key.shift(),
                key.varianceRatio(),
                key.drifted()));
      }
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  private static String headline(KeyReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "By %s: %s in %s.",
            String.join(", ", report.keyCols()),
            Counted.of(report.keys(), "key"),
            Counted.of(report.rows(), "row")));
    if (report.unknownKeys() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              " %s with %s %s unknown to the model: %s.",
              Counted.of(report.unknownKeys(), "key"),
              Counted.of(report.unknownRows(), "row"),
              report.unknownKeys() == 1 ? "is" : "are",
              unknown(report)));
    }
    if (report.absentKeys() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              " %s of the model %s no row.",
              Counted.of(report.absentKeys(), "key"),
              report.absentKeys() == 1 ? "has" : "have"));
    }
    long few = report.columns().stream().mapToLong(KeyedColumn::belowMinCount).max().orElse(0);
    if (few > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              " Up to %s of a column %s by all rows, since the fit saw fewer than %s there.",
              Counted.of(few, "key"),
              few == 1 ? "goes" : "go",
              Counted.of(report.minCount(), "value")));
    }
    long columns = report.columns().stream().filter(column -> column.drifted() > 0).count();
    text.append(
        columns == 0
            ? " No column has drifted within a key."
            : String.format(
                Locale.ROOT,
                " %s drifted within some of the keys.",
                Counted.of(columns, "column") + (columns == 1 ? " has" : " have")));
    return text.toString();
  }

  private static String unknown(KeyReport report) {
    return switch (report.unknownKey()) {
      case "error" -> "transform ends with an error there";
      case "invalid" -> "their features count as invalid";
      default -> "they go by all rows";
    };
  }

  /** A column within a key that it has drifted in. */
  private record Line(KeyedColumn column, KeyedResult key) {}

  static String worst(KeyReport report, int n) {
    if (n < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Number of keys to show is %d, but must be at least 0.", n));
    }
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"column", "key", "values", "mean by", "variance times"});
    report.columns().stream()
        .flatMap(column -> column.worst().stream().map(key -> new Line(column, key)))
        .filter(line -> line.key.drifted())
        .sorted(Comparator.comparing((Line line) -> -Math.abs(line.key.shift())))
        .limit(n)
        .forEach(line -> lines.add(cells(line)));
    return headline(report) + "\n" + (lines.size() == 1 ? "" : ReportTable.align(lines));
  }

  private static String[] cells(Line line) {
    return new String[] {
      ReportTable.name(line.column.name()),
      ReportTable.name(line.key.key()),
      Long.toString(line.key.count()),
      String.format(Locale.ROOT, "%+.2g", line.key.shift()),
      String.format(Locale.ROOT, "%.2g", line.key.varianceRatio())
    };
  }
}
