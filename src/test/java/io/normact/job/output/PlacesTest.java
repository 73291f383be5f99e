package io.normact.job.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.job.JobFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each file and folder that a job writes, in, around and on each that it reads or writes. */
@Tag("thorough")
class PlacesTest extends JobFixture {

  private static final String LOG = "log";
  private static final String SUMMARY = "summary";
  private static final String REPORT = "report";
  private static final String CHECKPOINT = "output.checkpoint";

  private static final List<String> WRITTEN =
      List.of("model", REPORT, "output.path", CHECKPOINT, LOG, SUMMARY);

  /** The report's JSON, which no key names. */
  private static final String NUMBERS = "numbers";

  private static final String SPEC = "spec";
  private static final String FILE = "file";
  private static final String FOLDER = "folder";
  private static final String PATTERN = "pattern";
  private static final String TABLE = "table";

  /** A table that is not there yet. */
  private static final String NEW = "output.table";

  private static final List<String> READ = List.of(SPEC, FILE, FOLDER, PATTERN, TABLE);

  private static final Map<String, String> ENDINGS =
      Map.of(
          REPORT, ".html", NUMBERS, ".json", LOG, ".log", SUMMARY, ".json", SPEC, ".yaml", FILE,
          ".json");

  /** How many of all the cases are tried; the seed says which. */
  private static final int TRIED = Integer.getInteger("places", 70);

  private enum Relation {
    SAME,
    INSIDE,
    AROUND
  }

  private record Case(String written, String other, Relation relation) {

    /** A file holds nothing, and what is inside of one is nowhere. */
    boolean isPossible() {
      if (written.equals(other)
          || (written.equals(REPORT) && other.equals(NUMBERS))
          || (written.equals("output.path") && other.equals(NEW))) {
        return false;
      }
      return switch (relation) {
        case SAME -> true;
        case INSIDE -> !Set.of(SPEC, FILE).contains(other);
        case AROUND -> !ENDINGS.containsKey(written) && !other.equals(NEW);
      };
    }
  }

  private static List<Case> cases() {
    List<String> others = new ArrayList<>(WRITTEN);
    others.add(NUMBERS);
    others.add(NEW);
    others.addAll(READ);
    List<Case> cases = new ArrayList<>();
    for (String written : WRITTEN) {
      for (String other : others) {
        for (Relation relation : Relation.values()) {
          Case made = new Case(written, other, relation);
          if (made.isPossible()) {
            cases.add(made);
          }
        }
      }
    }
    return cases;
  }

  @Test
  void whatIsWrittenLiesApartFromAllElse() throws Exception {
    LocalSpark.session().sql("CREATE DATABASE places LOCATION '" + path("places") + "'");
    try {
      Random random = new Random(20261126);
      List<Case> cases = cases();
      Collections.shuffle(cases, random);
      for (Case tried : cases.subList(0, Math.min(TRIED, cases.size()))) {
        Path base = Files.createDirectories(dir.resolve("case"));
        List<String> args = layOut(base, tried, random);
        Map<String, String> before = tree(dir);

        Result result = run(args.toArray(new String[0]));

        String note = tried + " " + args;
        assertThat(result.err()).as(note).startsWith("Error: ").hasLineCount(1).endsWith(".\n");
        assertThat(result.status()).as("%s: %s", note, result.err()).isEqualTo(2);
        Map<String, String> after = tree(dir);
        if (!Set.of(tried.written, tried.other).contains(LOG)) {
          // Of a job that is refused for another reason the log tells, where it lies apart.
          after.remove("case/apart/log.log");
        }
        assertThat(after).as("%s: %s", note, result.err()).isEqualTo(before);
        LocalSpark.session().sql("DROP TABLE IF EXISTS places.t");
        FileUtil.fullyDelete(base.toFile());
      }
    } finally {
      LocalSpark.session().sql("DROP DATABASE places CASCADE");
    }
  }

