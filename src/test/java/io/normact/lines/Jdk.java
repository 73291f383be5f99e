package io.normact.lines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDKs of this machine. */
final class Jdk {

  private Jdk() {}

  /**
   * The java of this version: of the JVM that runs the tests if it is of that one, else of the
   * folder that JAVA_HOME_25 (for 25) names, else of a JDK that lies beside this JVM's.
   */
  static Optional<Path> java(int version) throws IOException {
    Path own = Path.of(System.getProperty("java.home"));
    String named = System.getenv("JAVA_HOME_" + version);
    try (Stream<Path> beside = Files.list(own.getParent())) {
      return Stream.concat(
              named == null ? Stream.of(own) : Stream.of(own, Path.of(named)), beside.sorted())
          .filter(home -> isOf(version, home))
          .map(home -> home.resolve("bin/java"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }

  private static boolean isOf(int version, Path home) {
    try {
      return Files.exists(home.resolve("release"))
          && Files.readString(home.resolve("release"))
              .matches("(?s).*JAVA_VERSION=\"" + version + "\\b.*");
    } catch (IOException e) {
      return false;
    }
  }
}
