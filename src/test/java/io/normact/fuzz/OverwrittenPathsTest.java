package io.normact.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.fuzz.Fuzz.Outcome;
import io.normact.job.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs that overwrite, whose input and outputs are reached in all ways that a path, a table or a
 * link allows: a job that is done has left all files that it read as they were, and one that is
 * refused has touched nothing.
 */
@Tag("thorough")
class OverwrittenPathsTest {

  private static final String SCHEMA = "x DOUBLE";

  @TempDir static Path root;

  private static String model;

  @BeforeAll
  static void fit() throws IOException {
    Path dir = Files.createDirectory(root.resolve("fit"));
    Files.writeString(dir.resolve("in.json"), "{\"x\":1}\n{\"x\":2}\n");
    Files.writeString(
        dir.resolve("spec.yaml"),
        String.format(
            Locale.ROOT,
            "{input: {format: json, path: '%s/in.json', schema: x DOUBLE}, stages: [batchNorm], model: '%s/model'}",
            dir,
            dir));
    assertThat(JobAnswer.of(dir, List.of("fit", dir + "/spec.yaml")).error()).isEmpty();
    model = dir + "/model";
  }

  @Test
  void whatIsReadIsNeverLost() throws Exception {
    Fuzz.run(getClass(), 10, Duration.ofMinutes(3), OverwrittenPathsTest::tryJob);
  }

  private static Outcome tryJob(SplittableRandom random, List<String> trail) throws Exception {
    Path base = Files.createDirectory(root.resolve("case-" + random.nextInt(1, 1 << 30)));
    String table = base.getFileName().toString().replace("case-", "t");
    try {
      List<Path> places = layOut(base, table, random);
      boolean transforms = random.nextInt(3) == 0;
      List<String> args = new ArrayList<>(List.of(transforms ? "transform" : "run"));
      String spec = spec(base, places, table, transforms, random);
      Path file = base.resolve("d0/spec.yaml");
      Files.writeString(file, spec);
      args.add(random.nextInt(3) == 0 ? base + "/d1/../d0/spec.yaml" : file.toString());
      if (random.nextInt(4) == 0) {
        args.addAll(List.of("--summary", target(base, places, random) + "/s.json"));
      }
      if (random.nextInt(6) == 0) {
        args.addAll(List.of("--log", Texts.one(places, random) + ".log"));
      }
      trail.add(String.join(" ", args));
      trail.add(spec);
      Map<String, String> before = tree(base);
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int status =
          Main.run(
              args.toArray(new String[0]),
              new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
              new PrintStream(err, true, UTF_8));
      trail.add(status + " " + err.toString(UTF_8));
      Map<String, String> after = tree(base);
      if (status == 0) {
        assertReadFilesAreThere(base, before, after);
        return Outcome.ACCEPTED;
      }
      // The log of a job that was refused lies apart from what it reads, so it may be there.
      after.keySet().removeIf(name -> name.endsWith(".log") && !before.containsKey(name));
      assertThat(after).isEqualTo(before);
      assertThat(status).as(err.toString(UTF_8)).isEqualTo(2);
      return Outcome.REFUSED;
    } finally {
      LocalSpark.session().sql("DROP VIEW IF EXISTS v" + table);
      LocalSpark.session().sql("DROP TABLE IF EXISTS " + table);
      FileUtil.fullyDelete(base.toFile());
    }
  }

  /** All data are named after where they are read, so what is lost shows by its name. */
  private static void assertReadFilesAreThere(
      Path base, Map<String, String> before, Map<String, String> after) {
    for (String name : before.keySet()) {
      if (READ.get().stream().anyMatch(read -> read.equals(base.resolve(name).toString()))) {
        assertThat(after).as(name).containsEntry(name, before.get(name));
      }
    }
    assertThat(after.get("d0/spec.yaml")).isEqualTo(before.get("d0/spec.yaml"));
  }

  private static final ThreadLocal<List<String>> READ = ThreadLocal.withInitial(ArrayList::new);

  private static final List<String> NAMES =
      List.of("d1", "with space", "u\u0308ber", "\u00fcber", "a~b", "pct%41", "x.y");

