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
    Map<String, String> files =
        PythonSources.generate(own("groupId"), own("artifactId"), own("version"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = PACKAGE.resolve(file.getKey());
      if (System.getProperty("python.write") != null) {
        Files.writeString(path, file.getValue());
      }
      assertThat(Files.readString(path))
          .as("%s; `./mvnw test -Dtest=PythonSourcesTest -Dpython.write` writes it anew", path)
          .isEqualTo(file.getValue());
    }
  }

  /** The first of the pom: the project's own. */
  private static String own(String element) throws IOException {
    Matcher own =
        Pattern.compile("<%1$s>([^<]+)</%1$s>".formatted(element))
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(own.find()).isTrue();
    return own.group(1);
  }
}
