package io.normact.sql.catalyst;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.expressions.CallMethodViaReflection;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.plans.logical.ScriptTransformation;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.execution.FileRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import scala.Option;
import scala.PartialFunction;

/**
 * What a query reads and runs, as far as its analysed plan tells, subqueries and views included.
 *
 * @param tables the tables of catalogs that it reads
 * @param runs what it would run beside SQL; empty if nothing
 */
public record PlanReads(List<Table> tables, Optional<String> runs) {

  /**
   * A table.
   *
   * @param name its name with its catalog and namespace, joined by dots
   * @param location where its files are, if it has some and says so
   * @param layout how its rows are divided into partitions, as the table's source says it
   * @param replacedAtOnce whether its catalog can put another table in its place in one step
   */
  public record Table(
      String name, Optional<Path> location, List<String> layout, boolean replacedAtOnce) {}

  /** What the query of a dataset does. */
  public static PlanReads of(Dataset<?> data) {
    LogicalPlan plan = data.queryExecution().analyzed();
    List<Table> tables = new ArrayList<>();
    List<String> runs = new ArrayList<>();
    visit(plan, node -> table(node).ifPresent(tables::add));
    visit(
        plan,
        node -> {
          if (node instanceof ScriptTransformation) {
            runs.add("a script");
          } else if (node instanceof Command) {
            runs.add("a command");
          }
        });
    plan.transformAllExpressionsWithSubqueries(
        new Visitor<Expression>(
            expression -> {
              if (expression instanceof CallMethodViaReflection) {
                runs.add("a method of Java");
              }
            }));
    return new PlanReads(List.copyOf(tables), runs.stream().findFirst());
  }

  /**
   * The files that a query reads, and of relations that no catalog knows also those that it leaves
   * out, as a filter on partitions does.
   */
  public static Set<String> files(Dataset<?> data) {
    Set<String> files = new LinkedHashSet<>(Arrays.asList(data.inputFiles()));
    visit(
        data.queryExecution().analyzed(),
        node -> {
          if (node instanceof LogicalRelation relation
              && relation.catalogTable().isEmpty()
              && relation.relation() instanceof FileRelation all) {
            files.addAll(Arrays.asList(all.inputFiles()));
          } else if (node instanceof DataSourceV2Relation relation
              && relation.identifier().isEmpty()
              && relation.table() instanceof FileTable table) {
            files.addAll(Arrays.asList(table.fileIndex().inputFiles()));
          }
        });
    return files;
  }

  /**
   * Whether a statement that was parsed only reads. What does more is a command, or becomes one
   * when it is analysed.
   */
  public static boolean isQuery(LogicalPlan statement) {
    List<LogicalPlan> others = new ArrayList<>();
    visit(
        statement,
        node -> {
          if (node instanceof Command
              || node instanceof ParsedStatement
              || node instanceof ScriptTransformation) {
            others.add(node);
          }
        });
    return others.isEmpty();
  }

  private static void visit(LogicalPlan plan, Consumer<LogicalPlan> visitor) {
    plan.transformWithSubqueries(new Visitor<>(visitor));
  }

  private static Optional<Table> table(LogicalPlan node) {
    if (node instanceof LogicalRelation relation && relation.catalogTable().isDefined()) {
      return Optional.of(table(relation.catalogTable().get()));
    }
    if (node instanceof HiveTableRelation relation) {
      return Optional.of(table(relation.tableMeta()));
    }
    if (node instanceof DataSourceV2Relation relation && relation.identifier().isDefined()) {
      Identifier identifier = relation.identifier().get();
      List<String> parts = new ArrayList<>();
      if (relation.catalog().isDefined()) {
        parts.add(relation.catalog().get().name());
      }
      parts.addAll(Arrays.asList(identifier.namespace()));
      parts.add(identifier.name());
      return Optional.of(
          new Table(
              String.join(".", parts),
              Optional.ofNullable(relation.table().properties().get(TableCatalog.PROP_LOCATION))
                  .map(Path::new),
              Arrays.stream(relation.table().partitioning()).map(Transform::describe).toList(),
              relation.catalog().isDefined()
                  && relation.catalog().get() instanceof StagingTableCatalog));
    }
    return Optional.empty();
  }

  private static Table table(CatalogTable table) {
    Option<URI> location = table.storage().locationUri();
    return new Table(
        table.identifier().unquotedString(),
        location.isDefined() ? Optional.of(new Path(location.get())) : Optional.empty(),
        List.of(table.partitionSchema().fieldNames()),
        false);
  }

  /** Sees each node that it is asked about, and changes none. */
  private static final class Visitor<T> implements PartialFunction<T, T> {

    private final Consumer<T> visitor;

    Visitor(Consumer<T> visitor) {
      this.visitor = visitor;
    }

    @Override
    public boolean isDefinedAt(T node) {
      visitor.accept(node);
      return false;
    }

    @Override
    public T apply(T node) {
      return node;
    }
  }
}
