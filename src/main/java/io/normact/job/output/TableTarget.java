package io.normact.job.output;

import io.normact.job.spec.Failure;
import io.normact.job.spec.JobException;
import io.normact.job.spec.JobSpec;
import io.normact.job.spec.Names;
import io.normact.job.spec.SpecException;
import io.normact.sql.catalyst.PlanReads;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.functions;
import scala.Option;

/**
 * A table of a catalog that rows are written to. A source with transactions replaces and appends in
 * one transaction. Spark's own tables of files are first written whole under another name that
 * nobody has, and then say by a property that they are to replace the old one. After that the old
 * table is dropped and the new one renamed. A job that finds the new one alone renames it.
 */
final class TableTarget {

  /** What the names of new tables end in, maybe with a number behind. */
  private static final String FRESH = "_normact_new";

  /**
   * Property of a new table that is complete, until it stands in its place: the full name of the
   * table that it replaces. A table without it is somebody's own, whatever its name.
   */
  private static final String REPLACES = "normact.replaces";

  /**
   * Whether a catalog keeps where each partition is. Some catalogs forget to move them when a table
   * is renamed.
   */
  private static final String PARTITIONS_KEPT = "spark.sql.hive.manageFilesourcePartitions";

  private final SparkSession spark;
  private final JobSpec.Output spec;
  private final JobSpec.Mode mode;
  private final String text;
  private final List<String> name;

  TableTarget(SparkSession spark, JobSpec.Output spec, JobSpec.Mode mode) {
    this.spark = spark;
    this.spec = spec;
    this.mode = mode;
    text = spec.table().orElseThrow();
    name = refusable(() -> CatalogTables.fullName(spark, text));
  }

  /** The table's full name. */
  String fullName() {
    return String.join(".", name);
  }

  /** Whether it is there. */
  boolean exists() {
    return refusable(() -> spark.catalog().tableExists(quoted(name)));
  }

  /** Where its files are, if it is there and has a folder; else where they will be. */
  Optional<Path> folder(Configuration conf) {
    if (!exists()) {
      return isInSession() && spark.sessionState().catalog().databaseExists(name.get(1))
          ? Optional.of(folderOf(name).path())
          : Optional.empty();
    }
    if (isView()) {
      return Optional.empty();
    }
    return described()
        .flatMap(PlanReads.Table::location)
        .map(folder -> CatalogTables.qualified(folder, conf));
  }

  /** What its source says of it. */
  private Optional<PlanReads.Table> described() {
    return PlanReads.of(there()).tables().stream()
        .filter(table -> table.name().equalsIgnoreCase(fullName()))
        .findFirst();
  }

  private Dataset<Row> there() {
    return refusable(() -> spark.table(quoted(name)));
  }

  /**
   * Checks that the rows may be written there.
   *
   * @throws SpecException if something is there that is not to be replaced, or not like this
   */
  void check() {
    if (isInSession() && !refusable(() -> spark.catalog().databaseExists(name.get(1)))) {
      throw SpecException.of(
          "Key 'output.table' is '%s', but there is no database '%s'.", text, name.get(1));
    }
    if (!exists()) {
      return;
    }
    if (isView()) {
      throw SpecException.of(
          "Key 'output.table' is '%s', which is a view; choose another name.", text);
    }
    if (mode == JobSpec.Mode.ERROR) {
      throw SpecException.of(
          "Key 'output.table' is '%s', which exists already; choose another name, or set mode to append or overwrite.",
          text);
    }
    if (mode == JobSpec.Mode.APPEND) {
      checkLikeTable();
    } else if (isOfFiles() && !type().equals("MANAGED")) {
      throw SpecException.of(
          "Key 'output.table' is '%s', a table over files of its own at '%s', which is not replaced; append to it, or write to output.path.",
          text, new Path(metadata().storage().locationUri().get()));
    }
  }

  private void checkLikeTable() {
    if (isOfFiles() && !spec.format().isEmpty() && !spec.format().equals(format())) {
      throw SpecException.of(
          "Key 'output.format' is '%s', but table '%s' is of format %s; leave the key out.",
          spec.format(), text, format());
    }
    List<String> partitions = partitions();
    boolean same = spec.partitionBy().size() == partitions.size();
    for (int i = 0; same && i < partitions.size(); i++) {
      same = Names.same(partitions.get(i), spec.partitionBy().get(i));
    }
    if (!same && !spec.partitionBy().isEmpty()) {
      throw SpecException.of(
          "Key 'output.partitionBy' is %s, but table '%s' is laid out by %s; leave the key out.",
          spec.partitionBy(), text, partitions);
    }
  }

