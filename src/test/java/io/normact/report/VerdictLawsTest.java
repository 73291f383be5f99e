package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No verdict contradicts another, nor the numbers, whatever the data are like. */
@Tag("thorough")
class VerdictLawsTest {

  private static final int ROWS = 300;

  /** Kinds of columns that real tables have; null where a value is missing. */
  private enum Kind {
    CONSTANT(r -> 7),
    MISSING(r -> Double.NaN),
    HALF_MISSING(r -> r.nextDouble() < 0.6 ? Double.NaN : r.nextGaussian()),
    FLAG(r -> r.nextInt(2)),
    RARE_FLAG(r -> r.nextDouble() < 0.02 ? 1 : 0),
    TWO_VALUES(r -> r.nextDouble() < 0.1 ? -3.5 : 1e6),
    MOSTLY_ZERO(r -> r.nextDouble() < 0.8 ? 0 : 50 * r.nextDouble()),
    COUNT(r -> (int) Math.exp(2 * r.nextGaussian())),
    ID(r -> r.nextInt(10_000_000)),
    DATE(r -> 1.6e9 + r.nextInt(100_000_000)),
    YEAR(r -> 1950 + r.nextInt(70)),
    LOG_NORMAL(r -> Math.exp(3 * r.nextGaussian())),
    CAUCHY(r -> Math.tan(Math.PI * (r.nextDouble() - 0.5))),
    FAR_WITH_OUTLIER(r -> 1e9 + r.nextGaussian() + (r.nextDouble() < 0.02 ? 1e4 : 0)),
    NEGATIVE(r -> -Math.exp(2 * r.nextGaussian())),
    BIMODAL(r -> r.nextGaussian() + (r.nextBoolean() ? 20 : -20)),
    TINY(r -> 1e-200 * r.nextGaussian()),
    SMALL(r -> 1e-4 * r.nextGaussian()),
    HUGE(r -> 1e150 * r.nextGaussian()),
    NORMAL(Random::nextGaussian);

    @SuppressWarnings("ImmutableEnumChecker") // A lambda without state.
    private final ToDoubleFunction<Random> values;

    Kind(ToDoubleFunction<Random> values) {
      this.values = values;
    }
  }

