package io.normact.job.output;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.sql.catalyst.PlanReads;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps apart what a job reads, writes and stands on. Replacing a folder would remove what lies in
 * it. The checks compare where paths lead to, and which files are really read.
 */
public final class PathChecks {

  /** Formats that are files in a folder. */
  public static final Set<String> FILE_FORMATS =
      Set.of("avro", "csv", "json", "orc", "parquet", "text", "xml");

  static final String TABLE = "output.table";

  private static final String PATTERN = ".*[*?{}\\[\\]\\\\].*";

  private final JobSpec spec;
  private final SparkSession spark;
  private final Ground ground;
  private final Configuration conf;

  /**
   * Checks of a job.
   *
   * @param specFiles the files that the spec was read from
   * @param log the file of this machine that is logged to
   */
  public PathChecks(
      JobSpec spec, List<String> specFiles, Optional<String> log, SparkSession spark) {
    this.spec = spec;
    this.spark = spark;
    conf = spark.sessionState().newHadoopConf();
    ground = new Ground(spec, specFiles, log, spark.sparkContext().conf(), conf);
  }

  /**
   * Checks what can be known before the input is opened. No output may hold, or lie in, a path of
   * the input or another output. None may hold what the job stands on.
   */
  public void check() throws IOException {
    List<NamedPlace> others = new ArrayList<>();
    for (Map.Entry<String, List<String>> told : inputs().entrySet()) {
      for (String path : told.getValue()) {
        if (!path.matches(PATTERN)) {
          others.add(NamedPlace.of(told.getKey(), path, conf));
        }
      }
    }
    others.addAll(links());
    List<NamedPlace> standing = ground.places();
    List<NamedPlace> outputs = outputs();
    List<NamedPlace> given = ground.given(outputs);
    List<NamedPlace> tables = spec.mode() == JobSpec.Mode.ERROR ? List.of() : tables(outputs);
    for (NamedPlace output : outputs) {
      checkHoldsNone(output, standing);
      List<NamedPlace> places = places(output);
      for (NamedPlace table : tables) {
        if (!isTransactionOf(output, table)) {
          places.forEach(place -> checkApart(place, table));
        }
      }
      for (NamedPlace place : places) {
        for (NamedPlace other : others) {
          // A model may hold links, but only outside of it do they matter.
          if (!place.key().equals("model") || !other.key().equals("model")) {
            checkApart(place, other);
          }
        }
      }
      others.addAll(places);
      checkHoldsNone(output, given);
    }
  }

  /** Checks, once the input is open, that no output holds, or lies in, what is read of it. */
  public void checkRead(Dataset<Row> input) throws IOException {
    List<NamedPlace> outputs = new ArrayList<>();
    for (NamedPlace output : outputs()) {
      outputs.addAll(places(output));
    }
    checkTablesRead(input, outputs);
    Map<String, List<String>> inputs = inputs();
    for (Map.Entry<String, List<String>> told : inputs.entrySet()) {
      for (String path : told.getValue()) {
        if (path.matches(PATTERN)) {
          checkPattern(told.getKey(), path, outputs);
        }
      }
    }
    if (spec.input().streaming()) {
      // A stream replaces nothing, and which files it will read is not known.
      return;
    }
    String key = inputs.isEmpty() ? "input" : inputs.keySet().iterator().next();
    key = spec.input().paths().isEmpty() && isOfCatalog() ? spec.input().key() : key;
    Map<Path, Location> folders = new HashMap<>();
    Set<Path> roots = roots(inputs);
    for (String uri : PlanReads.files(input)) {
      Path file = new Path(URI.create(uri));
      Location folder = folders.get(file.getParent());
      if (folder == null) {
        folder = Location.of(file.getParent(), conf);
        folders.put(file.getParent(), folder);
        for (Path listed : listed(file, roots)) {
          checkApart(outputs, key, Location.of(listed, conf));
        }
      }
      checkApart(outputs, key, folder.child(file.getName(), conf));
    }
  }

  private void checkApart(List<NamedPlace> outputs, String key, Location location) {
    NamedPlace read = new NamedPlace(key, spec.input().description(), location, location.shown());
    outputs.forEach(output -> checkApart(output, read));
  }

