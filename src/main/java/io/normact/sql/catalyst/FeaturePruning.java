package io.normact.sql.catalyst;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * A rule of the optimizer, which leaves out of {@link GatheredFeatures} those that no {@link
 * TakenFeature} takes, so that Spark does not read their columns.
 */
public final class FeaturePruning extends Rule<LogicalPlan> {

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return plan.transformDown(TreeRule.everywhere(FeaturePruning::pruned));
  }

  private static LogicalPlan pruned(LogicalPlan node) {
    LogicalPlan own = TreeRule.mapped(node, FeaturePruning::prunedInPlace);
    return own instanceof Project taking && taking.child() instanceof Project gathering
        ? pruned(taking, gathering)
        : own;
  }

  /** A feature taken from an array that nothing else is taken from. */
  private static Expression prunedInPlace(Expression expression) {
    return expression instanceof TakenFeature taken
            && taken.array() instanceof GatheredFeatures gathered
            && gathered.size() > 1
        ? taken.from(gathered.only(List.of(taken.place())), 0)
        : expression;
  }

  private static LogicalPlan pruned(Project taking, Project gathering) {
    Uses uses = new Uses();
    TreeRule.mapped(taking, uses::count);
    Map<ExprId, List<Integer>> kept = new HashMap<>();
    LogicalPlan source =
        TreeRule.mapped(
            gathering,
            expression -> {
              if (!(expression instanceof Alias alias)
                  || !(alias.child() instanceof GatheredFeatures gathered)) {
                return expression;
              }
              List<Integer> places = uses.places(alias.exprId());
              if (places.isEmpty() || places.size() == gathered.size()) {
                return expression;
              }
              kept.put(alias.exprId(), places);
              return alias.mapChildren(TreeRule.function(child -> gathered.only(places)));
            });
    if (kept.isEmpty()) {
      return taking;
    }
    LogicalPlan result =
        TreeRule.mapped(
            taking,
            expression ->
                expression instanceof TakenFeature taken
                        && taken.array() instanceof Attribute array
                        && kept.containsKey(array.exprId())
                    ? taken.at(kept.get(array.exprId()).indexOf(taken.place()))
                    : expression);
    return result.mapChildren(TreeRule.function(child -> source));
  }

  /** What a projection does with arrays of features. */
  private static final class Uses {

    private final Map<ExprId, TreeSet<Integer>> taken = new HashMap<>();
    private final Map<ExprId, Integer> others = new HashMap<>();

    Expression count(Expression expression) {
      if (expression instanceof TakenFeature feature
          && feature.array() instanceof Attribute array) {
        taken.computeIfAbsent(array.exprId(), id -> new TreeSet<>()).add(feature.place());
        others.merge(array.exprId(), -1, Integer::sum);
      } else if (expression instanceof Attribute attribute) {
        others.merge(attribute.exprId(), 1, Integer::sum);
      }
      return expression;
    }

    /** Which features are taken from an array; empty where it is used in another way. */
    List<Integer> places(ExprId array) {
      return taken.containsKey(array) && others.get(array) == 0
          ? List.copyOf(taken.get(array))
          : List.of();
    }
  }
}
