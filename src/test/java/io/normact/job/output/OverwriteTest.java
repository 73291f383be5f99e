package io.normact.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job replaces is its own: never what it reads, or what it has been told of. */
@Tag("thorough")
class OverwriteTest extends JobFixture {

  private static final String SPEC =
      """
      input: {format: json, path: DIR/in, schema: x DOUBLE}
      stages: [activation: relu]
      output: {path: DIR/out}
      mode: overwrite
      """;

  private static final Configuration CONF = new Configuration();

  private void layOut() throws IOException {
    write("in/a.json", "{\"x\":1}\n");
    write("in/sub/b.json", "{\"x\":2}\n");
    write("elsewhere/c.json", "{\"x\":3}\n");
    write("out/old.json", "{\"x\":4}\n");
    Files.createSymbolicLink(dir.resolve("toIn"), dir.resolve("in"));
    Files.createSymbolicLink(dir.resolve("toToIn"), Path.of("toIn"));
    Files.createSymbolicLink(dir.resolve("up"), Path.of("in/.."));
    Files.createSymbolicLink(dir.resolve("out/link.json"), dir.resolve("elsewhere/c.json"));
    Files.createSymbolicLink(dir.resolve("elsewhere/d.json"), Path.of("../in/a.json"));
    Files.createSymbolicLink(dir.resolve("nowhere"), dir.resolve("later"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input.path=DIR/in/*.json; output.path=DIR/in | Key 'output.path' is 'DIR/in', which overlaps input.path 'DIR/in/*.json' (DIR/in/a.json); choose folders that lie apart.",
        "input.path=DIR/{in,elsewhere}; output.path=DIR/elsewhere | Key 'output.path' is 'DIR/elsewhere', which overlaps input.path 'DIR/{in,elsewhere}' (DIR/elsewhere); choose folders that lie apart.",
        "input.path=DIR/in/?.json; output.path=DIR/in/sub/../ | Key 'output.path' is 'DIR/in/sub/../', which overlaps input.path 'DIR/in/?.json' (DIR/in/a.json); choose folders that lie apart.",
        "input.path=DIR/i*; output.path=DIR/in/new | Key 'output.path' is 'DIR/in/new', which overlaps input.path 'DIR/i*' (DIR/in); choose folders that lie apart.",
        "input.path=DIR/toIn/*.json; output.path=DIR/in/z.json | Key 'output.path' is 'DIR/in/z.json', which overlaps input.path 'DIR/toIn/*.json'; choose folders that lie apart.",
        "input.path=DIR/u?/e*/*.json; output.path=DIR/elsewhere/z.json | Key 'output.path' is 'DIR/elsewhere/z.json', which overlaps input.path 'DIR/u?/e*/*.json'; choose folders that lie apart.",
        "input.path=; output.path=DIR/in | Key 'input.path' is missing, but must be what to read json from.",
        "input.path=; input.options.Paths=DIR/in; output.path=DIR/in | Key 'input.options.Paths' is not set among the options; the key 'input.path' says it.",
        "input.path=; input.format=binaryFile; output.path=DIR/in | Key 'input.path' is missing, but must be what to read binaryfile from.",
        "input.path=DIR/*/new; output.path=DIR/nowhere/new | there is no such file",
        "input.path=; input.options.path=DIR/in; output.path=DIR/in/sub | Key 'output.path' is 'DIR/in/sub', which overlaps input.options.path 'DIR/in'; choose folders that lie apart.",
        "input.path=; input.options.PATH=DIR/in/*; output.path=DIR/in | Key 'output.path' is 'DIR/in', which overlaps input.options.PATH 'DIR/in/*' (DIR/in/a.json); choose folders that lie apart.",
        "input.path=[DIR/elsewhere/c.json, file:DIR/in/a.json]; output.path=DIR/in | Key 'output.path' is 'DIR/in', which overlaps input.path 'file:DIR/in/a.json'; choose folders that lie apart.",
        "input.path=DIR/toIn; output.path=DIR/in | Key 'output.path' is 'DIR/in', which overlaps input.path 'DIR/toIn' (DIR/in); choose folders that lie apart.",
        "output.path=DIR/toToIn/sub | Key 'output.path' is 'DIR/toToIn/sub' (DIR/in/sub), which overlaps input.path 'DIR/in'; choose folders that lie apart.",
        "input.path=DIR/elsewhere; output.path=DIR/in | Key 'output.path' is 'DIR/in', which overlaps input.path 'DIR/elsewhere' (DIR/in/a.json); choose folders that lie apart.",
        "input.path=DIR/out/*.json; output.path=DIR/out | Key 'output.path' is 'DIR/out', which overlaps input.path 'DIR/out/*.json' (DIR/elsewhere/c.json); choose folders that lie apart.",
        "input.path=DIR/in; output.path=DIR/up/in | Key 'output.path' is 'DIR/up/in' (DIR/in), which overlaps input.path 'DIR/in'; choose folders that lie apart.",
        "input.path=DIR/.out.normact-old | Key 'output.path' is 'DIR/out' (DIR/.out.normact-old), which overlaps input.path 'DIR/.out.normact-old'; choose folders that lie apart.",
        "output.path=DIR/later/x; model=DIR/nowhere | Key 'output.path' is 'DIR/later/x', which overlaps model 'DIR/nowhere' (DIR/later); choose folders that lie apart.",
        "output.path=DIR/later; output.checkpoint=DIR/nowhere/c | Key 'output.checkpoint' is 'DIR/nowhere/c' (DIR/later/c), which overlaps output.path 'DIR/later'; choose folders that lie apart.",
        "output.path=DIR | Key 'output.path' is 'DIR', which overlaps input.path 'DIR/in'; choose folders that lie apart.",
        "output.options.some=DIR/out/key | Key 'output.path' is 'DIR/out', which holds 'DIR/out/key' of output.options.some; choose one of its own.",
        "output.path=DIR/in/a.json/x; input.path=DIR/elsewhere | Key 'output.path' is 'DIR/in/a.json/x', but 'DIR/in/a.json' is a file, and no folder; choose another path.",
        "report=DIR/elsewhere/c.json/a.html | Key 'report' is 'DIR/elsewhere/c.json/a.html', but 'DIR/elsewhere/c.json' is a file, and no folder; choose another path.",
        "output.checkpoint=DIR/in/c | Key 'output.checkpoint' is 'DIR/in/c', which overlaps input.path 'DIR/in'; choose folders that lie apart.",
        "input.path=DIR/m/data; model=DIR/m | Key 'model' is 'DIR/m', which overlaps input.path 'DIR/m/data'; choose folders that lie apart.",
        "report=DIR/in/a.html | Key 'report' is 'DIR/in/a.html', which overlaps input.path 'DIR/in'; choose folders that lie apart.",
        "input.path=DIR/p.json; report=DIR/p.html | Key 'report' is 'DIR/p.json', which overlaps input.path 'DIR/p.json'; choose folders that lie apart.",
        "model=DIR/elsewhere | Key 'model' is 'DIR/elsewhere', which holds something else than a model; choose another path.",
        "output.path=DIR/elsewhere/c.json | Key 'output.path' is 'DIR/elsewhere/c.json', which is a file, but must be a folder.",
        "report=DIR/in.html | Key 'report' is 'DIR/in.html', which is a folder, but must be a file."
      })
  void whatIsReadIsNotReplaced(String overrides, String message) throws Exception {
    layOut();
    write(".out.normact-old/e.json", "{\"x\":5}\n");
    Files.createDirectory(dir.resolve("in.html"));
    write("spec.yaml", SPEC);
    Map<String, String> before = tree(dir);
    List<String> options = new ArrayList<>();
    for (String override : overrides.split("; ", -1)) {
      options.addAll(List.of("--set", override.replace("DIR", dir.toString())));
    }

    Result result = run("run", SPEC, options);

    assertThat(result.err()).startsWith("Error: ").contains(message).hasLineCount(1);
    assertThat(result.status()).isEqualTo(2);
    assertThat(tree(dir)).isEqualTo(before);
  }

  /** The names beside an output are not a job's alone. */
  @Test
  @Tag("thorough")
  void whatOnlyHasTheNameOfAJobsOwnIsKept() throws Exception {
    layOut();
    for (String name : List.of("new/e", "old/e", "new", "old", "commit", "group", "group/e")) {
      String mine = ".out.normact-" + name;
      write(mine, name.equals("group") ? "DIR/other\n: \n" : "mine");
      write("spec.yaml", SPEC);
      for (String more : List.of("model=DIR/model", "mode=append", "mode=error")) {
        if (!more.endsWith("append")) {
          FileUtil.fullyDelete(dir.resolve("out").toFile());
        }
        Map<String, String> before = tree(dir);
        Result result =
            run(
                "run",
                SPEC,
                List.of(
                    "--set", more.replace("DIR", dir.toString()), "--set", "output.format=json"));
        if (more.endsWith("append")) {
          assertThat(result.err()).as(name).isEmpty();
          assertThat(dir.resolve(mine)).isRegularFile();
          continue;
        }
        assertThat(result)
            .isEqualTo(
                new Result(
                    2,
                    "",
                    String.format(
                        Locale.ROOT,
                        "Error: Key 'output.path' is 'DIR/out', but 'DIR/%s' beside it was put there by no job; move it away, or choose another path.%n",
                        mine.replaceFirst("/e$", ""))));
        assertThat(tree(dir)).isEqualTo(before);
        Files.createDirectory(dir.resolve("out"));
      }
      FileUtil.fullyDelete(dir.resolve(mine.replaceFirst("/e$", "")).toFile());
    }
    assertThat(run("run", SPEC, List.of()).err()).isEmpty();
  }

  @Test
  void specIsNotReplaced() throws Exception {
    String spec = write("jobs/spec.yaml", SPEC);
    write("in/a.json", "{\"x\":1}\n");
    Files.createSymbolicLink(dir.resolve("link"), dir.resolve("jobs"));
    assertThat(run("run", spec, "--set", "output.path=" + path("link")).err())
        .isEqualTo(
            "Error: Key 'output.path' is 'DIR/link' (DIR/jobs), which holds the spec 'DIR/jobs/spec.yaml'; choose one of its own.\n");
    assertThat(run("run", spec, "--set", "output.path=" + path("jobs/out")).err()).isEmpty();
    assertThat(run("run", spec, "--set", "output.path=" + System.getProperty("user.home")).err())
        .contains("which holds the ");
    Files.createSymbolicLink(dir.resolve("down"), Files.createDirectory(dir.resolve("jobs/x")));
    assertThat(
            run("run", path("down") + "/../spec.yaml", "--set", "output.path=" + path("jobs"))
                .err())
        .contains("which holds the spec ");
  }

  /** As where all data are behind one link to another disk: it is not what is replaced. */
  @Test
  void foldersBehindOneLinkLieApart() throws Exception {
    write("disk/in/a.json", "{\"x\":1}\n{\"x\":2}\n");
    Files.createSymbolicLink(dir.resolve("link"), dir.resolve("disk"));
    List<String> options =
        List.of(
            "--set",
            "input.path=" + path("link/in"),
            "--set",
            "output.path=" + path("link/out"),
            "--set",
            "report=" + path("link/report.html"));
    for (int times = 0; times < 2; times++) {
      assertThat(run("run", SPEC, options).err()).isEmpty();
    }
    assertThat(parquet("disk/out").count()).isEqualTo(2);
    assertThat(dir.resolve("disk/report.json")).exists();
    assertThat(
            run(
                    "run",
                    SPEC,
                    List.of(
                        "--set",
                        "input.path=" + path("link/in"),
                        "--set",
                        "output.path=" + path("link")))
                .err())
        .isEqualTo(
            "Error: Key 'output.path' is 'DIR/link' (DIR/disk), which overlaps input.path 'DIR/link/in' (DIR/disk/in); choose folders that lie apart.\n");
  }

  /** Files of a model may lie elsewhere behind links, as on a disk with more room. */
  @Test
  void modelThatIsReadThroughLinksIsNotReplaced() throws Exception {
    write("in/a.json", "{\"x\":1}\n{\"x\":2}\n");
    String fit = SPEC.replace("activation: relu", "batchNorm");
    assertThat(run("fit", fit, List.of("--set", "model=" + path("model"))).err()).isEmpty();
    Files.move(dir.resolve("model/stages"), Files.createDirectory(dir.resolve("b")).resolve("s"));
    Files.createSymbolicLink(dir.resolve("model/stages"), Path.of("../b/s"));
    assertThat(
            run(
                    "transform",
                    fit,
                    List.of("--set", "model=" + path("model"), "--set", "output.path=" + path("b")))
                .err())
        .isEqualTo(
            "Error: Key 'output.path' is 'DIR/b', which overlaps model 'DIR/model' (DIR/b/s); choose folders that lie apart.\n");
    Path stage;
    try (Stream<Path> stages = Files.list(dir.resolve("b/s"))) {
      stage = stages.findFirst().orElseThrow();
    }
    Files.move(stage, Files.createDirectory(dir.resolve("c")).resolve("0"));
    Files.createSymbolicLink(stage, dir.resolve("c/0"));
    assertThat(
            run(
                    "transform",
                    fit,
                    List.of("--set", "model=" + path("model"), "--set", "output.path=" + path("c")))
                .err())
        .isEqualTo(
            "Error: Key 'output.path' is 'DIR/c', which overlaps model 'DIR/model' (DIR/c/0); choose folders that lie apart.\n");
  }

  /** What a condition leaves out of the input is the user's, too. */
  @Test
  void partitionThatIsNotReadIsNotReplaced() throws Exception {
    write("old/a.json", "{\"x\":1}\n");
    write("in/day=2/a.json", "{\"x\":2}\n");
    Files.createSymbolicLink(dir.resolve("in/day=1"), dir.resolve("old"));
    for (String where : List.of("day = 2", "1 = 0")) {
      List<String> options =
          List.of("--set", "input.where=" + where, "--set", "output.path=" + path("old"));
      assertThat(run("run", SPEC, options).err())
          .isEqualTo(
              "Error: Key 'output.path' is 'DIR/old', which overlaps input.path 'DIR/in' (DIR/old); choose folders that lie apart.\n");
      assertThat(dir.resolve("old/a.json")).hasContent("{\"x\":1}");
    }
  }

  /** What is behind the link is replaced, and the link stays. */
  @Test
  void outputMayBeALink() throws Exception {
    layOut();
    Files.createSymbolicLink(dir.resolve("toOut"), Path.of("out"));
    for (String name : List.of("toOut", "nowhere")) {
      Result result = run("run", SPEC, List.of("--set", "output.path=" + path(name)));
      assertThat(result.err()).isEmpty();
      assertThat(dir.resolve(name)).isSymbolicLink();
      assertThat(parquet(name).count()).isEqualTo(1);
    }
    assertThat(dir.resolve("out/old.json")).doesNotExist();
    assertThat(dir.resolve("elsewhere/c.json")).exists();
    assertThat(parquet("later").count()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_delta_log/0.json",
        ".hoodie/hoodie.properties",
        "metadata/v1.metadata.json",
        "_spark_metadata/0"
      })
  void tableIsNotReplacedByFiles(String log) throws Exception {
    write("in/a.json", "{\"x\":1}\n");
    write("t/" + log, "{}");
    write("t/part/x.parquet", "x");
    write("spec.yaml", SPEC);
    Map<String, String> before = tree(dir);
    for (String output : List.of("t", "t/part", "t/new/deep")) {
      Result result = run("run", SPEC, List.of("--set", "output.path=" + path(output)));
      assertThat(result.err())
          .startsWith("Error: Key 'output.path' is 'DIR/" + output + "', but 'DIR/t' is ")
          .endsWith("choose another path.\n");
      assertThat(result.status()).isEqualTo(2);
    }
    write("whole/in/it/" + log, "{}");
    assertThat(run("run", SPEC, List.of("--set", "output.path=" + path("whole"))).err())
        .contains("but 'DIR/whole/in/it' is ");
    FileUtil.fullyDelete(dir.resolve("whole").toFile());
    assertThat(tree(dir)).isEqualTo(before);
  }

  @Test
  void tableOfTheCatalogIsNotReplaced() throws Exception {
    write("in/a.json", "{\"x\":1}\n");
    write("spec.yaml", SPEC);
    SparkSession spark = LocalSpark.session();
    spark.sql(String.format(Locale.ROOT, "CREATE DATABASE kept LOCATION '%s'", path("db")));
    try {
      spark.sql(
          String.format(
              Locale.ROOT,
              "CREATE TABLE kept.far USING json LOCATION '%s' AS SELECT 1D AS x",
              path("far off/a%20b")));
      spark.sql("CREATE TABLE kept.own USING parquet AS SELECT 1D AS x");
      spark.sql("CREATE VIEW kept.seen AS SELECT * FROM kept.own");
      spark.sql("CREATE TABLE kept.parts (x DOUBLE, p INT) USING parquet PARTITIONED BY (p)");
      spark.sql("INSERT INTO kept.parts VALUES (1D, 2)");
      spark.sql("ALTER TABLE kept.parts ADD PARTITION (p=1) LOCATION '" + path("aside") + "'");
      spark.sql("INSERT INTO kept.parts PARTITION (p=1) VALUES (3D)");
      Files.createSymbolicLink(dir.resolve("link"), dir.resolve("far off/a%20b"));
      Map<String, String> before = tree(dir);
      for (String override :
          List.of(
              "output.path=DIR/far off/a%20b",
              "output.path=file:DIR/x/../far off/",
              "output.path=DIR/far off/a%20b/new",
              "output.path=DIR/link/",
              "output.path=DIR/db",
              "output.path=DIR/aside",
              "model=DIR/db/own/model",
              "report=DIR/db/own/page.html")) {
        Result result = run("run", SPEC, List.of("--set", override.replace("DIR", dir.toString())));
        assertThat(result.err())
            .contains(
                override.contains("aside")
                    ? ", which overlaps partition p=1 of table spark_catalog.kept.parts 'DIR/aside'; choose"
                    : override.contains("db")
                        ? ", which overlaps table spark_catalog.kept.own 'DIR/db/own'; choose"
                        : ", which overlaps table spark_catalog.kept.far 'DIR/far off/a%20b'; choose")
            .hasLineCount(1);
        assertThat(result.status()).isEqualTo(2);
        assertThat(tree(dir)).isEqualTo(before);
      }
      assertThat(run("run", SPEC, List.of("--set", "output.path=" + path("far off/a b"))).err())
          .isEmpty();
      assertThat(spark.table("kept.far").count() + spark.table("kept.own").count()).isEqualTo(2);
    } finally {
      spark.sql("DROP DATABASE kept CASCADE");
    }
  }

  /** A folder has many spellings, and a name that looks like another's spelling is none. */
  @ParameterizedTest
  @ValueSource(strings = {"a b", "a%20b", "%", "a+b", "ü#,~", "it's", "a&b=c;", "x:y"})
  void namesMeanWhatHadoopMakesOfThem(String name) throws Exception {
    Path base = Files.createDirectories(dir.resolve("base"));
    Files.writeString(Files.createDirectory(base.resolve(name)).resolve("f0.txt"), "mine");
    Files.writeString(Files.createDirectory(base.resolve("d0")).resolve("spec.yaml"), "spec");
    String relative = Path.of("").toAbsolutePath().relativize(base).toString();
    String input = base + "/" + name;
    for (String output :
        List.of(
            input,
            input + "/",
            base + "//" + name + "//",
            "file:" + input,
            "file://" + base + "/./" + name,
            base + "/none/../" + name,
            input + "/deep/..",
            relative + "/" + name,
            relative + "/" + name + "/f0.txt")) {
      assertThat(replace(textSpec(List.of(input), output, Optional.empty(), true), base))
          .as(output)
          .isFalse();
      assertThat(replace(textSpec(List.of(output), input, Optional.empty(), true), base))
          .as(output)
          .isFalse();
    }
    for (String other :
        List.of(
            URLEncoder.encode(name, UTF_8),
            URLEncoder.encode(name, UTF_8).replace("+", "%20"),
            name.replace("%20", " "),
            name + " ",
            name + "2")) {
      if (!other.equals(name)) {
        assertThat(
                replace(textSpec(List.of(input), base + "/" + other, Optional.empty(), true), base))
            .as(other)
            .isTrue();
        assertThat(base.resolve(other).resolve("f9.txt")).hasContent("new");
      }
    }
    assertThat(base.resolve(name).resolve("f0.txt")).hasContent("mine");
  }

  /** What Spark would read by the session's settings, not by those of the context alone. */
  @Test
  void sessionDecidesWhatAPathMeans() throws Exception {
    Path base = Files.createDirectories(dir.resolve("base"));
    Files.writeString(Files.createDirectory(base.resolve("in")).resolve("f0.txt"), "mine");
    Files.writeString(Files.createDirectory(base.resolve("d0")).resolve("spec.yaml"), "spec");
    LocalSpark.session().conf().set("fs.viewfs.mounttable.normact.link./mounted", "file:" + base);
    try {
      for (String output : List.of("viewfs://normact/mounted/in", "viewfs://normact/mounted")) {
        JobSpec spec = textSpec(List.of(base + "/in"), output, Optional.empty(), true);
        assertThat(replace(spec, base)).as(output).isFalse();
      }
    } finally {
      LocalSpark.session().conf().unset("fs.viewfs.mounttable.normact.link./mounted");
    }
  }

  /**
   * Folders in folders, links to files and folders, patterns: whatever is accepted leaves every
   * file that is read as it was, and the same paths mean the same files afterwards.
   */
  @Test
  void noLayoutLosesWhatIsRead() throws Exception {
    int accepted = 0;
    int refused = 0;
    for (int seed = 0; seed < 150; seed++) {
      Path base = Files.createDirectory(dir.resolve("case" + seed));
      SplittableRandom random = new SplittableRandom(seed);
      List<Path> places = randomTree(base, random);
      JobSpec spec = randomSpec(base, places, random);
      try {
        open(spec.input());
      } catch (Exception e) {
        assertThat(e).isInstanceOf(AnalysisException.class);
        continue;
      }
      if (replacedOrLeft(spec, base, String.format(Locale.ROOT, "seed %d: %s", seed, spec))) {
        accepted++;
      } else {
        refused++;
      }
      FileUtil.fullyDelete(base.toFile());
    }
    assertThat(accepted).isGreaterThan(25);
    assertThat(refused).isGreaterThan(25);
  }

  /**
   * Tables of partitions, some of which lie elsewhere behind links, and conditions that leave
   * partitions out: the files of these are the user's, too.
   */
  @Test
  void noPartitionsAreLostThatAConditionLeavesOut() throws Exception {
    int accepted = 0;
    int refused = 0;
    for (int seed = 0; seed < 100; seed++) {
      Path base = Files.createDirectory(dir.resolve("parts" + seed));
      SplittableRandom random = new SplittableRandom(seed);
      List<Path> places = randomPartitions(base, random);
      JobSpec spec = partitionSpec(base, places, random);
      String sources = random.nextBoolean() ? "" : "text";
      Optional<Boolean> done =
          LocalSpark.with(
              "spark.sql.sources.useV1SourceList",
              sources,
              () -> replacedOrRefused(spec, base, "sources '" + sources + "': " + spec));
      accepted += done.filter(replaced -> replaced).isPresent() ? 1 : 0;
      refused += done.filter(replaced -> !replaced).isPresent() ? 1 : 0;
      FileUtil.fullyDelete(base.toFile());
    }
    assertThat(accepted).isGreaterThan(20);
    assertThat(refused).isGreaterThan(20);
  }

  /** Whether the outputs were replaced; empty where Spark takes no such input. */
  private static Optional<Boolean> replacedOrRefused(JobSpec spec, Path base, String note) {
    try {
      open(spec.input());
    } catch (Exception | AssertionError e) {
      // A column that the paths don't have, or folders that make no table.
      assertThat(e instanceof AnalysisException || e.getMessage().contains("onflicting"))
          .as("%s: %s", note, e)
          .isTrue();
      return Optional.empty();
    }
    try {
      return Optional.of(replacedOrLeft(spec, base, note));
    } catch (IOException e) {
      throw new UncheckedIOException(note, e);
    }
  }

  /**
   * Whether the outputs were replaced. If so, all rows of the input and the spec are as they were,
   * else all files are.
   */
  private static boolean replacedOrLeft(JobSpec spec, Path base, String note) throws IOException {
    Map<String, String> before = read(whole(spec.input()));
    Map<String, String> all = tree(base);
    boolean done = replace(spec, base);
    if (done) {
      assertThat(read(whole(spec.input()))).as(note).isEqualTo(before);
      assertThat(Files.readString(base.resolve("d0/spec.yaml"))).as(note).isEqualTo("spec");
    } else {
      assertThat(tree(base)).as(note).isEqualTo(all);
    }
    return done;
  }

  /** Folders of partitions by p and q, of which a link may lead to one of another table. */
  private static List<Path> randomPartitions(Path base, SplittableRandom random)
      throws IOException {
    Files.writeString(Files.createDirectory(base.resolve("d0")).resolve("spec.yaml"), "spec");
    List<Path> places = new ArrayList<>();
    for (String name : List.of("aside", "t0", "t1")) {
      Path table = Files.createDirectory(base.resolve(name));
      places.add(table);
      for (int p = 0; p < 3; p++) {
        boolean link = !name.equals("aside") && random.nextInt(3) == 0;
        Path outer = table.resolve("p=" + p);
        places.add(outer);
        if (link) {
          Path target = base.resolve("aside/p=" + random.nextInt(3));
          Files.createSymbolicLink(outer, random.nextBoolean() ? target : table.relativize(target));
          continue;
        }
        Files.createDirectory(outer);
        for (int q = 0; q < 2; q++) {
          Path inner = outer.resolve("q=" + q);
          places.add(inner);
          if (!name.equals("aside") && random.nextInt(4) == 0) {
            Files.createSymbolicLink(inner, base.resolve("aside/p=" + random.nextInt(3) + "/q=0"));
            continue;
          }
          Files.createDirectory(inner);
          Path file = inner.resolve("f.txt");
          if (!name.equals("aside") && random.nextInt(4) == 0) {
            Files.createSymbolicLink(file, base.resolve("aside/p=1/q=1/f.txt"));
          } else {
            places.add(Files.writeString(file, name + " " + p + " " + q));
          }
        }
      }
    }
    return places;
  }

  private static JobSpec partitionSpec(Path base, List<Path> places, SplittableRandom random) {
    Path table = base.resolve(random.nextInt(3) == 0 ? "t1" : "t0");
    List<String> paths =
        switch (random.nextInt(5)) {
          case 0 -> List.of(table + "/p=" + random.nextInt(3));
          case 1 -> List.of(table + "/p=*");
          case 2 -> List.of(table + "/p=0", table + "/{p=1,p=2}");
          default -> List.of(table.toString());
        };
    Map<String, String> options =
        random.nextInt(4) == 0 ? Map.of() : Map.of("basePath", table.toString());
    String where =
        List.of("p = 1", "p > 0 AND q = 0", "1 = 0", "value LIKE '%0'", "p IS NULL", "q <> p")
            .get(random.nextInt(6));
    Optional<String> model =
        random.nextInt(4) == 0 ? Optional.of(outputPath(base, places, random)) : Optional.empty();
    return textSpec(paths, options, Optional.of(where), outputPath(base, places, random), model);
  }

  private static Dataset<Row> open(JobSpec.Input input) {
    return input.where().map(whole(input)::filter).orElseGet(() -> whole(input));
  }

  /** All rows, whatever the condition. */
  private static Dataset<Row> whole(JobSpec.Input input) {
    return LocalSpark.session()
        .read()
        .format(input.format())
        .options(input.options())
        .load(input.paths().toArray(new String[0]));
  }

  /** What a job does to the disk, without its rows. */
  private static boolean replace(JobSpec spec, Path base) throws IOException {
    PathChecks checks =
        new PathChecks(
            spec,
            List.of(base.resolve("d0/spec.yaml").toString()),
            Optional.empty(),
            Optional.empty(),
            LocalSpark.session());
    try {
      checks.check();
      checks.checkRead(open(spec.input()));
    } catch (SpecException e) {
      assertThat(e).hasMessageMatching("Key '.*' is '.*, which (overlaps|holds) .*\\.");
      return false;
    }
    try (StagedOutputs outputs = new StagedOutputs(CONF, true)) {
      List<String> staged = new ArrayList<>();
      staged.add(outputs.stage("output.path", spec.output().orElseThrow().path().orElseThrow()));
      if (spec.model().isPresent()) {
        staged.add(outputs.stage("model", spec.model().get()));
      }
      for (String path : staged) {
        Path folder = Path.of(path.replaceFirst("^file:", ""));
        Files.writeString(Files.createDirectories(folder).resolve("f9.txt"), "new");
      }
      outputs.commit();
    }
    return true;
  }

  /** The files that are read, and their contents; a file may be read by several names. */
  private static Map<String, String> read(Dataset<Row> input) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (String file : input.inputFiles()) {
      contents.put(file, Files.readString(Path.of(URI.create(file))));
    }
    return contents;
  }

