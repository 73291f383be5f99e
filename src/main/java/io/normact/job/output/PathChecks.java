package io.normact.job.output;

import io.normact.job.spec.JobSpec;
import io.normact.job.spec.OverlapException;
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
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Keeps apart what a job reads, writes and stands on. Replacing a folder would remove what lies in
 * it, and a file that is added to an input is read the next time. The checks compare where paths
 * lead to, and which files are really read.
 *
 * <p>What is written: the model, the two files of the report, the rows as a folder or a table, a
 * stream's checkpoint, what stands beside these while they are replaced, the log and the summary.
 * What is read: paths and patterns of the input, the files and tables that these turn out to be,
 * the model and what its links lead to, and the spec. No two of what is written overlap, and none
 * of it overlaps what is read.
 *
 * <p>Nothing but rows of its own is written into the folder of a table, either. To know these
 * folders the catalog is asked for each of its tables, so a job that replaces nothing does that
 * only where it writes to the session's warehouse. It does not see a table without a log of
 * transactions that lies elsewhere, nor where a table lies that a stream reads.
 */
public final class PathChecks {

  /** Formats that are files in a folder. */
  public static final Set<String> FILE_FORMATS =
      Set.of("avro", "csv", "json", "orc", "parquet", "text", "xml");

  static final String TABLE = "output.table";

  private final JobSpec spec;
  private final SparkSession spark;
  private final InputPaths inputs;
  private final Ground ground;
  private final Configuration conf;
  private final Optional<String> log;
  private final Optional<String> summary;

  /**
   * Checks of a job.
   *
   * @param specFiles the files that the spec was read from
   * @param log the file of this machine that is logged to
   * @param summary the file of the summary
   */
  public PathChecks(
      JobSpec spec,
      List<String> specFiles,
      Optional<String> log,
      Optional<String> summary,
      SparkSession spark) {
    this.spec = spec;
    this.log = log;
    this.summary = summary;
    this.spark = spark;
    conf = spark.sessionState().newHadoopConf();
    inputs = new InputPaths(spec.input(), conf);
    ground = new Ground(spec, specFiles, spark.sparkContext().conf(), conf);
  }

