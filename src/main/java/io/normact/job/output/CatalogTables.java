package io.normact.job.output;

import io.normact.sql.catalyst.SparkLine;
import java.io.IOException;
import java.net.URI;
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

/** Where the tables of a session's catalog keep their files. */
final class CatalogTables {

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
    URI usual = FileSystem.getDefaultUri(conf);
    Map<String, Path> folders = new TreeMap<>();
    for (CatalogTable table : SparkLine.tables(spark)) {
      String name = table.identifier().unquotedString();
      Optional<Path> folder = folder(table.storage(), usual);
      folder
          .filter(path -> roots.contains(Location.root(path)))
          .ifPresent(path -> folders.put(String.format(Locale.ROOT, "table %s", name), path));
      for (CatalogTablePartition partition : SparkLine.partitions(spark, table)) {
        // Most lie in the table's folder.
        folder(partition.storage(), usual)
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

  private static Optional<Path> folder(CatalogStorageFormat storage, URI usual) {
    return storage.locationUri().isEmpty()
        ? Optional.empty()
        : Optional.of(new Path(storage.locationUri().get()).makeQualified(usual, new Path("/")));
  }

  private static boolean isIn(Path path, Path folder) {
    return path.toString().startsWith(folder + "/");
  }
}