  /**
   * The folders that are listed down to a file, whichever links they are: a new file in one of them
   * is one more that is read. None where the file itself is what the input names.
   */
  private static List<Path> listed(Path file, Set<Path> roots) {
    List<Path> listed = new ArrayList<>();
    for (Path up = file.getParent(); up != null; up = up.getParent()) {
      listed.add(up);
      if (roots.contains(up)) {
        return listed;
      }
    }
    return List.of();
  }

  /** What the paths of the input name, patterns included. */
  private Set<Path> roots(Map<String, List<String>> inputs) throws IOException {
    Set<Path> roots = new HashSet<>();
    for (List<String> paths : inputs.values()) {
      for (String told : paths) {
        Path path = new Path(told);
        FileSystem fs = path.getFileSystem(conf);
        roots.add(fs.makeQualified(path));
        FileStatus[] found = told.matches(PATTERN) ? fs.globStatus(path) : null;
        for (FileStatus match : found == null ? new FileStatus[0] : found) {
          roots.add(match.getPath());
        }
      }
    }
    return roots;
  }

  private boolean isOfCatalog() {
    return spec.input().table().isPresent() || spec.input().sql().isPresent();
  }

  /** Checks that a table that is read, by whatever name or view, is not written to. */
  private void checkTablesRead(Dataset<Row> input, List<NamedPlace> outputs) throws IOException {
    List<PlanReads.Table> read = new ArrayList<>(PlanReads.of(input).tables());
    // Of a stream's plan not every table tells its name.
    spec.input()
        .table()
        .map(name -> String.join(".", CatalogTables.fullName(spark, name)))
        .ifPresent(name -> read.add(new PlanReads.Table(name, Optional.empty(), List.of(), false)));
    Optional<String> written = target().map(TableTarget::fullName);
    for (PlanReads.Table table : read) {
      if (written.filter(table.name()::equalsIgnoreCase).isPresent()) {
        throw SpecException.of(
            "Key 'output.table' is '%s', which the input reads; choose another table.",
            spec.output().orElseThrow().table().orElseThrow());
      }
      if (table.location().isPresent()) {
        Path folder = CatalogTables.qualified(table.location().get(), conf);
        Location location = Location.of(folder, conf);
        NamedPlace named =
            new NamedPlace(CatalogTables.key(table.name()), location.shown(), location, "");
        outputs.forEach(output -> checkApart(output, named));
      }
    }
  }

  private Optional<TableTarget> target() {
    return spec.output()
        .filter(output -> output.table().isPresent())
        .map(output -> new TableTarget(spark, output, spec.mode()));
  }

  /** What a pattern means now, and what it would mean once the output is there. */
  private void checkPattern(String key, String pattern, List<NamedPlace> outputs)
      throws IOException {
    Path path = new Path(pattern);
    FileStatus[] found = path.getFileSystem(conf).globStatus(path);
    for (FileStatus match : found == null ? new FileStatus[0] : found) {
      Location location = Location.of(match.getPath(), conf);
      NamedPlace read = new NamedPlace(key, pattern, location, location.shown());
      outputs.forEach(output -> checkApart(output, read));
    }
    for (String plain : GlobExpander.expand(pattern)) {
      Path whole = new Path(plain).getFileSystem(conf).makeQualified(new Path(plain));
      for (NamedPlace output : outputs) {
        if (matches(whole, output.location().path()) || matches(whole, output.named(conf))) {
          throw overlap(output, new NamedPlace(key, pattern, output.location(), ""));
        }
      }
    }
  }

  /** Whether a path lies in what a pattern matches, or is that. */
  private static boolean matches(Path pattern, Path path) {
    String[] steps = pattern.toUri().getPath().split("/", -1);
    String[] names = path.toUri().getPath().split("/", -1);
    return String.valueOf(pattern.toUri().getScheme()).equals(path.toUri().getScheme())
        && steps.length <= names.length
        && Stream.iterate(0, i -> i < steps.length, i -> i + 1)
            .allMatch(i -> new GlobPattern(steps[i]).matches(names[i]));
  }

  /** Paths of the input, by their keys. */
  private Map<String, List<String>> inputs() {
    Map<String, List<String>> inputs = new LinkedHashMap<>();
    if (!spec.input().paths().isEmpty()) {
      inputs.put("input.path", spec.input().paths());
    }
    spec.input()
        .options()
        .forEach(
            (name, value) -> {
              if (name.equalsIgnoreCase("path")) {
                inputs.put("input.options." + name, List.of(value));
              }
            });
    return inputs;
  }

