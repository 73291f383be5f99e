package io.normact.onnx;

import io.normact.scoring.plan.InvalidRows;
import io.normact.scoring.plan.RowPlan;
import io.normact.scoring.plan.RowPlan.Column;
import io.normact.scoring.plan.RowPlan.Segment;
import io.normact.scoring.plan.RowPlan.Step;
import io.normact.scoring.plan.StageFunction;
import io.normact.scoring.plan.StageFunction.Activated;
import io.normact.scoring.plan.StageFunction.Normalized;
import io.normact.scoring.plan.StageFunction.Numbers;
import io.normact.scoring.plan.StageFunction.Restored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The graph of a plan: each block of it is a tensor of rows. */
final class PlanGraph {

  private final RowPlan plan;
  private final Graph g;
  private final ActivationGraph activations;
  private final boolean columnsApart;
  private final boolean open;
  private final List<String> blocks = new ArrayList<>();

  /**
   * A graph of this plan.
   *
   * @param columnsApart whether each column is an input and output of its own
   * @param open whether a row may be of any width, whatever the plan says
   */
  PlanGraph(RowPlan plan, NumberType precision, boolean columnsApart, boolean open) {
    this.plan = plan;
    this.columnsApart = columnsApart;
    this.open = open;
    g = new Graph(precision);
    activations = new ActivationGraph(g);
  }

  Message message() {
    boolean oneInput = !columnsApart || plan.inputs().size() == 1;
    boolean oneOutput = !columnsApart || plan.outputs().size() == 1;
    String inputName = plan.inputs().size() == 1 ? plan.inputs().get(0).name() : "input";
    String outputName = plan.outputs().size() == 1 ? plan.outputs().get(0).name() : "output";
    List.of(inputName, outputName).forEach(g::reserve);
    plan.inputs().forEach(column -> g.reserve(column.name()));
    plan.outputs().forEach(column -> g.reserve(column.name()));
    blocks.add(oneInput ? row(inputName) : columns());
    String invalid = null;
    for (Step step : plan.steps()) {
      String x = gathered(step.sources());
      String found = invalid(step.invalid(), x);
      invalid = invalid == null ? found : found == null ? invalid : g.op("Or", invalid, found);
      blocks.add(value(step, x));
    }
    if (oneOutput) {
      List<Segment> all =
          plan.outputs().stream().map(Column::segments).flatMap(List::stream).toList();
      output(outputName, all, invalid);
    } else {
      for (Column column : plan.outputs()) {
        output(column.name(), column.segments(), invalid);
      }
    }
    return g.message();
  }

  private int width(int width) {
    return open ? -1 : width;
  }

  private String row(String name) {
    g.input(name, width(plan.width()));
    return name;
  }

  private String columns() {
    plan.inputs().forEach(column -> g.input(column.name(), column.width()));
    return g.op(
        "Concat",
        Map.of("axis", 1),
        plan.inputs().stream().map(Column::name).toArray(String[]::new));
  }

  private void output(String name, List<Segment> segments, String invalid) {
    String y = gathered(segments);
    String result = invalid == null ? y : g.where(invalid, g.number(Double.NaN), y);
    g.output(name, width(segments.stream().mapToInt(Segment::length).sum()), result);
  }

  private String gathered(List<Segment> sources) {
    String[] parts = sources.stream().map(this::part).toArray(String[]::new);
    return parts.length == 1 ? parts[0] : g.op("Concat", Map.of("axis", 1), parts);
  }

  private String part(Segment segment) {
    int block = segment.block();
    int whole = block == 0 ? plan.width() : plan.steps().get(block - 1).width();
    if (segment.length() == whole) {
      return blocks.get(block);
    }
    if (open) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column '%s' is of a width that no stage says, but a stage puts it beside others; normalise it first.",
              plan.inputs().get(0).name()));
    }
    return g.op(
        "Slice",
        blocks.get(block),
        g.positions(segment.from()),
        g.positions(segment.from() + segment.length()),
        g.positions(1));
  }

  /** A flag a row: whether it holds what the policy is about; null if it is about nothing. */
  private String invalid(InvalidRows policy, String x) {
    return switch (policy) {
      case KEEP -> null;
      case REJECT, DROP -> g.any(notFinite(x));
      case REJECT_NAN, DROP_NAN -> g.any(g.op("IsNaN", x));
      case DROP_ALL -> throw new IllegalStateException("A graph knows no keys.");
    };
  }

  private String notFinite(String x) {
    return g.op("Not", g.equal(g.sub(x, x), g.number(0)));
  }

  private String replaced(Normalized f, String x) {
    return f.replacements().length == 0 ? x : g.where(notFinite(x), g.numbers(f.replacements()), x);
  }

  private String clipped(Normalized f, String z) {
    if (f.bounds().length == 0) {
      return z;
    }
    String least = g.op("Max", z, g.numbers(f.bounds()[0]));
    String most = g.op("Min", least, g.numbers(f.bounds()[1]));
    return g.where(g.op("IsNaN", z), z, most);
  }

  private String value(Step step, String x) {
    StageFunction function = step.function();
    if (function instanceof Activated activated) {
      if (activated.slope()) {
        throw new IllegalArgumentException(
            step.stage()
                + " has output=slope, which can't be written in operators of ONNX; score it by io.normact.scoring.");
      }
      return activations.value(activated.activation(), x);
    }
    if (function instanceof StageFunction.Flagged) {
      return g.where(notFinite(x), g.number(1), g.number(0));
    }
    if (function instanceof Normalized normalized) {
      Numbers numbers = normalized.of();
      String z = clipped(normalized, normalized(numbers, replaced(normalized, x)));
      return numbers.slopes().length > 0
          ? activations.prelu(z, numbers.slopes())
          : activations.value(numbers.activation(), z);
    }
    return function instanceof Restored restored ? restored(restored.from(), x) : x;
  }

  /**
   * The mean in two numbers where one of the precision doesn't hold it, since the difference may be
   * small beside it.
   */
  private String normalized(Numbers f, String x) {
    double[] high = Arrays.stream(f.mean()).map(g.precision::nearest).toArray();
    double[] low = new double[high.length];
    Arrays.setAll(low, j -> g.precision.rest(f.mean()[j] - high[j]));
    String z = isAll(high, 0) ? x : g.sub(x, g.numbers(high));
    z = isAll(low, 0) ? z : g.sub(z, g.numbers(low));
    z = isAll(f.scale(), 1) ? z : g.mul(z, g.numbers(f.scale()));
    return isAll(f.beta(), 0) ? z : g.add(z, g.numbers(f.beta()));
  }

  private String restored(Numbers f, String y) {
    String z =
        f.slopes().length > 0
            ? activations.inversePrelu(y, f.slopes())
            : activations.inverse(f.activation(), y);
    z = isAll(f.beta(), 0) ? z : g.sub(z, g.numbers(f.beta()));
    boolean[] constant = new boolean[f.scale().length];
    double[] divisor = f.scale().clone();
    boolean any = false;
    for (int j = 0; j < constant.length; j++) {
      constant[j] = f.scale()[j] == 0;
      divisor[j] = constant[j] ? 1 : f.scale()[j];
      any |= constant[j];
    }
    z = isAll(divisor, 1) ? z : g.div(z, g.numbers(divisor));
    if (any) {
      z = g.where(g.flags(constant), g.mul(y, g.number(0)), z);
    }
    return isAll(f.mean(), 0) ? z : g.add(z, g.numbers(f.mean()));
  }

  private static boolean isAll(double[] values, double value) {
    return Arrays.stream(values).allMatch(v -> v == value);
  }
}