  /**
   * Writes the rows.
   *
   * @return how many
   */
  long write(Dataset<Row> rows) {
    boolean exists = exists();
    List<List<String>> left =
        isInSession() && mode == JobSpec.Mode.OVERWRITE ? leftByKilledJobs() : List.of();
    if (!exists && !left.isEmpty()) {
      // A job was killed after it had dropped the old table.
      rename(left.get(0));
      exists = true;
    }
    if (!exists) {
      return saveNew(rows, name);
    }
    if (mode == JobSpec.Mode.APPEND) {
      return save(rows, name, SaveMode.Append, isOfFiles() ? format() : spec.format());
    }
    if (!isOfFiles()) {
      return replace(rows);
    }
    left.forEach(this::drop);
    List<String> fresh = freeName();
    long written = saveWithoutPartitionsKept(rows, fresh);
    spark.sql(
        String.format(
            Locale.ROOT,
            "ALTER TABLE %s SET TBLPROPERTIES ('%s' = '%s')",
            quoted(fresh),
            REPLACES,
            fullName()));
    drop(name);
    rename(fresh);
    return written;
  }

  /** Tables that jobs had completed, and did not get to put in this one's place. */
  private List<List<String>> leftByKilledJobs() {
    String beginning = last() + FRESH;
    return spark
        .sql(String.format(Locale.ROOT, "SHOW TABLES IN %s", quoted(name.subList(0, 2))))
        .where("NOT isTemporary")
        .collectAsList()
        .stream()
        .map(row -> row.<String>getAs("tableName"))
        .filter(table -> table.regionMatches(true, 0, beginning, 0, beginning.length()))
        .map(table -> List.of(name.get(0), name.get(1), table))
        .filter(table -> fullName().equalsIgnoreCase(replacedBy(table)))
        .toList();
  }

  /** The table that another one is to replace; null if that is an ordinary table. */
  private String replacedBy(List<String> table) {
    Option<String> replaced = metadata(table).properties().get(REPLACES);
    return replaced.isDefined() ? replaced.get() : null;
  }

  /** A name that no table has, and whose folder is not there either. */
  private List<String> freeName() {
    for (int number = 1; ; number++) {
      List<String> free =
          List.of(name.get(0), name.get(1), last() + FRESH + (number == 1 ? "" : number));
      if (!spark.catalog().tableExists(quoted(free)) && !folderOf(free).exists()) {
        return free;
      }
    }
  }

  /** Saves a table that is not there, or nothing. */
  private long saveNew(Dataset<Row> rows, List<String> to) {
    boolean free = isInSession() && !folderOf(to).exists();
    try {
      return save(rows, to, SaveMode.ErrorIfExists, spec.format());
    } catch (RuntimeException e) {
      if (free && !spark.catalog().tableExists(quoted(to))) {
        folderOf(to).delete();
      }
      throw e;
    }
  }

  private long saveWithoutPartitionsKept(Dataset<Row> rows, List<String> to) {
    String before = spark.conf().get(PARTITIONS_KEPT);
    spark.conf().set(PARTITIONS_KEPT, false);
    try {
      return saveNew(rows, to);
    } finally {
      spark.conf().set(PARTITIONS_KEPT, before);
    }
  }

  /**
   * Replaces the rows of a table that is not Spark's own. Where the columns stay, so does all else:
   * layout, properties, comments.
   */
  private long replace(Dataset<Row> rows) {
    List<String> layout = partitions();
    boolean staysLaidOut = spec.partitionBy().isEmpty() || spec.partitionBy().equals(layout);
    if (isInSession() && !TransactionLog.ICEBERG.isOf(format())) {
      return save(rows, name, SaveMode.Overwrite, spec.format());
    }
    if (staysLaidOut && columns(rows).equals(columns(there()))) {
      return OutputWriter.write(
          rows,
          counted ->
              counted.writeTo(quoted(name)).options(spec.options()).overwrite(functions.lit(true)));
    }
    if (spec.partitionBy().isEmpty() && !layout.isEmpty()) {
      throw SpecException.of(
          "Key 'output.table' is '%s', which has other columns and is laid out by %s; set output.partitionBy to say how it is to be laid out, or choose another name.",
          text, layout);
    }
    if (described().filter(PlanReads.Table::replacedAtOnce).isEmpty()) {
      throw SpecException.of(
          "Key 'output.table' is '%s', which has other columns or another layout, and catalog '%s' can't replace a table at once; drop it first, or choose another name.",
          text, name.get(0));
    }
    return save(rows, name, SaveMode.Overwrite, spec.format());
  }

