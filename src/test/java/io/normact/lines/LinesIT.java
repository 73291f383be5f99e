package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The packaged jar on each line of Spark, in a JVM that the line's own launcher starts, gives the
 * same bits. {@code golden.properties} has them; where a change of the bits is meant, the results
 * of a run under {@code target/lines} take its place.
 */
@Tag("lines")
class LinesIT {

  private static final Path LINES = Path.of("target/lines").toAbsolutePath();
  private static final Path MODELS =
      Path.of("src/test/resources/io/normact/lines/models").toAbsolutePath();
  private static final String WITHOUT_VECTORS =
      "Java was started without --add-modules=jdk.incubator.vector";
  private static final Path TOUR = LINES.resolve("tour.jar");

  @BeforeAll
  static void packageTour() throws IOException {
    packageClasses(TOUR, Tour.class);
  }

  /** Puts a program of these tests, with its inner classes, into a jar. */
  static void packageClasses(Path file, Class<?> program) throws IOException {
    String folder = program.getPackageName().replace('.', '/');
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> classes = Files.list(Path.of("target/test-classes", folder))) {
      String pattern = program.getSimpleName() + "(\\$.*)?\\.class";
      for (Path each :
          classes.filter(path -> path.getFileName().toString().matches(pattern)).toList()) {
        jar.putNextEntry(new JarEntry(folder + "/" + each.getFileName()));
        Files.copy(each, jar);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "spark-3.5-scala-2.12, 17, ",
    "spark-3.5-scala-2.13, 17, --add-modules=jdk.incubator.vector",
    "spark-4.0, 17, -Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab",
    "spark-4.1, 17, -XX:TieredStopAtLevel=1",
    "spark-4.2, 25, "
  })
  void jarGivesTheSameBits(String line, int version, String options) throws Exception {
    Optional<Path> java = Jdk.java(version);
    assumeTrue(
        java.isPresent(),
        () -> "NOT RUN on " + line + ": there is no JDK " + version + " on this machine.");
    Path folder = LINES.resolve(line);
    remove(folder);
    Files.createDirectories(folder.resolve("work"));
    Path log = folder.resolve("tour.log");
    String javaOptions =
        "-Dlog4j2.configurationFile=file://"
            + Path.of("src/test/lines/log4j2.properties").toAbsolutePath()
            + (options == null ? "" : " " + options);
    List<String> submit = new ArrayList<>();
    submit.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    submit.addAll(List.of("--driver-java-options", javaOptions));
    for (String setting :
        List.of(
            "spark.ui.enabled=false",
            "spark.driver.host=localhost",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"))) {
      submit.addAll(List.of("--conf", setting));
    }
    submit.addAll(List.of("--jars", PackagedJar.path().toString()));
    submit.addAll(List.of("--class", Tour.class.getName(), TOUR.toString()));
    submit.add(folder.resolve("work").toString());
    for (String saved : new String[] {"spark-3.5", "spark-4.2"}) {
      submit.add(MODELS.resolve(saved).toString());
    }
    int status =
        SparkProcess.run(java.get(), folder, LINES.resolve(line + ".classpath"), submit, log);
    assertThat(status).as("exit status, see " + log).isZero();
    assertThat(read(Files.newBufferedReader(folder.resolve("work/results.properties"))))
        .isEqualTo(golden());
    assertThat(Files.readString(log).contains(WITHOUT_VECTORS))
        .as("%s says what makes it faster", log)
        .isEqualTo(line.equals("spark-3.5-scala-2.12"));
  }

  private static Map<String, String> golden() throws IOException {
    try (InputStream in = LinesIT.class.getResourceAsStream("golden.properties")) {
      return read(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
    }
  }

  private static Map<String, String> read(Reader text) throws IOException {
    try (text) {
      Properties properties = new Properties();
      properties.load(text);
      Map<String, String> sorted = new TreeMap<>();
      properties.forEach((key, value) -> sorted.put((String) key, (String) value));
      return sorted;
    }
  }

  static void remove(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
