package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.SpecException;
import io.normact.job.spec.SpecFile;
import io.normact.sql.catalyst.PlanReads;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps apart what a job reads, writes and stands on, since replacing one of them would take along
 * what lies in it. What is compared is where paths lead to, and which files are really read.
 */
public final class PathChecks {

  /** Formats that are files in a folder. */
  public static final Set<String> FILE_FORMATS =
      Set.of("avro", "csv", "json", "orc", "parquet", "text", "xml");

  /** Settings of Spark that name files. */
  private static final List<String> SETTINGS =
      List.of(
          "spark.sql.warehouse.dir",
          "spark.eventLog.dir",
          "spark.local.dir",
          "spark.jars",
          "spark.files",
          "spark.archives",
          "spark.kerberos.keytab");

  private static final String TABLE = "output.table";

  private static final String PATTERN = ".*[*?{}\\[\\]\\\\].*";

  private final JobSpec spec;
  private final List<String> specFiles;
  private final SparkSession spark;
  private final SparkConf settings;
  private final Configuration conf;

  public PathChecks(JobSpec spec, List<String> specFiles, SparkSession spark) {
    this.spec = spec;
    this.specFiles = List.copyOf(specFiles);
    this.spark = spark;
    settings = spark.sparkContext().conf();
    conf = spark.sessionState().newHadoopConf();
  }

