package io.normact.report;

import static io.normact.report.Figures.put;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * The report as JSON. Every number is as exact as a double writes out, except the curve, which is
 * for drawing and has four digits. The same report gives the same text.
 */
final class ReportJson {

  /** Raised by one whenever a reader of the format before could no longer read it. */
  static final int VERSION = 1;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReportJson() {}

  static String of(ColumnReport report) {
    ObjectNode root = root();
    add(root, report);
    return text(root);
  }

  /** A report of several stages: each has all that a report of one has. */
  static String of(PipelineReport report) {
    ObjectNode root = root();
    addColumnsLeftOut(root, report);
    if (!report.provenance().isEmpty()) {
      ObjectNode provenance = root.putObject("provenance");
      report.provenance().forEach(provenance::put);
    }
    if (report.single()) {
      add(root, report.stages().get(0));
      return text(root);
    }
    ArrayNode leftOut = root.putArray("leftOut");
    report.leftOut().forEach(leftOut::add);
    ArrayNode stages = root.putArray("stages");
    for (PipelineReport.Stage stage : report.stages()) {
      ObjectNode node = stages.addObject();
      node.put("stage", stage.name());
      add(node, stage);
    }
    return text(root);
  }

  private static void addColumnsLeftOut(ObjectNode root, PipelineReport report) {
    if (!report.columnsLeftOut().isEmpty()) {
      ArrayNode columns = root.putArray("columnsLeftOut");
      for (PipelineReport.LeftOutColumn column : report.columnsLeftOut()) {
        columns.addObject().put("name", column.name()).put("type", column.type());
      }
    }
  }

  private static ObjectNode root() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", "normact-report");
    root.put("version", VERSION);
    return root;
  }

  private static String text(ObjectNode root) {
    try {
      return MAPPER.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of JSON nodes can always be written.", e);
    }
  }

  private static void add(ObjectNode root, PipelineReport.Stage stage) {
    add(root, stage.report());
    stage.byKey().ifPresent(byKey -> root.set("byKey", KeyReportText.json(byKey)));
  }

  private static void add(ObjectNode root, ColumnReport report) {
    root.put("function", report.function().toString());
    put(root, "slopeThreshold", report.slopeThreshold());
    put(root, "infimum", report.function().infimum());
    put(root, "supremum", report.function().supremum());
    put(root, "flatLimit", report.flatLimit());
    put(root, "flatByNature", report.flatByNature());
    report.weightCol().ifPresent(column -> root.put("weightCol", column));
    root.put("rows", report.rows());
    root.put("skippedRows", report.skippedRows());
    put(root, "rankError", report.rankError());
    root.put("troubleBefore", report.troubleBefore());
    put(root, "flatBefore", report.flatBefore());
    report
        .model()
        .ifPresent(
            settings -> {
              root.put("troubleAfter", report.troubleAfter());
              put(root, "flatAfter", report.flatAfter());
              ObjectNode model = root.putObject("model");
              put(model, "epsilon", settings.epsilon());
              model.put("withMean", settings.withMean());
              model.put("withStd", settings.withStd());
              model.put("learn", settings.learn());
            });
    ArrayNode columns = root.putArray("columns");
    report.columns().forEach(column -> add(columns.addObject(), column));
  }

  private static void add(ObjectNode node, ColumnResult column) {
    node.put("index", column.index());
    node.put("name", column.name());
    node.put("function", column.function().toString());
    node.put("rows", column.rows());
    node.put("count", column.count());
    node.put("nulls", column.nulls());
    node.put("nans", column.nans());
    node.put("infinities", column.infinities());
    node.put("skipped", column.skipped());
    put(node, "rankError", column.rankError());
    column
        .fitted()
        .ifPresent(
            fitted -> {
              ObjectNode part = node.putObject("fitted");
              put(part, "mean", fitted.mean());
              put(part, "variance", fitted.variance());
              put(part, "gamma", fitted.gamma());
              put(part, "beta", fitted.beta());
            });
    column.drift().ifPresent(drift -> add(node.putObject("drift"), drift));
    add(node.putObject("before"), column.before());
    column.after().ifPresent(after -> add(node.putObject("after"), after));
  }

  private static void add(ObjectNode node, Drift drift) {
    node.put("drifted", drift.drifted());
    drift.numbers().forEach((name, value) -> put(node, name, value));
    drift
        .comparison()
        .ifPresent(
            comparison -> {
              add(node.putObject("fitted"), comparison.fitted());
              add(node.putObject("now"), comparison.now());
            });
  }

  private static void add(ObjectNode node, Response response) {
    ArrayNode findings = node.putArray("findings");
    for (Finding finding : response.findings()) {
      findings
          .addObject()
          .put("verdict", finding.verdict().toString())
          .put("trouble", finding.verdict().isTrouble())
          .put("reason", finding.reason())
          .put("advice", finding.advice())
          .put("spec", finding.spec());
    }
    put(node, "flatShare", response.flatShare());
    put(node, "zeroSlopeShare", response.zeroSlopeShare());
    put(node, "meanSlope", response.meanSlope());
    put(node, "rangeInUse", response.rangeInUse());
    Distribution input = response.input();
    put(node, "mean", input.mean());
    put(node, "standardDeviation", input.standardDeviation());
    put(node, "min", input.min());
    put(node, "lowerQuartile", input.lowerQuartile());
    put(node, "median", input.median());
    put(node, "upperQuartile", input.upperQuartile());
    put(node, "max", input.max());
    add(node.putObject("input"), input.histogram());
    curve(node.putArray("curve"), response.curve());
    add(node.putObject("output"), response.output());
  }

  private static void add(ObjectNode node, Histogram histogram) {
    put(node, "from", histogram.from());
    put(node, "to", histogram.to());
    ArrayNode counts = node.putArray("counts");
    histogram.counts().forEach(counts::add);
    node.put("below", histogram.below());
    node.put("above", histogram.above());
  }

  private static void curve(ArrayNode node, List<Double> curve) {
    for (double y : curve) {
      if (Double.isFinite(y)) {
        node.add(Double.parseDouble(String.format(Locale.ROOT, "%.4g", y)));
      } else {
        node.addNull();
      }
    }
  }
}
