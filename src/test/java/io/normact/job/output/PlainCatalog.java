package io.normact.job.output;

import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A catalog with one table, t, that can't replace a table in one step: Spark would drop it first,
 * and write the new one then. Nothing that it has can be written to.
 */
@SuppressWarnings("deprecation") // What replaces it is not in Spark 3.5.
public final class PlainCatalog implements TableCatalog {

  private String name;

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listTables(String[] namespace) {
    return new Identifier[] {Identifier.of(namespace, "t")};
  }

  @Override
  public Table loadTable(Identifier identifier) throws NoSuchTableException {
    if (!identifier.name().equals("t")) {
      throw new NoSuchTableException(identifier);
    }
    return new ReadOnly();
  }

  @Override
  public Table createTable(
      Identifier identifier,
      StructType schema,
      Transform[] partitions,
      Map<String, String> properties) {
    throw new UnsupportedOperationException("No table is made here.");
  }

  @Override
  public Table alterTable(Identifier identifier, TableChange... changes) {
    throw new UnsupportedOperationException("No table is changed here.");
  }

  @Override
  public boolean dropTable(Identifier identifier) {
    throw new AssertionError("A table is dropped that was to be replaced.");
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException("No table is renamed here.");
  }

  private static final class ReadOnly implements SupportsRead {
    @Override
    public String name() {
      return "t";
    }

    @Override
    public StructType schema() {
      return new StructType().add("a", DataTypes.DoubleType);
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      throw new UnsupportedOperationException("No row is read here.");
    }
  }
}
