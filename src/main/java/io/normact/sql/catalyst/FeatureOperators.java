package io.normact.sql.catalyst;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;

/**
 * Puts a {@link FeatureProjectExec} in the place of projections that compute features of what comes
 * in columns, such as a scan of Parquet, or in rows too wide for whole-stage code.
 *
 * <p>A value costs a copy and a step of a vector loop there. As rows it costs the way into a row's
 * array and out again besides, which at 32 columns was two thirds of the scan's own time.
 */
public final class FeatureOperators extends ColumnarRule {

  @Override
  public Rule<SparkPlan> preColumnarTransitions() {
    return new Rule<>() {
      @Override
      public SparkPlan apply(SparkPlan plan) {
        return plan.transformUp(TreeRule.everywhere(FeatureOperators::faster));
      }
    };
  }

  private static SparkPlan faster(SparkPlan plan) {
    if (!(plan instanceof ProjectExec taking)) {
      return plan;
    }
    SparkPlan source = taking.child();
    ProjectExec whole = taking;
    if (source instanceof ProjectExec gathering && gathersAlone(gathering)) {
      source = gathering.child();
      whole = merged(taking, gathering);
    }
    boolean inColumns = source.supportsColumnar();
    return (inColumns || WideProjectExec.isTooWide(source, taking)) && hasFeature(whole)
        ? faster(whole, inColumns).orElse(plan)
        : plan;
  }

  private static boolean hasFeature(ProjectExec project) {
    boolean[] found = new boolean[1];
    TreeRule.mapped(
        project,
        expression -> {
          found[0] |= FeatureProjectExec.isFeature(expression);
          return expression;
        });
    return found[0];
  }

  /** Whether a projection does nothing but to rename, and to add arrays of features. */
  private static boolean gathersAlone(ProjectExec plan) {
    return SparkLine.projectList(plan).stream()
        .allMatch(
            field ->
                field instanceof Attribute
                    || (field instanceof Alias alias
                        && (alias.child() instanceof Attribute
                            || (alias.child() instanceof GatheredFeatures gathered
                                && !gathered.isKeyed()))));
  }

  /** Both projections as one, in which each feature says anew what array it is taken from. */
  private static ProjectExec merged(ProjectExec taking, ProjectExec gathering) {
    Map<ExprId, Alias> added = new HashMap<>();
    for (NamedExpression field : SparkLine.projectList(gathering)) {
      if (field instanceof Alias alias) {
        added.put(field.exprId(), alias);
      }
    }
    ProjectExec merged =
        TreeRule.mapped(
            taking,
            expression -> {
              if (expression instanceof TakenFeature taken
                  && taken.array() instanceof Attribute array
                  && added.containsKey(array.exprId())) {
                return taken.from(added.get(array.exprId()).child(), taken.place());
              }
              return expression instanceof Attribute column && added.containsKey(column.exprId())
                  ? added.get(column.exprId())
                  : expression;
            });
    return (ProjectExec) merged.mapChildren(TreeRule.function(child -> gathering.child()));
  }

  private static Optional<SparkPlan> faster(ProjectExec project, boolean inColumns) {
    List<NamedExpression> fields = SparkLine.projectList(project);
    if (fields.stream().allMatch(FeatureProjectExec::canHave)) {
      return projection(fields, project.child(), inColumns);
    }
    Map<Expression, NamedExpression> columns = new LinkedHashMap<>();
    ProjectExec rest =
        TreeRule.mapped(
            project,
            expression -> {
              if (expression instanceof Attribute column) {
                columns.put(column, column);
              } else if (FeatureProjectExec.isFeature(expression)) {
                return columns
                    .computeIfAbsent(expression, feature -> SparkLine.alias(feature, "feature"))
                    .toAttribute();
              }
              return expression;
            });
    return projection(List.copyOf(columns.values()), project.child(), inColumns)
        .map(below -> rest.mapChildren(TreeRule.function(child -> below)));
  }

  private static Optional<SparkPlan> projection(
      List<NamedExpression> fields, SparkPlan source, boolean inColumns) {
    if (inColumns) {
      return Optional.of(new ColumnarProjectExec(SparkLine.seq(fields), source));
    }
    return fields.stream()
            .map(NamedExpression::toAttribute)
            .allMatch(field -> WideProjectExec.holds(field.dataType()))
        ? Optional.of(new WideProjectExec(SparkLine.seq(fields), source))
        : Optional.empty();
  }
}