  /** Folders of files in folders, links to both, a table and a view over one of the folders. */
  private static List<Path> layOut(Path base, String table, SplittableRandom random)
      throws IOException {
    List<Path> folders = new ArrayList<>();
    Files.createDirectory(base.resolve("d0"));
    Files.createDirectory(base.resolve("d1"));
    folders.add(base.resolve("d1"));
    for (String name : NAMES.subList(1, NAMES.size())) {
      if (random.nextBoolean()) {
        Path parent = random.nextInt(3) == 0 ? Texts.one(folders, random) : base;
        folders.add(Files.createDirectory(parent.resolve(name)));
      }
    }
    List<Path> places = new ArrayList<>(folders);
    for (Path folder : folders) {
      for (int i = random.nextInt(2); i >= 0; i--) {
        places.add(Files.writeString(folder.resolve("f" + i + ".json"), "{\"x\":" + i + "}\n"));
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      Path target = Texts.one(places, random);
      Path parent = Files.isDirectory(target) ? base : Texts.one(folders, random);
      Path link = parent.resolve("l" + i + (Files.isDirectory(target) ? "" : ".json"));
      Files.createSymbolicLink(link, random.nextBoolean() ? target : parent.relativize(target));
      places.add(link);
    }
    SparkSession spark = LocalSpark.session();
    spark.sql(
        String.format(
            Locale.ROOT,
            "CREATE TABLE %s (x DOUBLE) USING json LOCATION '%s'",
            table,
            Texts.one(folders, random)));
    spark.sql(
        String.format(Locale.ROOT, "CREATE TEMPORARY VIEW v%s AS SELECT * FROM %s", table, table));
    return places;
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String spec(
      Path base, List<Path> places, String table, boolean transforms, SplittableRandom random) {
    SparkSession spark = LocalSpark.session();
    StringBuilder spec = new StringBuilder();
    String input;
    List<String> read = new ArrayList<>();
    Path place = Texts.one(places, random);
    switch (random.nextInt(6)) {
      case 0 -> {
        input = "{table: " + table + "}";
        read.addAll(Arrays.asList(spark.table(table).inputFiles()));
      }
      case 1 -> {
        input = "{sql: 'SELECT * FROM v" + table + " WHERE x >= 0'}";
        read.addAll(Arrays.asList(spark.table(table).inputFiles()));
      }
      case 2 -> {
        String path = way(base, place, random);
        input = "{format: json, schema: x DOUBLE, options: {path: " + quoted(path) + "}}";
        read.addAll(filesAt(path));
      }
      default -> {
        List<String> paths = new ArrayList<>(List.of(way(base, place, random)));
        if (random.nextInt(3) == 0) {
          paths.add(way(base, Texts.one(places, random), random));
        }
        String options = random.nextInt(3) == 0 ? ", options: {recursiveFileLookup: true}" : "";
        input =
            "{format: json, schema: x DOUBLE, path: ["
                + String.join(", ", paths.stream().map(OverwrittenPathsTest::quoted).toList())
                + "]"
                + options
                + "}";
        paths.forEach(path -> read.addAll(filesAt(path)));
      }
    }
    READ.set(read.stream().flatMap(OverwrittenPathsTest::local).toList());
    spec.append("input: ").append(input).append('\n');
    if (transforms) {
      spec.append("model: ").append(quoted(model)).append('\n');
    } else {
      spec.append("stages: [{activation: relu}]\nfeatures: [x]\n");
      if (random.nextInt(4) == 0) {
        spec.append("model: ").append(quoted(target(base, places, random))).append('\n');
      }
      if (random.nextInt(4) == 0) {
        spec.append("report: ").append(quoted(target(base, places, random) + ".html")).append('\n');
      }
    }
    spec.append("output: {format: json, path: ")
        .append(quoted(target(base, places, random)))
        .append("}\nmode: overwrite\n");
    return spec.toString();
  }

  private static List<String> filesAt(String path) {
    try {
      return Arrays.asList(
          LocalSpark.session()
              .read()
              .schema(SCHEMA)
              .option("recursiveFileLookup", true)
              .json(path)
              .inputFiles());
    } catch (Exception e) {
      return List.of();
    }
  }

  /** A file by the name by which it is read, and where links to it lead. */
  private static Stream<String> local(String uri) {
    Path file = Path.of(new org.apache.hadoop.fs.Path(java.net.URI.create(uri)).toUri().getPath());
    try {
      return Stream.of(file.toString(), file.toRealPath().toString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A way to name what is at a place. */
  private static String way(Path base, Path place, SplittableRandom random) {
    String path = place.toString();
    String name = place.getFileName().toString();
    switch (random.nextInt(8)) {
      case 0 -> path = place.getParent() + "/{" + name + ",none}";
      case 1 -> path = place.getParent() + "/" + "?".repeat(name.length());
      case 2 -> path = Files.isDirectory(place) ? path + "/f[0-9].json" : path;
      case 3 -> path = Files.isDirectory(place) ? path + "/*" : path;
      case 4 -> path = base + "/d0/../" + base.relativize(place);
      case 5 -> path = Files.isDirectory(place) ? path + "/" : path;
      default -> path = place.toString();
    }
    return switch (random.nextInt(6)) {
      case 0 -> "file:" + path;
      case 1 -> "file://" + path;
      case 2 ->
          Path.of("").toAbsolutePath().relativize(base) + path.substring(base.toString().length());
      default -> path;
    };
  }

  /** Where something is written to: a place, in it, around it, beside it, or apart. */
  private static String target(Path base, List<Path> places, SplittableRandom random) {
    Path place = Texts.one(places, random);
    String path =
        switch (random.nextInt(7)) {
          case 0 -> place.getParent().toString();
          case 1 -> place + "/new";
          case 2 -> place.getParent() + "/new";
          case 3, 4 -> base + "/apart" + random.nextInt(3) + "/out";
          default -> place.toString();
        };
    return switch (random.nextInt(6)) {
      case 0 -> "file:" + path;
      case 1 -> "file://" + path;
      case 2 -> path + "/";
      case 3 -> base + "/d0/.." + path.substring(base.toString().length());
      default -> path;
    };
  }

  private static Map<String, String> tree(Path base) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(base)) {
      for (Path path : walk.toList()) {
        String content =
            Files.isSymbolicLink(path)
                ? "-> " + Files.readSymbolicLink(path)
                : Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    ? ""
                    : Files.readString(path, ISO_8859_1);
        tree.put(base.relativize(path).toString(), content);
      }
    }
    return tree;
  }
}