  /**
   * Checks what can be known before the input is opened: that no output holds, or lies in, a path
   * of the input or another output, and that none holds what the job stands on.
   */
  public void check() throws IOException {
    List<Named> others = new ArrayList<>();
    for (Map.Entry<String, List<String>> told : inputs().entrySet()) {
      for (String path : told.getValue()) {
        if (!path.matches(PATTERN)) {
          others.add(Named.of(told.getKey(), path, conf));
        }
      }
    }
    others.addAll(links());
    List<Named> ground = ground();
    List<Named> outputs = outputs();
    List<Named> given = given(outputs);
    List<Named> tables = spec.mode() == JobSpec.Mode.ERROR ? List.of() : tables(outputs);
    for (Named output : outputs) {
      checkHoldsNone(output, ground);
      List<Named> places = places(output);
      for (Named table : tables) {
        if (!isTransactionOf(output, table)) {
          places.forEach(place -> checkApart(place, table));
        }
      }
      for (Named place : places) {
        for (Named other : others) {
          // A model may hold links, but only outside of it do they matter.
          if (!place.key.equals("model") || !other.key.equals("model")) {
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
    List<Named> outputs = new ArrayList<>();
    for (Named output : outputs()) {
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
    for (String uri : input.inputFiles()) {
      Path file = new Path(URI.create(uri));
      Location folder = folders.get(file.getParent());
      if (folder == null) {
        folder = Location.of(file.getParent(), conf);
        folders.put(file.getParent(), folder);
      }
      Location location = folder.child(file.getName(), conf);
      Named read = new Named(key, spec.input().description(), location, location.shown());
      outputs.forEach(output -> checkApart(output, read));
    }
  }

  private boolean isOfCatalog() {
    return spec.input().table().isPresent() || spec.input().sql().isPresent();
  }

  /** Checks that a table that is read, by whatever name or view, is not written to. */
  private void checkTablesRead(Dataset<Row> input, List<Named> outputs) throws IOException {
    List<PlanReads.Table> read = new ArrayList<>(PlanReads.of(input).tables());
    // Of a stream's plan not every table tells its name.
    spec.input()
        .table()
        .map(name -> String.join(".", CatalogTables.fullName(spark, name)))
        .ifPresent(name -> read.add(new PlanReads.Table(name, Optional.empty())));
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
        Named named = new Named(CatalogTables.key(table.name()), location.shown(), location, "");
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
  private void checkPattern(String key, String pattern, List<Named> outputs) throws IOException {
    Path path = new Path(pattern);
    FileStatus[] found = path.getFileSystem(conf).globStatus(path);
    for (FileStatus match : found == null ? new FileStatus[0] : found) {
      Location location = Location.of(match.getPath(), conf);
      Named read = new Named(key, pattern, location, location.shown());
      outputs.forEach(output -> checkApart(output, read));
    }
    for (String plain : GlobExpander.expand(pattern)) {
      Path whole = new Path(plain).getFileSystem(conf).makeQualified(new Path(plain));
      for (Named output : outputs) {
        if (matches(whole, output.location.path()) || matches(whole, output.named(conf))) {
          throw overlap(output, new Named(key, pattern, output.location, ""));
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

  private List<Named> outputs() throws IOException {
    List<Named> outputs = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : outputPaths().entrySet()) {
      for (String path : entry.getValue()) {
        outputs.add(Named.of(entry.getKey(), path, conf));
      }
    }
    Optional<TableTarget> table = target();
    Optional<Path> folder = table.flatMap(it -> it.folder(conf));
    if (folder.isPresent()) {
      Location location = Location.of(folder.get(), conf);
      String name = spec.output().orElseThrow().table().orElseThrow();
      outputs.add(new Named(TABLE, name, location, location.shown()));
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
  private List<Named> places(Named output) throws IOException {
    List<Named> places = new ArrayList<>(List.of(output));
    if (!List.of("output.checkpoint", TABLE).contains(output.key)
        && output.location.path().getParent() != null) {
      OutputFolder folder = OutputFolder.of(new Path(output.path), conf);
      for (Path beside : folder.beside()) {
        places.add(output.at(Location.of(beside, conf)));
      }
    }
    return places;
  }

  /** Links in a saved model, behind which its files may lie anywhere. */
  private List<Named> links() throws IOException {
    List<Named> links = new ArrayList<>();
    if (spec.model().isPresent()) {
      Named model = Named.of("model", spec.model().get(), conf);
      File folder = new File(model.location.path().toUri().getPath());
      if (model.location.isLocal() && new File(folder, "metadata").isDirectory()) {
        try (Stream<java.nio.file.Path> files = Files.walk(folder.toPath())) {
          for (java.nio.file.Path link : files.filter(Files::isSymbolicLink).toList()) {
            links.add(model.at(Location.ofLocal(link.toString(), conf)));
          }
        }
      }
    }
    return links;
  }

  /** Tables of the session's catalog that are files where the outputs are. */
  private List<Named> tables(List<Named> outputs) throws IOException {
    Set<String> roots = new HashSet<>();
    for (Named output : outputs) {
      roots.add(Location.root(output.named(conf)));
      roots.add(Location.root(output.location.path()));
    }
    List<Named> tables = new ArrayList<>();
    if (!roots.isEmpty()) {
      for (Map.Entry<String, Path> table : CatalogTables.folders(spark, roots, conf).entrySet()) {
        Location location = Location.of(table.getValue(), conf);
        tables.add(new Named(table.getKey(), location.shown(), location, ""));
      }
    }
    return tables;
  }

  /**
   * Rows that go into a table of a format with transactions replace no files of it, and a table of
   * a catalog is replaced as such.
   */
  private boolean isTransactionOf(Named output, Named table) {
    if (output.key.equals(TABLE)) {
      String own = target().map(TableTarget::fullName).orElseThrow();
      return table.key.equalsIgnoreCase(CatalogTables.key(own));
    }
    return output.key.equals("output.path")
        && spec.output().map(JobSpec.Output::format).filter(TransactionLog::isKeptBy).isPresent()
        && output.location.holds(table.location)
        && table.location.holds(output.location);
  }

  private static void checkApart(Named output, Named other) {
    if (output.location.overlaps(other.location)) {
      throw overlap(output, other);
    }
  }

  private static SpecException overlap(Named output, Named other) {
    return SpecException.of(
        "Key '%s' is %s, which overlaps %s %s; choose folders that lie apart.",
        output.key, output.shown(), other.key, other.shown());
  }

  private static void checkHoldsNone(Named output, List<Named> others) {
    for (Named other : others) {
      if (output.location.holds(other.location)) {
        throw SpecException.of(
            "Key '%s' is %s, which holds %s; choose one of its own.",
            output.key, output.shown(), other.key);
      }
    }
  }

  /** What a job needs beside its input, as long as it runs or for its next time. */
  private List<Named> ground() throws IOException {
    List<Named> ground = new ArrayList<>();
    String here = "the folder that the job runs in";
    addLocal(ground, here, System.getProperty("user.dir"));
    Path working = FileSystem.get(conf).getWorkingDirectory();
    ground.add(new Named(here, working.toString(), Location.of(working, conf), ""));
    addLocal(ground, "the user's home", System.getProperty("user.home"));
    addLocal(ground, "the folder of temporary files", System.getProperty("java.io.tmpdir"));
    addLocal(ground, "the folder of Java", System.getProperty("java.home"));
    for (String variable : List.of("SPARK_HOME", "SPARK_CONF_DIR", "HADOOP_CONF_DIR")) {
      addLocal(ground, "the folder of " + variable, System.getenv(variable));
    }
    for (String property : List.of("log4j2.configurationFile", "log4j.configurationFile")) {
      addPath(ground, "the logging configuration", System.getProperty(property));
    }
    for (String setting : SETTINGS) {
      for (String path : settings.get(setting, "").split(",", -1)) {
        addPath(ground, "'" + path + "' of " + setting, path);
      }
    }
    for (String jar : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      addLocal(ground, "'" + jar + "' of the class path", jar);
    }
    return ground;
  }

  /** The spec, and what its options name. */
  private List<Named> given(List<Named> outputs) throws IOException {
    List<Named> given = new ArrayList<>();
    for (String file : specFiles) {
      String name = "the spec '" + file + "'";
      if (SpecFile.isLocal(file)) {
        addLocal(given, name, file);
      } else {
        given.add(new Named(name, file, Location.of(new Path(file), conf), ""));
      }
    }
    addOptions(given, "input.options.", spec.input().options(), outputs);
    if (spec.output().isPresent()) {
      addOptions(given, "output.options.", spec.output().get().options(), outputs);
    }
    return given;
  }

  private void addOptions(
      List<Named> given, String key, Map<String, String> options, List<Named> outputs)
      throws IOException {
    for (Map.Entry<String, String> option : options.entrySet()) {
      String value = option.getValue();
      if (option.getKey().equalsIgnoreCase("path")) {
        continue;
      }
      String description = "'" + value + "' of " + key + option.getKey();
      if (value.startsWith("/") || value.startsWith("file:/") || new File(value).exists()) {
        addPath(given, description, value);
      } else {
        for (Named output : outputs) {
          String scheme = output.location.path().toUri().getScheme();
          if (value.startsWith(scheme + ":/")) {
            given.add(Named.of(description, value, conf));
            break;
          }
        }
      }
    }
  }

  private void addLocal(List<Named> named, String description, String path) throws IOException {
    if (path != null && !path.isBlank()) {
      named.add(new Named(description, path, Location.ofLocal(path, conf), ""));
    }
  }

  /** Adds a path that may have a scheme; others than file are of no machine's own. */
  private void addPath(List<Named> named, String description, String path) throws IOException {
    if (path != null && (path.startsWith("file:") || !path.matches("[A-Za-z][A-Za-z0-9+.-]+:.*"))) {
      String plain = path.replaceFirst("^file:(//)?", "").replace("%20", " ");
      addLocal(named, description, plain);
    }
  }

  /**
   * A place and what names it.
   *
   * @param key of the spec, or what the place is
   * @param path as it is given
   * @param meant the place, where the path does not show it; else empty
   */
  private record Named(String key, String path, Location location, String meant) {

    static Named of(String key, String path, Configuration conf) throws IOException {
      try {
        Location location = Location.of(new Path(path), conf);
        return new Named(key, path, location, location.isLinked() ? location.shown() : "");
      } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
        throw new SpecException(
            String.format(
                Locale.ROOT,
                "Key '%s' is '%s', but must be a path: %s",
                key,
                path,
                Failure.message(e)),
            e);
      }
    }

    /** The path as it is named, links not followed; of a table the end of the way. */
    Path named(Configuration conf) throws IOException {
      Path plain = key.equals(TABLE) ? location.path() : new Path(path);
      return plain.getFileSystem(conf).makeQualified(plain);
    }

    Named at(Location other) {
      return new Named(key, path, other, other.shown());
    }

    String shown() {
      return "'" + path + "'" + (meant.isEmpty() ? "" : " (" + meant + ")");
    }
  }
}