  private List<NamedPlace> outputs() throws IOException {
    List<NamedPlace> outputs = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : outputPaths().entrySet()) {
      for (String path : entry.getValue()) {
        outputs.add(NamedPlace.of(entry.getKey(), path, conf));
      }
    }
    Optional<TableTarget> table = target();
    Optional<Path> folder = table.flatMap(it -> it.folder(conf));
    if (folder.isPresent()) {
      Location location = Location.of(folder.get(), conf);
      String name = spec.output().orElseThrow().table().orElseThrow();
      outputs.add(new NamedPlace(TABLE, name, location, location.shown()));
    }
    return outputs;
  }

  private Map<String, List<String>> outputPaths() {
    Map<String, List<String>> paths = new LinkedHashMap<>();
    paths.put("model", spec.model().stream().toList());
    paths.put("report", spec.reportFiles());
    spec.output()
        .ifPresent(
            output -> {
              paths.put("output.path", output.path().stream().toList());
              paths.put("output.checkpoint", output.checkpoint().stream().toList());
            });
    return paths;
  }

  /** An output and what stands beside it while it is replaced. */
  private List<NamedPlace> places(NamedPlace output) throws IOException {
    List<NamedPlace> places = new ArrayList<>(List.of(output));
    if (!List.of("output.checkpoint", TABLE).contains(output.key())
        && output.location().path().getParent() != null) {
      OutputFolder folder = OutputFolder.of(new Path(output.path()), conf);
      for (Path beside : folder.beside()) {
        places.add(output.at(Location.of(beside, conf)));
      }
    }
    return places;
  }

  /** Links in a saved model, behind which its files may lie anywhere. */
  private List<NamedPlace> links() throws IOException {
    List<NamedPlace> links = new ArrayList<>();
    if (spec.model().isPresent()) {
      NamedPlace model = NamedPlace.of("model", spec.model().get(), conf);
      File folder = new File(model.location().path().toUri().getPath());
      if (model.location().isLocal() && new File(folder, "metadata").isDirectory()) {
        // A link may lead to a folder that has links.
        try (Stream<java.nio.file.Path> files =
            Files.walk(folder.toPath(), FileVisitOption.FOLLOW_LINKS)) {
          for (java.nio.file.Path link : files.filter(Files::isSymbolicLink).toList()) {
            links.add(model.at(Location.ofLocal(link.toString())));
          }
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
    return links;
  }

  /** Tables of the session's catalog that are files where the outputs are. */
  private List<NamedPlace> tables(List<NamedPlace> outputs) throws IOException {
    Set<String> roots = new HashSet<>();
    for (NamedPlace output : outputs) {
      roots.add(Location.root(output.named(conf)));
      roots.add(Location.root(output.location().path()));
    }
    List<NamedPlace> tables = new ArrayList<>();
    if (!roots.isEmpty()) {
      for (Map.Entry<String, Path> table : CatalogTables.folders(spark, roots, conf).entrySet()) {
        Location location = Location.of(table.getValue(), conf);
        tables.add(new NamedPlace(table.getKey(), location.shown(), location, ""));
      }
    }
    return tables;
  }

  /**
   * Rows that go into a table of a format with transactions replace no files of it, and a table of
   * a catalog is replaced as such.
   */
  private boolean isTransactionOf(NamedPlace output, NamedPlace table) {
    if (output.key().equals(TABLE)) {
      String own = target().map(TableTarget::fullName).orElseThrow();
      return table.key().equalsIgnoreCase(CatalogTables.key(own));
    }
    return output.key().equals("output.path")
        && spec.output().map(JobSpec.Output::format).filter(TransactionLog::isKeptBy).isPresent()
        && output.location().holds(table.location())
        && table.location().holds(output.location());
  }

  private static void checkApart(NamedPlace output, NamedPlace other) {
    if (output.location().overlaps(other.location())) {
      throw overlap(output, other);
    }
  }

  private static SpecException overlap(NamedPlace output, NamedPlace other) {
    return SpecException.of(
        "Key '%s' is %s, which overlaps %s %s; choose folders that lie apart.",
        output.key(), output.shown(), other.key(), other.shown());
  }

  private static void checkHoldsNone(NamedPlace output, List<NamedPlace> others) {
    for (NamedPlace other : others) {
      if (output.location().holds(other.location())) {
        throw SpecException.of(
            "Key '%s' is %s, which holds %s; choose one of its own.",
            output.key(), output.shown(), other.key());
      }
    }
  }
}
