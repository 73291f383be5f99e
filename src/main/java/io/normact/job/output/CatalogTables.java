package io.normact.job.output;

import io.normact.sql.catalyst.SparkLine;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;

/** Where the tables of a session's catalog keep their files. */
final class CatalogTables {

  private CatalogTables() {}

  /**
   * The folders of the tables on these file systems, by the tables' names. Tables elsewhere are not
   * looked for, since their file systems may be out of reach.
   *
   * @param roots of the file systems, see {@link Location#root}
   */
  static Map<String, Path> folders(SparkSession spark, Set<String> roots, Configuration conf)
      throws IOException {
    URI usual = FileSystem.getDefaultUri(conf);
    Map<String, Path> folders = new TreeMap<>();
    for (CatalogTable table : SparkLine.tables(spark)) {
      if (table.storage().locationUri().isEmpty()) {
        continue;
      }
      Path folder = new Path(table.storage().locationUri().get());
      Path qualified = folder.makeQualified(usual, new Path("/"));
      if (roots.contains(Location.root(qualified))) {
        folders.put(
            String.format(Locale.ROOT, "table %s", table.identifier().unquotedString()), qualified);
      }
    }
    return folders;
  }
}
