package io.normact.job.output;

import io.normact.sql.catalyst.SparkLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTablePartition;

/** The tables of a session's catalogs: their full names, and where they keep their files. */
final class CatalogTables {

  /** The session's own catalog. */
  static final String SESSION = "spark_catalog";

  private static final String CATALOG = "spark.sql.catalog.";

  private CatalogTables() {}

  /**
   * The folders of the tables on these file systems, by the tables' names, and those of partitions
   * that have folders of their own. Tables elsewhere are not looked for, since their file systems
   * may be out of reach.
   *
   * @param roots of the file systems, see {@link Location#root}
   */
  static Map<String, Path> folders(SparkSession spark, Set<String> roots, Configuration conf)
      throws IOException {
    Map<String, Path> folders = new TreeMap<>();
    for (CatalogTable table : SparkLine.tables(spark)) {
      String name = table.identifier().unquotedString();
      Optional<Path> folder = folder(table.storage(), conf);
      folder
          .filter(path -> roots.contains(Location.root(path)))
          .ifPresent(path -> folders.put(key(name), path));
      for (CatalogTablePartition partition : SparkLine.partitions(spark, table)) {
        // Most lie in the table's folder.
        folder(partition.storage(), conf)
            .filter(path -> folder.isEmpty() || !isIn(path, folder.get()))
            .filter(path -> roots.contains(Location.root(path)))
            .ifPresent(
                path ->
                    folders.put(
                        String.format(
                            Locale.ROOT,
                            "partition %s of table %s",
                            partition.spec().mkString(", ").replace(" -> ", "="),
                            name),
                        path));
      }
    }
    return folders;
  }

  private static Optional<Path> folder(CatalogStorageFormat storage, Configuration conf) {
    return storage.locationUri().isEmpty()
        ? Optional.empty()
        : Optional.of(qualified(new Path(storage.locationUri().get()), conf));
  }

  private static boolean isIn(Path path, Path folder) {
    return path.toString().startsWith(folder + "/");
  }

  /** What a message calls a table. */
  static String key(String name) {
    return String.format(Locale.ROOT, "table %s", name);
  }

  /** A table's folder, which its catalog may name without a file system. */
  static Path qualified(Path folder, Configuration conf) {
    return folder.makeQualified(FileSystem.getDefaultUri(conf), new Path("/"));
  }

  /**
   * The parts of a table's name, the catalog and the namespace that are left out put in front.
   *
   * <p>What is no name ends in the exception of Spark's parser, which is checked and not declared.
   */
  static List<String> fullName(SparkSession spark, String name) {
    List<String> parts = new ArrayList<>(SparkLine.nameParts(spark, name));
    if (parts.size() == 1) {
      parts.add(0, spark.catalog().currentDatabase());
    }
    String first = parts.get(0);
    boolean hasCatalog =
        parts.size() > 1 && (first.equals(SESSION) || spark.conf().contains(CATALOG + first));
    if (!hasCatalog) {
      parts.add(0, spark.catalog().currentCatalog());
    }
    return parts;
  }
}