  /** A command line whose places lie apart but for one pair. */
  private static List<String> layOut(Path base, Case tried, Random random) throws IOException {
    Map<String, Path> places = new HashMap<>();
    List<String> all = new ArrayList<>(WRITTEN);
    all.add(SPEC);
    String input = READ.contains(tried.other) && !tried.other.equals(SPEC) ? tried.other : FILE;
    all.add(input);
    for (String role : all) {
      places.put(role, base.resolve("apart/" + role + ENDINGS.getOrDefault(role, "")));
    }
    boolean toNew = tried.other.equals(NEW);
    Path met = base.resolve(toNew ? "../places" : "met").normalize();
    String it = toNew ? "new" : "it";
    String written = tried.written;
    String ending = ENDINGS.getOrDefault(written, "");
    switch (tried.relation) {
      case SAME -> {
        // A file for rows or a spec may have any name, and so may a folder.
        boolean named = Set.of(REPORT, NUMBERS, LOG, SUMMARY).contains(tried.other);
        String others = named ? ENDINGS.get(tried.other) : toNew ? "" : ending;
        Path place = met.resolve(it + others);
        put(places, tried.other, place);
        places.put(written, met.resolve(it + (ending.isEmpty() ? others : ending)));
        if (!places.get(written).equals(place)) {
          Files.createDirectories(met);
          Files.createSymbolicLink(places.get(written), place);
        }
      }
      case INSIDE -> {
        Path place = met.resolve(it + ENDINGS.getOrDefault(tried.other, ""));
        put(places, tried.other, place);
        places.put(written, place.resolve((random.nextBoolean() ? "deep/" : "") + "x" + ending));
      }
      case AROUND -> {
        places.put(written, met);
        put(
            places,
            tried.other,
            met.resolve(
                (random.nextBoolean() ? "deep/" : "")
                    + "it"
                    + ENDINGS.getOrDefault(tried.other, "")));
      }
    }
    Files.createDirectories(base.resolve("apart"));
    if (!toNew && random.nextBoolean()) {
      // By another way to the same place.
      Path way = base.resolve("way");
      Files.createSymbolicLink(way, Path.of("."));
      places.put(written, way.resolve(base.relativize(places.get(written))));
    }
    return commandLine(places, input, random.nextBoolean());
  }

  private static void put(Map<String, Path> places, String role, Path place) {
    if (role.equals(NUMBERS)) {
      String name = place.getFileName().toString();
      places.put(REPORT, place.resolveSibling(name.replaceFirst("\\.json$", ".html")));
    } else {
      places.put(role, place);
    }
  }

  private static List<String> commandLine(Map<String, Path> places, String input, boolean deep)
      throws IOException {
    Path rows = places.get(input);
    String text = "{\"x\":1}\n";
    if (input.equals(FILE)) {
      Files.createDirectories(rows.getParent());
      Files.writeString(rows, text);
    } else {
      Files.createDirectories(rows.resolve("deep"));
      Files.writeString(rows.resolve("rows"), text);
      Files.writeString(rows.resolve(deep ? "deep/rows" : "more"), text);
    }
    String source =
        switch (input) {
          case TABLE -> "{table: places.t}";
          case PATTERN -> "{format: json, schema: x DOUBLE, path: " + rows + "/*}";
          default -> "{format: json, schema: x DOUBLE, path: " + rows + "}";
        };
    if (input.equals(TABLE)) {
      LocalSpark.session()
          .sql(
              String.format(
                  Locale.ROOT, "CREATE TABLE places.t (x DOUBLE) USING json LOCATION '%s'", rows));
    }
    Path spec = places.get(SPEC);
    Files.createDirectories(spec.getParent());
    Files.writeString(
        spec,
        String.format(
            Locale.ROOT,
            """
            input: %s
            stages: [activation: relu]
            output: {%s: '%s', checkpoint: '%s'}
            model: '%s'
            report: '%s'
            mode: %s
            """,
            source,
            places.containsKey(NEW) ? "table" : "path",
            places.containsKey(NEW) ? "places.new" : places.get("output.path"),
            places.get(CHECKPOINT),
            places.get("model"),
            places.get(REPORT),
            deep ? "overwrite" : "error"));
    return List.of(
        "run",
        spec.toString(),
        "--log",
        places.get(LOG).toString(),
        "--summary",
        places.get(SUMMARY).toString());
  }

  /** The log begins once the job's places are known, and has what was logged before as well. */
  @Test
  void logAndSummaryThatLieApartAreWritten() throws Exception {
    write("in/a.json", "{\"x\":1}\n");
    List<String> options =
        List.of(
            "--log", path("logs/a.log"), "--summary", path("s.json"), "--set", "mode=overwrite");
    for (int times = 1; times < 3; times++) {
      assertThat(run("run", ONE_NUMBER.replace("in.json", "in"), options).err()).isEmpty();
      String log = Files.readString(dir.resolve("logs/a.log"));
      assertThat(log.split("Wrote 1 row", -1)).hasSize(times + 1);
      assertThat(log.indexOf("Wrote 1 row")).isGreaterThan(0);
      assertThat(dir.resolve("s.json")).exists();
    }
    // As a job leaves it that is killed within a line.
    Files.writeString(dir.resolve("logs/a.log"), "half", StandardOpenOption.APPEND);
    String log = Files.readString(dir.resolve("logs/a.log"));
    assertThat(run("run", "stages: [x", List.of("--log", path("logs/a.log"))).status())
        .isEqualTo(2);
    assertThat(Files.readString(dir.resolve("logs/a.log")))
        .startsWith(log + "\n")
        .contains(" Failed.");
  }
}
