package io.normact;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.Definition;
import io.normact.ml.BatchNorm;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.commons.io.FileUtils;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What the README shows is run, and what it lists is compared with the code. */
class ReadmeTest {

  private static final String README = read(Path.of("README.md"));

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> snippets(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(README)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  /** The snippet is compiled as the body of a method, with the imports that an IDE would add. */
  @Test
  void javaSnippetsRun(@TempDir Path folder) throws Exception {
    // What a run before has left would hide what the snippets leave now.
    FileUtils.deleteDirectory(new File("target/readme"));
    Path arriving = Path.of("target/readme/arriving");
    Files.createDirectories(arriving);
    Files.writeString(
        arriving.resolve("first.json"), "{\"x\": 1, \"y\": 2}\n{\"x\": 3, \"y\": 7}\n");
    List<String> snippets = snippets("java");
    assertThat(snippets).isNotEmpty();
    for (int i = 0; i < snippets.size(); i++) {
      String name = "Snippet" + i;
      Path source = folder.resolve(name + ".java");
      Files.writeString(
          source,
          Stream.of(
                      "java.util.*",
                      "java.nio.file.*",
                      "io.normact.ml.*",
                      "io.normact.math.*",
                      "io.normact.onnx.*",
                      "io.normact.report.*",
                      "io.normact.scoring.*",
                      "org.apache.spark.ml.*",
                      "org.apache.spark.ml.classification.*",
                      "org.apache.spark.ml.feature.VectorAssembler",
                      "org.apache.spark.sql.*",
                      "org.apache.spark.sql.streaming.*")
                  .map(type -> "import " + type + ";\n")
                  .reduce("", String::concat)
              + String.format(
                  Locale.ROOT,
                  "public class %s { public static void run(SparkSession spark) throws Exception"
                      + " {\n"
                      + "%s}}\n",
                  name,
                  snippets.get(i)));
      int status =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-proc:none",
                  "-nowarn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "-d",
                  folder.toString(),
                  source.toString());
      assertThat(status).isZero();
      try (URLClassLoader loader =
          new URLClassLoader(
              new URL[] {folder.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
        loader
            .loadClass(name)
            .getMethod("run", SparkSession.class)
            .invoke(null, LocalSpark.session());
      }
    }
    assertThat(new File("target/readme/model")).isDirectory();
  }

  @Test
  void sqlSnippetsRun() {
    for (String snippet : snippets("sql")) {
      for (String statement : snippet.strip().split(";\\R?", 0)) {
        assertThat(LocalSpark.session().sql(statement).collectAsList()).isNotEmpty();
      }
    }
  }

  @Test
  void specIsTheOneInTheJobsFolder() throws IOException {
    Yaml yaml = new Yaml();
    assertThat(yaml.<Object>load(snippets("yaml").get(0)))
        .isEqualTo(yaml.<Object>load(read(Path.of("jobs/breast-cancer.yaml"))));
  }

  @Test
  void functionTableIsTheRegistry() {
    List<String> rows =
        Pattern.compile("^\\| `([a-z0-9_]+(?:\\([^`]*\\))?)` \\| (.*) \\|$", Pattern.MULTILINE)
            .matcher(section("## Functions"))
            .results()
            .map(row -> row.group(1) + " " + row.group(2).replace("\\|", "|"))
            .toList();
    assertThat(rows)
        .isEqualTo(Definition.all().stream().map(d -> d.signature() + " " + d.formula()).toList());
    assertThat(Pattern.compile("any of (\\d+)\\s+functions").matcher(README).results())
        .extracting(count -> Integer.valueOf(count.group(1)))
        .as("the count of functions in the first section")
        .containsExactly(Definition.all().size());
  }

  @Test
  void paramTableListsEveryParam() {
    List<String> listed =
        Pattern.compile("`([A-Za-z]+)`")
            .matcher(
                section("## BatchNorm")
                    .lines()
                    .filter(line -> line.startsWith("| `"))
                    .map(line -> line.split("\\|", -1)[1])
                    .reduce("", String::concat))
            .results()
            .map((MatchResult result) -> result.group(1))
            .sorted()
            .toList();
    assertThat(listed)
        .isEqualTo(
            Arrays.stream(new BatchNorm().params())
                .map(Param::name)
                .filter(name -> !name.equals("formatVersion"))
                .sorted()
                .toList());
  }

  /** Where newcomers are sent, there is something. */
  @Test
  void classesThatAreNamedAreThere() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(
            Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w*[a-z]\\w*)`")
                .matcher(section("## The tree") + read(Path.of("CONTRIBUTING.md")))
                .results()
                .map(name -> name.group(1).replace('.', '/') + ".java"))
        .hasSizeGreaterThan(50)
        .allSatisfy(name -> assertThat(sources).anyMatch(file -> file.endsWith(name)));
  }

  private static String section(String heading) {
    int from = README.indexOf(heading);
    int to = README.indexOf("\n## ", from + 1);
    return to < 0 ? README.substring(from) : README.substring(from, to);
  }
}