  private static List<Path> randomTree(Path base, SplittableRandom random) throws IOException {
    List<Path> folders = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Path parent = i == 0 || random.nextInt(3) == 0 ? base : one(folders, random);
      Path folder = Files.createDirectory(parent.resolve("d" + i));
      folders.add(folder);
      for (int j = random.nextInt(3); j >= 0; j--) {
        files.add(Files.writeString(folder.resolve("f" + j + ".txt"), folder + " " + j));
      }
    }
    Files.writeString(base.resolve("d0/spec.yaml"), "spec");
    List<Path> places = new ArrayList<>(folders);
    places.addAll(files);
    for (int i = random.nextInt(5); i > 0; i--) {
      boolean toFile = random.nextInt(3) > 0;
      Path target =
          random.nextInt(6) == 0 ? base.resolve("gone" + i) : one(toFile ? files : folders, random);
      // A folder's link in a folder might lead round in a circle, which Spark does not survive.
      Path parent = toFile && !Files.isDirectory(target) ? one(folders, random) : base;
      Path link = parent.resolve("l" + i + (toFile ? ".txt" : ""));
      Files.createSymbolicLink(link, random.nextBoolean() ? target : parent.relativize(target));
      places.add(link);
    }
    return places;
  }

  private static JobSpec randomSpec(Path base, List<Path> places, SplittableRandom random) {
    List<String> paths = new ArrayList<>();
    for (int i = random.nextInt(4) == 0 ? 2 : 1; i > 0; i--) {
      paths.add(inputPath(base, one(places, random), random));
    }
    Optional<String> model =
        random.nextInt(3) == 0 ? Optional.of(outputPath(base, places, random)) : Optional.empty();
    boolean deep = random.nextBoolean();
    return textSpec(paths, outputPath(base, places, random), model, deep);
  }

  private static JobSpec textSpec(
      List<String> paths, String output, Optional<String> model, boolean deep) {
    return textSpec(
        paths,
        Map.of("recursiveFileLookup", Boolean.toString(deep)),
        Optional.empty(),
        output,
        model);
  }

  private static JobSpec textSpec(
      List<String> paths,
      Map<String, String> options,
      Optional<String> where,
      String output,
      Optional<String> model) {
    return new JobSpec(
        new JobSpec.Input(
            "text",
            paths,
            Optional.empty(),
            Optional.empty(),
            options,
            Optional.empty(),
            false,
            where,
            1),
        Optional.empty(),
        Optional.empty(),
        JobSpec.Features.ALL,
        List.of(),
        Optional.of(
            new JobSpec.Output(
                "text",
                Optional.of(output),
                Optional.empty(),
                Map.of(),
                List.of(),
                List.of(),
                true,
                Optional.empty(),
                Optional.empty())),
        model,
        Optional.empty(),
        JobSpec.Mode.OVERWRITE);
  }

  private static String inputPath(Path base, Path place, SplittableRandom random) {
    String path = place.toString();
    if (Files.isDirectory(place) && random.nextBoolean()) {
      path += random.nextBoolean() ? "/*.txt" : random.nextBoolean() ? "/*" : "/f?.txt";
    } else if (random.nextInt(4) == 0) {
      path = place.getParent() + "/{" + place.getFileName() + ",d1,none}";
    } else if (random.nextInt(6) == 0) {
      path = base + "/*/" + place.getFileName();
    }
    return random.nextInt(4) == 0
        ? "file:" + path
        : random.nextInt(4) == 0
            ? base + "/none/.." + path.substring(base.toString().length())
            : path;
  }

  private static String outputPath(Path base, List<Path> places, SplittableRandom random) {
    Path place = one(places, random);
    Path parent = random.nextBoolean() ? place.getParent() : base;
    return switch (random.nextInt(5)) {
      case 0 -> parent.resolve("new").toString();
      case 1 -> Files.isDirectory(place) ? place.resolve("new").toString() : parent + "/x/y";
      case 2 -> place.resolve("../out").toString();
      default -> place.toString();
    };
  }

  private static <T> T one(List<T> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  @Test
  void linksInACircleAreRefused() throws Exception {
    layOut();
    Files.createSymbolicLink(dir.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(dir.resolve("b"), Path.of("a"));
    Result result = run("run", SPEC, List.of("--set", "output.path=" + path("a/x")));
    assertThat(result.err()).contains("leads over links in a circle").hasLineCount(1);
    assertThat(Files.exists(dir.resolve("a"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }
}