  private static Dataset<Row> data(long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(
          RowFactory.create(
              Arrays.stream(Kind.values())
                  .map(kind -> kind.values.applyAsDouble(random))
                  .map(x -> Double.isNaN(x) ? null : x)
                  .toArray()));
    }
    StructType schema = new StructType();
    for (Kind kind : Kind.values()) {
      schema = schema.add(kind.name(), DataTypes.DoubleType);
    }
    return LocalSpark.session().createDataFrame(rows, schema).coalesce(1).cache();
  }

  private static List<String> names() {
    return Arrays.stream(Kind.values()).map(Kind::name).toList();
  }

  static List<Named<ActivationFunction>> functions() {
    return Definition.all().stream()
        .map(definition -> definition.create())
        .filter(ActivationFunction::elementwise)
        .map(function -> Named.of(function.toString(), function))
        .toList();
  }

  private static final Dataset<Row> DATA = data(11);

  @ParameterizedTest
  @MethodSource("functions")
  void columnsAsTheyAre(ActivationFunction function) throws IOException {
    check(ColumnReport.of(DATA, names(), function));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sigmoid", "tanh", "relu", "relu6", "identity", "hard_shrink"})
  void normalisedColumns(String function) throws IOException {
    Dataset<Row> data = DATA.drop(Kind.MISSING.name());
    String[] inputs = data.columns();
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(inputs)
            .setOutputCols(Arrays.stream(inputs).map(c -> c + "_out").toArray(String[]::new))
            .setHandleInvalid("keep")
            .setActivation(function)
            .fit(data);
    check(ColumnReport.of(model, data));
  }

  private static void check(ColumnReport report) throws IOException {
    for (ColumnResult column : report.columns()) {
      check(report, column, column.before());
      column.after().ifPresent(after -> check(report, column, after));
    }
    checkTotals(report);
    checkTexts(report);
  }

  private static void check(ColumnReport report, ColumnResult column, Response side) {
    String name = column.name() + " under " + column.function() + ": " + side.findings();
    Kind kind = Kind.valueOf(column.name());
    List<Verdict> verdicts = side.findings().stream().map(Finding::verdict).toList();
    assertThat(verdicts).as(name).isNotEmpty().isSorted().doesNotHaveDuplicates();
    assertThat(verdicts.contains(Verdict.FINE)).as(name).isEqualTo(verdicts.get(0) == Verdict.FINE);
    if (verdicts.contains(Verdict.FINE)) {
      assertThat(verdicts).as(name).hasSize(1);
      assertThat(side.rangeInUse()).as(name).satisfies(x -> assertThat(x < 0.1).isFalse());
      assertThat(side.flatShare()).as(name).isLessThan(report.flatLimit());
    }
    String advice = side.findings().stream().map(Finding::advice).reduce("", String::concat);
    Distribution raw = column.before().input();
    if (advice.contains("logarithm")) {
      assertThat(kind).as(name).isIn(Kind.LOG_NORMAL, Kind.ID, Kind.COUNT);
      assertThat(raw.min()).as(name).isPositive();
    }
    if (kind == Kind.LOG_NORMAL && !column.function().name().contains("log1p")) {
      assertThat(advice).as(name).contains("logarithm");
    }
    if (kind == Kind.FLAG || kind == Kind.RARE_FLAG || kind == Kind.TWO_VALUES) {
      assertThat(verdicts)
          .as(name)
          .doesNotContain(Verdict.HEAVY_TAIL, Verdict.MOSTLY_ONE_VALUE, Verdict.CONSTANT);
    }
    assertThat(verdicts.contains(Verdict.CONSTANT)).as(name).isEqualTo(kind == Kind.CONSTANT);
    assertThat(verdicts.contains(Verdict.MOSTLY_MISSING))
        .as(name)
        .isEqualTo(column.missingShare() > 0.5);
    assertThat(side.flatShare()).as(name).satisfies(VerdictLawsTest::isShareOrNone);
    assertThat(side.zeroSlopeShare()).as(name).satisfies(VerdictLawsTest::isShareOrNone);
    for (Finding finding : side.findings()) {
      for (String sentence : List.of(finding.reason(), finding.advice())) {
        assertThat(sentence.replace("null, NaN or infinite", ""))
            .as(name)
            .endsWith(".")
            .doesNotContain("NaN", "–", "null", "to 0 or less");
      }
      assertThat(finding.advice()).as(name).doesNotContain("such as " + column.function().name());
    }
  }

  private static void isShareOrNone(double share) {
    assertThat(Double.isNaN(share) || (share >= 0 && share <= 1)).isTrue();
  }

  /** A share above the limit over all columns is red on the page: then a column is in trouble. */
  private static void checkTotals(ColumnReport report) {
    long before = report.columns().stream().filter(c -> c.before().verdict().isTrouble()).count();
    long after = report.columns().stream().filter(c -> c.last().verdict().isTrouble()).count();
    assertThat(report.troubleBefore()).isEqualTo(before);
    assertThat(report.troubleAfter()).isEqualTo(after);
    assertThat(report.flatBefore() >= report.flatLimit() && before == 0).isFalse();
    assertThat(report.flatAfter() >= report.flatLimit() && after == 0).isFalse();
    assertThat(report.flatByNature()).isLessThan(report.flatLimit());
  }

  /** JSON, rows and the terminal tell the same. */
  private static void checkTexts(ColumnReport report) throws IOException {
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("troubleBefore").asLong()).isEqualTo(report.troubleBefore());
    assertThat(json.get("flatLimit").asDouble(Double.POSITIVE_INFINITY))
        .isEqualTo(report.flatLimit());
    String[] lines = report.worst(report.columns().size()).split("\n");
    assertThat(lines[0])
        .startsWith(report.troubleBefore() + " of " + report.columns().size() + " columns");
    assertThat(lines).hasSize(report.columns().size() + 2);
    for (ColumnResult column : report.columns()) {
      JsonNode node = json.get("columns").get(column.index());
      List<String> sides =
          column.after().isPresent() ? List.of("before", "after") : List.of("before");
      for (String side : sides) {
        Response response = side.equals("before") ? column.before() : column.last();
        JsonNode findings = node.get(side).get("findings");
        IntStream.range(0, findings.size())
            .forEach(
                i -> {
                  Finding finding = response.findings().get(i);
                  assertThat(findings.get(i).get("verdict").asText())
                      .isEqualTo(finding.verdict().toString());
                  assertThat(findings.get(i).get("trouble").asBoolean())
                      .isEqualTo(finding.verdict().isTrouble());
                });
        assertThat(findings).hasSize(response.findings().size());
        assertThat(Arrays.stream(lines).filter(line -> line.startsWith(column.name() + " ")))
            .as(column.name())
            .singleElement()
            .asString()
            .contains(response.verdict().toString(), Figures.percent(response.flatShare()));
      }
    }
  }
}
