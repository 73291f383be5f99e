package io.normact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The generated part of the Python package is what the Java sources give today. */
class PythonSourcesTest {

  private static final Path PACKAGE = Path.of("src/main/python/normact");

  /** With -Dpython.write the files are written first. */
  @Test
  void sourcesAreUpToDate() throws IOException {
    for (Map.Entry<String, String> file : PythonSources.generate(version()).entrySet()) {
      Path path = PACKAGE.resolve(file.getKey());
      if (System.getProperty("python.write") != null) {
        Files.writeString(path, file.getValue());
      }
      assertThat(Files.readString(path))
          .as("%s; `./mvnw test -Dtest=PythonSourcesTest -Dpython.write` writes it anew", path)
          .isEqualTo(file.getValue());
    }
  }

  private static String version() throws IOException {
    Matcher version =
        Pattern.compile("</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }
}
