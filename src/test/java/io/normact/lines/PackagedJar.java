package io.normact.lines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the build has packaged. */
final class PackagedJar {

  private PackagedJar() {}

  static Path path() throws IOException {
    return only(Path.of("target"), "normact-spark-.*(?<!-sources|-javadoc|-tests|-scoring)\\.jar")
        .get(0);
  }

  /**
   * The files that list the class path of each line; none where the build was not asked for them.
   */
  static List<Path> lines() throws IOException {
    Path folder = Path.of("target/lines");
    return Files.isDirectory(folder) ? only(folder, "spark-.*\\.classpath") : List.of();
  }

  private static List<Path> only(Path folder, String pattern) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .map(Path::toAbsolutePath)
          .toList();
    }
  }
}
