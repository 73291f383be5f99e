package io.normact.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The page in a real browser, which fetches nothing: Chromium or Chrome and its driver, from where
 * CHROME_BIN and CHROMEDRIVER say, or else from the path.
 */
@Tag("thorough")
class ReportBrowserTest {

  private static final Optional<Path> CHROMIUM =
      program("CHROME_BIN", "chromium", "chromium-browser", "google-chrome", "chrome");

  private static final Optional<Path> DRIVER = program("CHROMEDRIVER", "chromedriver");

  @TempDir static Path directory;

  private static ChromeDriver browser;

  @BeforeAll
  static void open() {
    assumeTrue(
        CHROMIUM.isPresent() && DRIVER.isPresent(),
        "No Chromium and chromedriver on the path (Debian: chromium, chromium-driver), so the page is not opened");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1400,1000",
        "--user-data-dir=" + directory.resolve("profile"));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, java.util.logging.Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.orElseThrow().toFile())
            .usingAnyFreePort()
            .withLogOutput(java.io.OutputStream.nullOutputStream())
            .build();
    browser = new ChromeDriver(service, options);
  }

  private static Optional<Path> program(String variable, String... names) {
    String named = System.getenv(variable);
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
    List<String> folders =
        Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
    return Arrays.stream(names)
        .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.quit();
    }
  }

  @AfterEach
  void nothingWasWrittenToTheConsole() {
    List<LogEntry> entries = browser.manage().logs().get(LogType.BROWSER).getAll();
    assertThat(entries).extracting(LogEntry::getMessage).isEmpty();
  }

  private static void show(ColumnReport report) throws IOException {
    show(report.toHtml());
  }

  private static void show(String html) throws IOException {
    Path page = Files.createTempFile(directory, "report", ".html");
    Files.writeString(page, html);
    browser.get(page.toUri().toString());
  }

  private static WebElement find(String selector) {
    return browser.findElement(By.cssSelector(selector));
  }

  /** The texts that are rendered: a row has none before the frame in which it comes into sight. */
  private static List<String> texts(String selector) {
    List<?> texts =
        (List<?>)
            browser.executeAsyncScript(
                """
                const [selector, done] = arguments;
                requestAnimationFrame(() => requestAnimationFrame(() =>
                  done([...document.querySelectorAll(selector)]
                    .filter((e) => e.checkVisibility())
                    .map((e) => e.innerText.trim() || e.textContent.trim()))));
                """,
                selector);
    return texts.stream().map(String::valueOf).toList();
  }

  private static void await(String selector) {
    new WebDriverWait(browser, Duration.ofSeconds(20))
        .until(driver -> !driver.findElements(By.cssSelector(selector)).isEmpty());
  }

  private static WebElement head(String label) {
    return browser.findElements(By.cssSelector("#heads button")).stream()
        .filter(button -> button.getText().startsWith(label))
        .findFirst()
        .orElseThrow();
  }

  private static String sortOf(WebElement button) {
    return button.findElement(By.xpath("..")).getDomAttribute("aria-sort");
  }

  /** Screenshots are left beside the test reports, for people to look at. */
  private static void screenshot(String name) throws IOException {
    Path shots = Files.createDirectories(Path.of("target", "screenshots"));
    File shot = browser.getScreenshotAs(OutputType.FILE);
    Files.copy(
        shot.toPath(),
        shots.resolve(name + ".png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void theHeadlineSaysWhatASigmoidRuinsAndThatItRecovers() throws IOException {
    show(BreastCancer.infomax());
    assertThat(find("h1").getText())
        .isEqualTo("9 of 30 columns in trouble before normalisation, 0 after");
    assertThat(texts("#rows .open")).hasSize(30).startsWith("fractal_dimension_se");
    await("#rows canvas");
    screenshot("infomax-light");
    find("#theme").click();
    assertThat(find("html").getDomAttribute("data-theme")).isEqualTo("dark");
    await("#rows canvas");
    screenshot("infomax-dark");
    show(BreastCancer.raw());
    assertThat(find("h1").getText()).isEqualTo("9 of 30 columns in trouble");
    screenshot("raw");
  }

  @Test
  void aReluThatIsFlatForHalfOfItsInputIsNotRed() throws IOException {
    Dataset<Row> data =
        LocalSpark.session().range(0, 200, 1, 2).selectExpr("(id - 108) * 1D AS x", "id * 1D AS y");
    ActivationFunction relu = ActivationFunction.parse("relu");
    show(ColumnReport.of(data, List.of("x"), relu));
    assertThat(texts("#tiles .tile")).startsWith("0\nin trouble", "55%\nof values flat");
    assertThat(browser.findElements(By.cssSelector("#tiles .bad"))).isEmpty();
    assertThat(find("#note").getText())
        .contains("A standard normal input is flat at 50%; from 75% on a column is in trouble.");
    show(ColumnReport.of(data.selectExpr("x - 80 AS x", "y"), List.of("x", "y"), relu));
    assertThat(texts("#tiles .bad")).containsExactly("1\nin trouble");
    assertThat(texts("#tiles .good")).as("neither red nor green").isEmpty();
  }

  /** What is still wrong, and what to do about it, without a hand on the page. */
  @Test
  void whatIsStillWrongComesFirstAndIsInSightOnAPhone() throws IOException {
    Dataset<Row> data =
        LocalSpark.session()
            .range(0, 400, 1, 2)
            .selectExpr(
                "id * 1D AS even",
                "if(id % 100 = 0, 1e6 * (1 + id), id % 9 + 1) AS a_name_so_long_that_it_takes_two_lines",
                "7D AS same");
    BatchNormModel model =
        new BatchNorm()
            .setInputCols(data.columns())
            .setOutputCols(new String[] {"a", "b", "c"})
            .setActivation("tanh")
            .fit(data);
    show(
        new PipelineReport(
                List.of(new PipelineReport.Stage("Stage 1", ColumnReport.of(model, data))),
                List.of(),
                List.of(),
                Map.of("Input", "rows.csv"))
            .toHtml());
    assertThat(texts("#rows .open").get(0)).isEqualTo("same");
    assertThat(texts("#rows .open").get(2)).isEqualTo("even");
    assertThat(texts("#rows > tr:nth-child(2) .advice").get(0))
        .contains("Take a logarithm")
        .contains("- activation: signed_log1p");
    assertThat(texts("#provenance")).containsExactly("Input\nrows.csv");
    new Select(find("#filter")).selectByVisibleText("Worth a look");
    assertThat(texts("#rows .open")).hasSize(1);
    new Select(find("#filter")).selectByVisibleText("All columns");
    screenshot("advice");
    long clipped =
        (Long)
            browser.executeScript(
                "return [...document.querySelectorAll('#heads button, #heads .label')]"
                    + ".filter((e) => e.scrollWidth > e.clientWidth).length");
    assertThat(clipped).as("headers that don't fit").isZero();
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(390, 844));
    Object right =
        browser.executeScript(
            "return document.querySelector('#rows .chip').getBoundingClientRect().right <= innerWidth");
    assertThat(right).as("verdict after in sight").isEqualTo(true);
    screenshot("advice-narrow");
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(1400, 1000));
  }

  @Test
  void aPipelinesStagesAreShownOneAtATime() throws IOException {
    show(PipelineReportTest.ofTwo().toHtml());
    assertThat(texts("#stages a"))
        .containsExactly(
            "Stage 1, activation (sigmoid): 1 in trouble", "Stage 2, batchNorm: 1 in trouble");
    assertThat(find("#summary").getText()).startsWith("sigmoid over 569 rows");
    await("#rows canvas");
    screenshot("stages");
    browser.findElements(By.cssSelector("#stages a")).get(1).click();
    await("#stages a:nth-child(2)[aria-current]");
    assertThat(find("#summary").getText()).startsWith("identity over 569 rows, normalised");
    assertThat(texts("#rows .open")).containsExactlyInAnyOrder("area_mean_a", "texture_se_a");
    find("a.skip").sendKeys(Keys.ENTER);
    assertThat(find("#summary").getText())
        .as("another place on the page is not another stage")
        .startsWith("identity over");
  }

  @Test
  void columnsThatAreNoFeaturesAreNamed() throws IOException {
    PipelineReport report = PipelineReportTest.ofTwo();
    show(report.toHtml());
    assertThat(find("#columns-left-out").isDisplayed()).isFalse();
    show(report.withColumnsLeftOut(PipelineReportTest.leftOut(1)).toHtml());
    assertThat(texts("#columns-left-out summary"))
        .containsExactly("1 column is no number, and so no feature");
    assertThat(find("#columns-left-out li").getDomProperty("textContent"))
        .isEqualTo(ReportPageTest.HOSTILE + " 0 (string)");
    assertThat(browser.findElements(By.cssSelector("#columns-left-out img"))).isEmpty();
    screenshot("left-out");
    show(report.withColumnsLeftOut(PipelineReportTest.leftOut(1234)).toHtml());
    assertThat(texts("#columns-left-out"))
        .containsExactly("1,234 columns are no numbers, and so no features");
    find("#columns-left-out summary").click();
    assertThat(browser.findElements(By.cssSelector("#columns-left-out li"))).hasSize(1234);
    assertThat(find("#columns-left-out li:last-child").getText()).endsWith(" 1233 (date)");
  }

  /** In a row, in the detail, on a phone and on paper. */
  @Test
  void driftIsInSightAndBothHistogramsAreDrawn() throws IOException {
    Dataset<Row> fitted =
        LocalSpark.session().range(0, 900, 1, 2).selectExpr("sin(id) AS same", "id % 97 * 1D AS a");
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(fitted.columns())
            .setOutputCols(new String[] {"s", "b"})
            .setActivation("tanh");
    Dataset<Row> now = fitted.selectExpr("same", "a * 0.5 + 80 AS a");
    BatchNormModel model = stage.setHistogram(true).fit(fitted);
    show(ColumnReport.of(model, fitted));
    assertThat(texts("#heads")).as("nothing has moved").noneMatch(text -> text.contains("Drift"));
    show(ColumnReport.of(model, now));
    assertThat(texts("#tiles .tile")).contains("1\ndrifted from the fit");
    head("Drift").click();
    assertThat(texts("#rows .open")).containsExactly("a", "same");
    assertThat(texts("#rows > tr:first-child .num").get(0)).startsWith("PSI ");
    assertThat(texts("#rows > tr:first-child .chip")).contains("drifted");
    assertThat(texts("#rows > tr:nth-child(2) .num").get(0)).isEqualTo("PSI 0");
    new Select(find("#filter")).selectByVisibleText("Drifted");
    assertThat(texts("#rows .open")).containsExactly("a");
    find("#rows .open").click();
    await(".drift canvas");
    browser.executeScript("document.querySelector('.drift').scrollIntoView()");
    assertThat(find(".drift").getText())
        .contains("Mean moved by +", "Population stability index", "outside of the fitted range")
        .contains("new values", "values of the fit");
    assertThat(find(".drift .chart").getDomAttribute("aria-label")).contains("a over those");
    assertThat(inks(".drift canvas")).as("bars and outlines").isGreaterThanOrEqualTo(2);
    screenshot("drift");
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(390, 844));
    assertThat(
            browser.executeScript(
                """
                const chip = [...document.querySelectorAll("#rows .chip")].find((e) => e.textContent === "drifted");
                const chart = document.querySelector(".drift .chart");
                chart.scrollIntoView();
                return chip.getBoundingClientRect().right <= innerWidth
                  && chart.getBoundingClientRect().right <= innerWidth
                  && document.documentElement.scrollWidth <= document.documentElement.clientWidth;
                """))
        .as("in sight on a phone")
        .isEqualTo(true);
    await(".drift canvas");
    screenshot("drift-narrow");
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(1400, 1000));
    browser.executeScript("dispatchEvent(new Event('beforeprint'))");
    assertThat(inks(".drift canvas")).as("on paper").isGreaterThanOrEqualTo(2);
    browser.executeScript("dispatchEvent(new Event('afterprint'))");
    // A model of an earlier release has no histogram, and says so.
    show(ColumnReport.of(stage.setHistogram(false).fit(fitted), now));
    head("Drift").click();
    assertThat(texts("#rows > tr:first-child .num").get(0)).startsWith("mean +");
    find("#rows .open").click();
    assertThat(find(".drift").getText()).contains("keeps no histogram");
    assertThat(browser.findElements(By.cssSelector(".drift .chart"))).isEmpty();
  }

  /** How many of the colours of bars and outlines a chart has somewhere. */
  private static long inks(String canvas) {
    return (Long)
        browser.executeScript(
            """
            const canvas = document.querySelector(arguments[0]);
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const style = getComputedStyle(document.documentElement);
            const rgb = (name) => {
              const probe = document.createElement("span");
              probe.style.setProperty("color", style.getPropertyValue(name));
              document.body.append(probe);
              const found = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
              probe.remove();
              return found;
            };
            const has = ([r, g, b]) => {
              for (let i = 0; i < data.length; i += 4) {
                if (data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] === 255) return 1;
              }
              return 0;
            };
            return has(rgb("--bar")) + has(rgb("--curve"));
            """,
            canvas);
  }

  @Test
  void theTableSorts() throws IOException {
    show(BreastCancer.infomax());
    List<String> names = new ArrayList<>(BreastCancer.features());
    names.sort(null);
    WebElement byName = head("Column");
    byName.click();
    assertThat(sortOf(byName)).isEqualTo("ascending");
    assertThat(texts("#rows .open")).isEqualTo(names);
    byName.sendKeys(Keys.ENTER);
    assertThat(sortOf(byName)).isEqualTo("descending");
    assertThat(texts("#rows .open")).startsWith("texture_worst");
    head("Verdict before").click();
    assertThat(sortOf(byName)).isEqualTo("none");
    assertThat(texts("#rows .open")).startsWith("radius_mean");
  }

  @Test
  void theTableSearchesAndFilters() throws IOException {
    show(BreastCancer.infomax());
    find("#search").sendKeys("TEXture");
    assertThat(texts("#rows .open"))
        .containsExactlyInAnyOrder("texture_mean", "texture_se", "texture_worst");
    assertThat(find("#shown").getText()).isEqualTo("3 of 30 columns shown");
    find("#search").clear();
    find("#search").sendKeys(" ");
    new Select(find("#filter")).selectByVisibleText("Recovered");
    assertThat(texts("#rows .open")).hasSize(9).contains("area_se");
    new Select(find("#filter")).selectByVisibleText("Heavy tail");
    assertThat(texts("#rows .open")).contains("area_se");
  }

  @Test
  void aColumnOpensWithTheKeyboard() throws IOException {
    show(BreastCancer.infomax());
    find("#search").sendKeys("radius_mean");
    WebElement open = find("#rows > tr:not([hidden]) .open");
    open.sendKeys(Keys.ENTER);
    assertThat(open.getDomAttribute("aria-expanded")).isEqualTo("true");
    assertThat(find(".detail h2").getText()).isEqualTo("radius_mean");
    assertThat(find(".detail").getText())
        .contains("The slope of sigmoid is below 0.0025 at 100% of the values")
        .contains("Model: gamma ")
        .contains("14.13");
    await(".detail canvas");
    screenshot("detail-light");
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(420, 900));
    screenshot("detail-narrow");
    long overflow =
        (Long)
            browser.executeScript(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(overflow).as("only the table scrolls sideways").isZero();
    browser.manage().window().setSize(new org.openqa.selenium.Dimension(1400, 1000));
    open.sendKeys(Keys.SPACE);
    assertThat(browser.findElements(By.cssSelector(".detail"))).isEmpty();
  }

  @Test
  void everyControlHasANameAndHeadsAreHeads() throws IOException {
    show(BreastCancer.infomax());
    Object nameless =
        browser.executeScript(
            """
            return [...document.querySelectorAll("button, input, select, [role=img]")].filter((e) =>
              !(e.textContent.trim() || e.getAttribute("aria-label") || (e.labels && e.labels.length))).length
            """);
    assertThat(nameless).isEqualTo(0L);
    assertThat(browser.findElements(By.cssSelector("#rows > tr > th[scope=row]"))).hasSize(30);
    assertThat(browser.findElements(By.cssSelector("#heads > th[scope=col]"))).hasSize(11);
    // A grid to the eye, and still a table to a screen reader.
    WebElement row = find("#rows > tr:last-child");
    browser.executeScript("arguments[0].scrollIntoView()", row);
    assertThat(row.getAriaRole()).isEqualTo("row");
    assertThat(row.findElement(By.cssSelector("th")).getAriaRole()).isEqualTo("rowheader");
    assertThat(row.findElement(By.cssSelector("td")).getAriaRole()).isEqualTo("cell");
    assertThat(find("#heads > th").getAriaRole()).isEqualTo("columnheader");
  }

  @Test
  void textsContrastWithTheirGroundInBothThemes() throws IOException {
    show(BreastCancer.infomax());
    find("#rows .open").click();
    for (String theme : List.of("light", "dark")) {
      assertThat(find("html").getDomAttribute("data-theme")).isEqualTo(theme);
      // Relative luminance and contrast as in WCAG 2.1; AA asks for 4.5.
      Object least =
          browser.executeScript(
              """
              const parts = (c) => c.match(/[\\d.]+/g).map(Number);
              const light = (c) => parts(c).slice(0, 3).map((v) => v / 255)
                .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = (e) => {
                for (let at = e; at; at = at.parentElement) {
                  const c = getComputedStyle(at).backgroundColor;
                  if (parts(c)[3] !== 0) return c;
                }
                return "rgb(255, 255, 255)";
              };
              let least = 21;
              for (const e of document.querySelectorAll("body *")) {
                if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.offsetParent) continue;
                const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
                least = Math.min(least, (a + 0.05) / (b + 0.05));
              }
              return String(least);
              """);
      assertThat(Double.parseDouble((String) least)).as(theme).isGreaterThanOrEqualTo(4.5);
      find("#theme").click();
    }
  }

  @Test
  void namesAreTextWhateverTheyHold() throws IOException {
    show(ReportPageTest.hostile());
    assertThat(browser.getTitle()).isEqualTo("normact report: 1 of 1 columns in trouble");
    find("#rows .open").click();
    assertThat(find(".detail h2").getDomProperty("textContent")).isEqualTo(ReportPageTest.HOSTILE);
    assertThat(browser.findElements(By.cssSelector("img"))).isEmpty();
  }

  @Test
  void twoThousandColumnsDrawOnlyWhatIsInSight() throws IOException {
    show(ReportPageTest.wide(2000));
    assertThat(find("#shown").getText()).isEqualTo("2,000 of 2,000 columns shown");
    await("#rows canvas");
    assertThat(browser.findElements(By.cssSelector("#rows canvas"))).hasSizeLessThan(100);
    assertThat(browser.executeScript("return find('column 1234')"))
        .as("find in page")
        .isEqualTo(true);
    browser.executeScript("scrollTo(0, document.body.scrollHeight)");
    await("#rows > tr:last-child canvas");
    assertThat(browser.findElements(By.cssSelector("#rows canvas"))).hasSizeLessThan(100);
    find("#search").sendKeys("column 1999");
    assertThat(texts("#rows .open")).containsExactly("column 1999");
  }
}