  private static List<String> columns(Dataset<Row> rows) {
    return Arrays.stream(rows.schema().fields())
        .map(field -> field.name() + " " + field.dataType().catalogString())
        .toList();
  }

  private long save(Dataset<Row> rows, List<String> to, SaveMode how, String format) {
    // Spark wants to be told how its own tables are laid out.
    List<String> partitions =
        how == SaveMode.Append && spec.partitionBy().isEmpty() && isOfFiles()
            ? partitions()
            : spec.partitionBy();
    return OutputWriter.write(
        rows,
        counted -> {
          DataFrameWriter<Row> writer = counted.write();
          writer.options(spec.options()).mode(how);
          if (!format.isEmpty()) {
            writer.format(format);
          }
          if (!partitions.isEmpty()) {
            writer.partitionBy(partitions.toArray(new String[0]));
          }
          writer.saveAsTable(quoted(to));
        });
  }

  private void drop(List<String> table) {
    spark.sql(String.format(Locale.ROOT, "DROP TABLE IF EXISTS %s", quoted(table)));
  }

  private void rename(List<String> from) {
    spark.sql(
        String.format(
            Locale.ROOT, "ALTER TABLE %s RENAME TO %s", quoted(from), quoted(name.subList(1, 3))));
    spark.sql(
        String.format(
            Locale.ROOT,
            "ALTER TABLE %s UNSET TBLPROPERTIES IF EXISTS ('%s')",
            quoted(name),
            REPLACES));
    if (!partitions().isEmpty()) {
      spark.sql(String.format(Locale.ROOT, "MSCK REPAIR TABLE %s", quoted(name)));
    }
  }

  private List<String> partitions() {
    return described().map(PlanReads.Table::layout).orElse(List.of());
  }

  private String last() {
    return name.get(name.size() - 1);
  }

  private boolean isInSession() {
    return name.get(0).equals(CatalogTables.SESSION) && name.size() == 3;
  }

  private boolean isView() {
    return type().contains("VIEW");
  }

  private String type() {
    String type = refusable(() -> spark.catalog().getTable(quoted(name))).tableType();
    return type == null ? "" : type;
  }

  /** Whether it is Spark's own kind of table, without transactions. */
  private boolean isOfFiles() {
    return isInSession() && !TransactionLog.isKeptBy(format());
  }

  private String format() {
    return metadata().provider().isDefined()
        ? metadata().provider().get().toLowerCase(Locale.ROOT)
        : "";
  }

  private CatalogTable metadata() {
    return metadata(name);
  }

  private CatalogTable metadata(List<String> table) {
    return refusable(() -> spark.sessionState().catalog().getTableMetadata(identifier(table)));
  }

  /** Where the session's catalog puts the files of a table. */
  private TableFolder folderOf(List<String> table) {
    return refusable(
        () ->
            TableFolder.of(
                new Path(spark.sessionState().catalog().defaultTablePath(identifier(table))),
                spark));
  }

  private TableIdentifier identifier(List<String> table) {
    try {
      return spark.sessionState().sqlParser().parseTableIdentifier(quoted(table.subList(1, 3)));
    } catch (Exception e) {
      // A ParseException, which is not declared.
      throw SpecException.at("output.table", e);
    }
  }

  private static String quoted(List<String> parts) {
    return parts.stream()
        .map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }

  /** What Spark refuses here is a wrong name. */
  private static <T> T refusable(Callable<T> asked) {
    try {
      return asked.call();
    } catch (Exception e) {
      if (Failure.isRefusal(e)) {
        throw SpecException.at("output.table", e);
      }
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new JobException(Failure.message(e), e);
    }
  }
}
