package io.normact.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.ClassReader;

/**
 * Everything that the packaged jar's classes refer to is there on each line of Spark. What is
 * missing would be found by users only, in the middle of a job.
 */
class LinkIT {

  private static final short JAVA_8 = 52;

  /**
   * The line that has least: what links on Spark 3.5 and Scala 2.12 has linked on all others so
   * far. Its jars are few enough for every build.
   */
  @Test
  void jarLinksOnTheLineThatHasLeast() throws IOException {
    try (Stream<Path> jars = Files.list(Path.of("target/link"))) {
      link(jars.toList());
    }
  }

  @Tag("lines")
  @ParameterizedTest
  @MethodSource("lines")
  void jarLinks(Path line) throws IOException {
    link(SparkProcess.jars(line));
  }

  static List<Path> lines() throws IOException {
    return PackagedJar.lines();
  }

  /** Spark 3.5 loads it in every session, on Java 8 too, and catches nothing. */
  @Test
  void classOfEverySessionRunsOnJava8() throws IOException {
    try (ZipFile jar = new ZipFile(PackagedJar.path().toFile())) {
      String service = "META-INF/services/" + SparkSessionExtensionsProvider.class.getName();
      String named = new String(read(jar, service), UTF_8).strip();
      byte[] file = read(jar, named.replace('.', '/') + ".class");
      // Behind the magic number and the minor version.
      assertThat(ByteBuffer.wrap(file).getShort(6)).isEqualTo(JAVA_8);
      assertThat(new ClassReader(file).getSuperName()).startsWith("scala/");
    }
  }

  private static byte[] read(ZipFile jar, String entry) throws IOException {
    return jar.getInputStream(jar.getEntry(entry)).readAllBytes();
  }

  private static void link(List<Path> jars) throws IOException {
    List<Path> all = new ArrayList<>(jars);
    all.add(PackagedJar.path());
    try (ClassPath classes = new ClassPath(all)) {
      Linker linker = Linker.link(PackagedJar.path(), classes);
      assertThat(linker.references()).isGreaterThan(5_000);
      assertThat(linker.faults()).isEmpty();
    }
  }
}
