package io.normact.scoring;

import io.normact.math.array.FiniteValues;
import io.normact.math.row.FeatureFunction;
import io.normact.math.row.RejectedValue;
import io.normact.scoring.plan.InvalidRows;
import io.normact.scoring.plan.RowPlan;
import io.normact.scoring.plan.RowPlan.Column;
import io.normact.scoring.plan.RowPlan.Segment;
import io.normact.scoring.plan.RowPlan.Step;
import java.util.Arrays;
import java.util.List;

/** A plan ready to run: each thread has the plan's blocks for itself and keeps them. */
final class RowProgram {

  private final int inputs;
  private final int outputs;
  private final Step[] steps;
  private final FeatureFunction[] functions;
  private final Segment[][] sources;
  private final boolean[][] single;
  private final Segment[] results;
  private final boolean lastIsResult;
  private final ThreadLocal<double[][]> blocks;

  RowProgram(RowPlan plan) {
    inputs = plan.width();
    outputs = RowPlan.width(plan.outputs());
    steps = plan.steps().toArray(new Step[0]);
    functions =
        Arrays.stream(steps).map(s -> s.function().function()).toArray(FeatureFunction[]::new);
    sources =
        Arrays.stream(steps)
            .map(step -> step.sources().toArray(new Segment[0]))
            .toArray(Segment[][]::new);
    single = new boolean[steps.length][];
    for (int i = 0; i < steps.length; i++) {
      single[i] = new boolean[steps[i].width()];
      for (int j = 0; j < single[i].length; j++) {
        single[i][j] = steps[i].single().get(j);
      }
    }
    List<Segment> from =
        plan.outputs().stream().map(Column::segments).flatMap(List::stream).toList();
    results = from.toArray(new Segment[0]);
    lastIsResult = isLastBlock(from);
    blocks = ThreadLocal.withInitial(this::newBlocks);
  }

  /** Whether the results are the last step's, one after the other. */
  private boolean isLastBlock(List<Segment> from) {
    int at = 0;
    for (Segment segment : from) {
      if (segment.block() != steps.length || segment.from() != at) {
        return false;
      }
      at += segment.length();
    }
    return at == steps[steps.length - 1].width();
  }

  private double[][] newBlocks() {
    double[][] made = new double[1 + steps.length][];
    made[0] = new double[inputs];
    for (int i = 0; i < steps.length; i++) {
      made[i + 1] = new double[steps[i].width()];
    }
    return made;
  }

  int inputs() {
    return inputs;
  }

  int outputs() {
    return outputs;
  }

  /** This thread's block for a row; what is put there may be scored. */
  double[] row() {
    return blocks.get()[0];
  }

  /** Scores a row into an array, which may be the row. */
  void score(double[] row, double[] out) {
    double[][] mine = blocks.get();
    double[] own = mine[0];
    double[] last = mine[steps.length];
    mine[0] = row;
    // With one step a row may be its own result, since it is copied whole before anything is done.
    boolean inPlace = lastIsResult && (row != out || steps.length == 1);
    if (inPlace) {
      mine[steps.length] = out;
    }
    try {
      if (!run(mine, false)) {
        Arrays.fill(out, Double.NaN);
      } else if (!inPlace) {
        int at = 0;
        for (Segment result : results) {
          System.arraycopy(mine[result.block()], result.from(), out, at, result.length());
          at += result.length();
        }
      }
    } finally {
      mine[0] = own;
      mine[steps.length] = last;
    }
  }

  void score(float[] row, float[] out) {
    double[][] mine = blocks.get();
    for (int j = 0; j < inputs; j++) {
      mine[0][j] = row[j];
    }
    if (!run(mine, true)) {
      Arrays.fill(out, Float.NaN);
      return;
    }
    int at = 0;
    for (Segment result : results) {
      double[] block = mine[result.block()];
      for (int j = 0; j < result.length(); j++) {
        out[at++] = (float) block[result.from() + j];
      }
    }
  }

  /** Fills the blocks; false if the row has no result. */
  private boolean run(double[][] mine, boolean floats) {
    for (int i = 0; i < steps.length; i++) {
      double[] x = mine[i + 1];
      int at = 0;
      for (Segment source : sources[i]) {
        System.arraycopy(mine[source.block()], source.from(), x, at, source.length());
        at += source.length();
      }
      if (!accepts(steps[i], x)) {
        return false;
      }
      functions[i].apply(x);
      for (int j = 0; floats && j < x.length; j++) {
        x[j] = single[i][j] ? (float) x[j] : x[j];
      }
    }
    return true;
  }

  private static boolean accepts(Step step, double[] x) {
    if (step.invalid().isAboutAll()) {
      return false;
    }
    if (step.invalid() == InvalidRows.KEEP || FiniteValues.all(x)) {
      return true;
    }
    for (int j = 0; j < x.length; j++) {
      if (step.invalid().isInvalid(x[j])) {
        if (step.invalid().rejects()) {
          throw RejectedValue.of(step.columns().get(j), x[j]);
        }
        return false;
      }
    }
    return true;
  }
}
