package io.normact.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** What is in the jar that users put beside Spark, and nothing else. */
class JarContentsIT {

  /** The jar's own packages. */
  private static final Set<String> OWN =
      Set.of("connect", "files", "job", "math", "ml", "onnx", "report", "scoring", "sql", "text");

  /** Libraries, moved to where no other version of them can meet them. */
  private static final Set<String> RELOCATED = Set.of("shaded/picocli", "shaded/snakeyaml");

  private static final Set<String> RESOURCES =
      Set.of(
          "META-INF/LICENSE",
          "META-INF/MANIFEST.MF",
          "META-INF/NOTICE",
          "META-INF/native-image/picocli-generated/proxy-config.json",
          "META-INF/native-image/picocli-generated/reflect-config.json",
          "META-INF/native-image/picocli-generated/resource-config.json",
          "META-INF/services/org.apache.spark.ml.Estimator",
          "META-INF/services/org.apache.spark.ml.Transformer",
          "META-INF/services/org.apache.spark.sql.SparkSessionExtensionsProvider",
          "io/normact/report/keys.js",
          "io/normact/report/page.css",
          "io/normact/report/page.html",
          "io/normact/report/page.js",
          "io/normact/report/uplot/LICENSE",
          "io/normact/report/uplot/uPlot.iife.min.js",
          "io/normact/report/uplot/uPlot.min.css",
          "normact/__init__.py",
          "normact/_activation.py",
          "normact/_connect.py",
          "normact/_connect_column.py",
          "normact/_functions.py",
          "normact/_jar.py",
          "normact/_stages.py",
          "normact/_version.py",
          "normact/_wrapper.py",
          "normact/functions.py",
          "normact/ml.py",
          "normact/py.typed",
          "normact/reports.py");

  private static JarFile jar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      List<Path> jars =
          files
              .filter(
                  file ->
                      file.getFileName()
                          .toString()
                          .matches("normact-spark-.*(?<!-sources|-javadoc|-tests|-scoring)\\.jar"))
              .toList();
      assertThat(jars).hasSize(1);
      return new JarFile(jars.get(0).toFile());
    }
  }

  private static List<String> files() throws IOException {
    try (JarFile jar = jar()) {
      return jar.stream().filter(e -> !e.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  @Test
  void resourcesAreTheExpectedOnes() throws IOException {
    assertThat(files().stream().filter(name -> !name.endsWith(".class")))
        .containsExactlyInAnyOrderElementsOf(RESOURCES);
  }

  @Test
  void classesAreOwnOrRelocated() throws IOException {
    Pattern place =
        Pattern.compile(
            String.format(
                Locale.ROOT,
                "io/normact/(%s|%s)/.*",
                // Own packages hold classes, relocated ones packages as well.
                OWN.stream().sorted().collect(Collectors.joining("|")),
                RELOCATED.stream().sorted().collect(Collectors.joining("|"))));
    Set<String> found = new TreeSet<>();
    for (String name : files()) {
      if (name.endsWith(".class")) {
        assertThat(name).matches(place);
        String top = place.matcher(name).replaceFirst("$1");
        found.add(top);
      }
    }
    Set<String> expected = new TreeSet<>(OWN);
    expected.addAll(RELOCATED);
    assertThat(found).isEqualTo(expected);
  }

  /** A reference to a library's old name would meet whatever version the cluster has of it. */
  @Test
  void relocatedLibrariesAreReferredToByTheirNewNames() throws IOException {
    Pattern old = Pattern.compile("(?<!shaded/)picocli/CommandLine|org/yaml/snakeyaml");
    try (JarFile jar = jar()) {
      for (ZipEntry entry : jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        String constants =
            new String(
                jar.getInputStream(entry).readAllBytes(),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(old.matcher(constants).find()).as(entry.getName()).isFalse();
      }
    }
  }

  @Test
  void licenceIsTheProjectsOwn() throws IOException {
    try (JarFile jar = jar()) {
      byte[] packaged = jar.getInputStream(jar.getEntry("META-INF/LICENSE")).readAllBytes();
      assertThat(packaged).isEqualTo(Files.readAllBytes(Path.of("LICENSE")));
    }
  }
}
