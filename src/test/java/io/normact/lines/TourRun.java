package io.normact.lines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * A program of these tests with the packaged jar, in a JVM that a line's own launcher starts. It
 * works in a folder of its own, which is its first argument, and leaves its results there.
 *
 * @param results what it found, by name
 * @param log what it printed
 */
record TourRun(Map<String, String> results, Path log) {

  private static final Path LINES = Path.of("target/lines").toAbsolutePath();
  private static final String LOG4J =
      "-Dlog4j2.configurationFile=file://"
          + Path.of("src/test/lines/log4j2.properties").toAbsolutePath();

  /**
   * Runs a program to its end, which is exit status 0.
   *
   * @param program its main class
   * @param line whose class path {@code src/test/lines} has
   * @param java the JVM
   * @param options more options of the JVM
   * @param settings more settings of Spark
   * @param arguments more arguments of the program
   */
  static TourRun of(
      Class<?> program,
      String line,
      Path java,
      String options,
      List<String> settings,
      List<String> arguments)
      throws IOException, InterruptedException {
    Path folder = LINES.resolve(line);
    remove(folder);
    Path work = Files.createDirectories(folder.resolve("work"));
    Path jar = folder.resolve("tour.jar");
    packageClasses(jar, program);
    List<String> submit = new ArrayList<>();
    submit.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    submit.addAll(List.of("--driver-java-options", (LOG4J + " " + options).strip()));
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.ui.enabled=false",
                "spark.driver.host=localhost",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.sql.warehouse.dir=" + folder.resolve("warehouse")));
    all.addAll(settings);
    all.forEach(setting -> submit.addAll(List.of("--conf", setting)));
    submit.addAll(List.of("--jars", PackagedJar.path().toString()));
    submit.addAll(List.of("--class", program.getName(), jar.toString(), work.toString()));
    submit.addAll(arguments);
    Path log = folder.resolve("tour.log");
    int status = SparkProcess.run(java, folder, LINES.resolve(line + ".classpath"), submit, log);
    assertThat(status).as("exit status, see " + log).isZero();
    return new TourRun(read(Files.newBufferedReader(work.resolve("results.properties"))), log);
  }

  /**
   * What a program finds that tries the jar of another project. It runs on Java 17, with few
   * partitions.
   */
  static Map<String, String> results(Class<?> program, String line, String... settings)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("spark.sql.shuffle.partitions=2"));
    all.addAll(List.of(settings));
    return of(program, line, Jdk.java(17).orElseThrow(), "", all, List.of()).results();
  }

  /** The properties in a text, which is closed. */
  static Map<String, String> read(Reader text) throws IOException {
    try (text) {
      Properties properties = new Properties();
      properties.load(text);
      Map<String, String> sorted = new TreeMap<>();
      properties.forEach((key, value) -> sorted.put((String) key, (String) value));
      return sorted;
    }
  }

  /** Puts a program, with its inner classes, into a jar. */
  private static void packageClasses(Path file, Class<?> program) throws IOException {
    String folder = program.getPackageName().replace('.', '/');
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out);
        Stream<Path> classes = Files.list(Path.of("target/test-classes", folder))) {
      String pattern = program.getSimpleName() + "(\\$.*)?\\.class|JobTour\\.class";
      for (Path each :
          classes.filter(path -> path.getFileName().toString().matches(pattern)).toList()) {
        jar.putNextEntry(new JarEntry(folder + "/" + each.getFileName()));
        Files.copy(each, jar);
      }
    }
  }

  /** Removes a folder with all that is in it, if it is there. */
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