  /**
   * Checks what can be known before the input is opened. No output may hold, or lie in, a path of
   * the input or another output. None may hold what the job stands on. The same goes for the files
   * that the command line names.
   */
  public void check() throws IOException {
    List<NamedPlace> others = new ArrayList<>();
    for (InputPaths.Told told : inputs.plain()) {
      others.add(NamedPlace.of(told.key(), told.path(), conf));
    }
    others.addAll(links());
    List<NamedPlace> standing = ground.places();
    List<NamedPlace> outputs = outputs();
    List<NamedPlace> files = files();
    List<NamedPlace> given = ground.given(outputs);
    List<NamedPlace> tables =
        spec.mode() == JobSpec.Mode.ERROR && !areInWarehouse(outputs, files)
            ? List.of()
            : tables(outputs, files);
    for (NamedPlace written : Stream.concat(outputs.stream(), files.stream()).toList()) {
      checkIsBelowFolders(written);
    }
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
      checkHoldsNone(output, files.stream().map(NamedPlace::asGiven).toList());
    }
    others.addAll(tables);
    if (!files.isEmpty()) {
      checkPatterns(files);
    }
    for (NamedPlace file : files) {
      checkHoldsNone(file, standing);
      checkHoldsNone(file, given);
      TransactionLog.checkNoneAbove(file, conf);
      others.forEach(other -> checkApart(file, other));
      others.add(file);
    }
  }

  /** Checks that nothing is to be written below a file, which a job would learn at its end. */
  private static void checkIsBelowFolders(NamedPlace written) {
    if (!written.location().isLocal()) {
      return;
    }
    File above = new File(written.location().path().toUri().getPath()).getParentFile();
    while (above != null && !above.exists()) {
      above = above.getParentFile();
    }
    if (above != null && !above.isDirectory()) {
      throw SpecException.of(
          "%s is %s, but '%s' is a file, and no folder; choose another path.",
          written.title(), written.shown(), above);
    }
  }

  /** The files that the command line names. */
  private List<NamedPlace> files() throws IOException {
    List<NamedPlace> files = new ArrayList<>();
    if (log.isPresent()) {
      files.add(NamedPlace.ofLocal(NamedPlace.LOG, log.get()));
    }
    if (summary.isPresent()) {
      files.add(NamedPlace.of(NamedPlace.SUMMARY, summary.get(), conf));
    }
    return files;
  }

  /** Checks, once the input is open, that no output holds, or lies in, what is read of it. */
  public void checkRead(Dataset<Row> input) throws IOException {
    List<NamedPlace> outputs = new ArrayList<>();
    for (NamedPlace output : outputs()) {
      outputs.addAll(places(output));
    }
    outputs.addAll(files());
    checkTablesRead(input, outputs);
    checkPatterns(outputs);
    if (spec.input().streaming()) {
      // A stream replaces nothing, and which files it will read is not known.
      return;
    }
    String key = inputs.key();
    key = spec.input().paths().isEmpty() && isOfCatalog() ? spec.input().key() : key;
    Map<Path, Location> folders = new HashMap<>();
    Set<Path> roots = inputs.roots();
    for (String uri : PlanReads.files(input)) {
      Path file = new Path(URI.create(uri));
      Location folder = folders.get(file.getParent());
      if (folder == null) {
        folder = Location.of(file.getParent(), conf);
        folders.put(file.getParent(), folder);
        for (Path listed : InputPaths.listed(file, roots)) {
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
        throw OverlapException.of(
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

  /** What patterns mean now, and what they would mean once the outputs are there. */
  private void checkPatterns(List<NamedPlace> outputs) throws IOException {
    for (InputPaths.Told told : inputs.patterns()) {
      for (Path match : inputs.found(told)) {
        Location location = Location.of(match, conf);
        NamedPlace read = new NamedPlace(told.key(), told.path(), location, location.shown());
        outputs.forEach(output -> checkApart(output, read));
      }
      List<InputPaths.Meaning> meanings = inputs.meanings(told);
      for (NamedPlace output : outputs) {
        for (Path path : List.of(output.location().path(), output.named(conf))) {
          if (meanings.stream().anyMatch(meaning -> meaning.matches(path))) {
            throw overlap(output, new NamedPlace(told.key(), told.path(), output.location(), ""));
          }
        }
      }
    }
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

  /** Whether something is written to the folder that has the folders of tables by default. */
  private boolean areInWarehouse(List<NamedPlace> outputs, List<NamedPlace> files)
      throws IOException {
    Path warehouse =
        CatalogTables.qualified(new Path(spark.conf().get("spark.sql.warehouse.dir")), conf);
    String root = Location.root(warehouse);
    for (NamedPlace written : Stream.concat(outputs.stream(), files.stream()).toList()) {
      // Where nothing is written, a file system may be out of reach.
      if (!written.key().equals(TABLE)
          && Location.root(written.location().path()).equals(root)
          && Location.of(warehouse, conf).holds(written.location())) {
        return true;
      }
    }
    return false;
  }

  /** Tables of the session's catalog that are files where the job writes. */
  private List<NamedPlace> tables(List<NamedPlace> outputs, List<NamedPlace> files)
      throws IOException {
    Set<String> roots = new HashSet<>();
    for (NamedPlace written : Stream.concat(outputs.stream(), files.stream()).toList()) {
      roots.add(Location.root(written.named(conf)));
      roots.add(Location.root(written.location().path()));
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

  private static OverlapException overlap(NamedPlace output, NamedPlace other) {
    return OverlapException.of(
        "%s is %s, which overlaps %s %s; choose %s.",
        output.title(),
        output.shown(),
        other.key(),
        other.shown(),
        output.isOption() ? "a file that lies apart" : "folders that lie apart");
  }

  private static void checkHoldsNone(NamedPlace output, List<NamedPlace> others) {
    for (NamedPlace other : others) {
      if (output.location().holds(other.location())) {
        throw OverlapException.of(
            "%s is %s, which %s %s; choose one of its own.",
            output.title(), output.shown(), output.isOption() ? "is" : "holds", other.key());
      }
    }
  }
}
