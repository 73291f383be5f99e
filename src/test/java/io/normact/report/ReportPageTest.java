package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class ReportPageTest {

  static final String HOSTILE =
      "</script><!--<script>document.title='owned'</script><img src=x onerror=alert(1)>&lt;\u2028{{style}}$1";

  static ColumnReport hostile() {
    Dataset<Row> data =
        LocalSpark.session().range(40).select(functions.col("id").cast("double").as(HOSTILE));
    return ColumnReport.of(data, List.of(HOSTILE), ActivationFunction.parse("sigmoid"));
  }

  /** A report on so many columns: those of the sample, again and again. */
  static ColumnReport wide(int n) {
    ColumnReport sample = BreastCancer.infomax();
    List<ColumnResult> columns = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      ColumnResult c = sample.columns().get(i % sample.columns().size());
      columns.add(
          new ColumnResult(
              i,
              "column " + i,
              c.function(),
              c.rows(),
              c.nulls(),
              c.nans(),
              c.infinities(),
              c.skipped(),
              c.rankError(),
              c.before(),
              c.fitted(),
              c.after(),
              c.drift()));
    }
    return new ColumnReport(
        sample.function(),
        sample.model(),
        sample.slopeThreshold(),
        sample.weightCol(),
        sample.rows(),
        sample.skippedRows(),
        sample.rankError(),
        columns);
  }

  @Test
  void thirtyColumnsAreFarBelowTheirLimit() {
    assertThat(BreastCancer.infomax().toHtml().getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(1_500_000)
        .isLessThan(250_000);
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    assertThat(BreastCancer.raw().toHtml())
        .doesNotContain("src=", "@import", "url(", "<link")
        .contains("default-src 'none'")
        .contains("Permission is hereby granted, free of charge");
  }

  @Test
  void namesStayInsideOfTheData() throws IOException {
    ColumnReport report = hostile();
    String page = report.toHtml();
    assertThat(page).doesNotContain("owned'</script>", "<img", "\u2028");
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"report\">(.*?)</script>")
            .matcher(page);
    assertThat(data.find()).isTrue();
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(data.group(1))).isEqualTo(mapper.readTree(report.toJson()));
    assertThat(mapper.readTree(data.group(1)).at("/columns/0/name").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void noSlotIsLeftOpen() {
    String page = BreastCancer.raw().toHtml();
    assertThat(Pattern.compile("\\{\\{[a-z-]+}}").matcher(page).find()).isFalse();
    assertThat(page).contains("script-src 'sha256-").contains("style-src 'sha256-");
  }

  /** The page sorts and filters by a list of its own. */
  @Test
  void pageKnowsAllVerdictsInTheirOrder() throws IOException {
    String script;
    try (InputStream page = ReportPage.class.getResourceAsStream("page.js")) {
      script = new String(page.readAllBytes(), StandardCharsets.UTF_8);
    }
    Matcher list = Pattern.compile("const VERDICTS = (\\[[^\\]]*\\])").matcher(script);
    assertThat(list.find()).isTrue();
    assertThat(new ObjectMapper().readValue(list.group(1), String[].class))
        .isEqualTo(Arrays.stream(Verdict.values()).map(Verdict::toString).toArray());
  }
}
