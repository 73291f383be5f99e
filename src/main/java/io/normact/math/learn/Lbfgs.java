package io.normact.math.learn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * Limited-memory BFGS: a minimum of a function of many variables from its gradients.
 *
 * <p>The direction is Nocedal's two-loop recursion (J. Nocedal and S. J. Wright, Numerical
 * Optimization, 2nd ed., 2006, algorithm 7.4) over the last {@value #MEMORY} steps. The line search
 * brackets a step with a sufficient decrease and a sufficient increase of the slope (the weak Wolfe
 * conditions). These work for functions with kinks as well, such as those made of relu, where the
 * slope may never come near 0 along the line (A. S. Lewis and M. L. Overton, Nonsmooth Optimization
 * via Quasi-Newton Methods, Mathematical Programming 141, 2013). A trial at which the function is
 * not finite counts as too long a step.
 *
 * <p>Memory is O({@value #MEMORY} n). Not one random number is drawn: equal values and gradients
 * give equal results.
 */
public final class Lbfgs {
  static final int MEMORY = 10;

  /** Sufficient decrease, as a part of what the slope promises. */
  private static final double DECREASE = 1e-4;

  /** The part of the slope that may be left. */
  private static final double CURVATURE = 0.9;

  /** Evaluations in one line search. */
  private static final int MAX_TRIALS = 25;

  /** A step whose s.y is below this part of |s||y| says nothing about curvature. */
  private static final double MIN_CURVATURE = 1e-12;

  /**
   * The search has converged where no step lowers the value and the gradient is this small beside
   * it. A step promises a gain of the order of the square of the gradient, which is then below the
   * rounding errors of the value.
   */
  private static final double ROUNDING = 1e-6;

  /** Iterations that have to stand still together before the search ends. */
  private static final int STALL = 5;

  private final int maxIterations;
  private final double tolerance;

  /** A function to minimise. */
  @FunctionalInterface
  public interface Objective {
    /** The value at x; the gradient there is put into {@code gradient}. */
    double evaluate(double[] x, double[] gradient);
  }

  /** Told of every iteration. */
  @FunctionalInterface
  public interface Listener {
    /** An iteration reached this value, with this largest component of the gradient. */
    void iteration(int iteration, double value, double gradientNorm);
  }

  /** Why a search ended. */
  public enum End {
    /** Every component of the gradient is within the tolerance. */
    GRADIENT,
    /** Five iterations together lowered the value by no more than the tolerance, relatively. */
    STALLED,
    /** No step lowers the value: the rounding errors of the function are reached, or a kink. */
    NO_DESCENT,
    /** The largest number of iterations is reached. */
    ITERATIONS
  }

  /**
   * What a search found.
   *
   * @param x where
   * @param value the value there
   * @param gradientNorm the largest component of the gradient there
   * @param history the value after each iteration
   * @param evaluations how many times the function was evaluated
   * @param end why the search ended
   */
  public record Minimum(
      double[] x,
      double value,
      double gradientNorm,
      List<Double> history,
      int evaluations,
      End end) {

    /**
     * Whether this is a minimum, as far as the tolerance and the function's rounding errors tell.
     */
    public boolean converged() {
      return switch (end) {
        case GRADIENT, STALLED -> true;
        case NO_DESCENT -> gradientNorm <= ROUNDING * Math.max(1, Math.abs(value));
        case ITERATIONS -> false;
      };
    }
  }

  /** A step s and the change y of the gradient over it. */
  private record Pair(double[] s, double[] y, double sy) {}

  /**
   * A search.
   *
   * @param maxIterations how many iterations at most
   * @param tolerance of the gradient's components, and of the relative decrease of the value
   */
  public Lbfgs(int maxIterations, double tolerance) {
    this.maxIterations = maxIterations;
    this.tolerance = tolerance;
  }

  /**
   * Searches from a start.
   *
   * @throws ArithmeticException if the function is not finite at the start
   */
  public Minimum minimize(Objective objective, double[] start, Listener listener) {
    Search search = new Search(objective, start);
    if (!search.isFinite()) {
      throw new ArithmeticException(
          String.format(
              Locale.ROOT,
              "The objective is %s at the start, but must be finite with a finite gradient.",
              search.value));
    }
    List<Double> history = new ArrayList<>();
    End end = null;
    while (end == null) {
      if (search.gradientNorm() <= tolerance) {
        end = End.GRADIENT;
      } else if (history.size() == maxIterations) {
        end = End.ITERATIONS;
      } else if (hasStalled(history)) {
        end = End.STALLED;
      } else if (!search.step()) {
        end = End.NO_DESCENT;
      } else {
        history.add(search.value);
        listener.iteration(history.size(), search.value, search.gradientNorm());
      }
    }
    return new Minimum(
        search.x, search.value, search.gradientNorm(), history, search.evaluations, end);
  }

  private boolean hasStalled(List<Double> history) {
    int n = history.size();
    if (n <= STALL) {
      return false;
    }
    double now = history.get(n - 1);
    return history.get(n - 1 - STALL) - now <= tolerance * Math.abs(now);
  }

  /** Where a search is. */
  private static final class Search {
    private final Objective objective;
    private final Deque<Pair> memory = new ArrayDeque<>();
    private int evaluations;
    private double[] x;
    private double[] gradient;
    private double value;

    Search(Objective objective, double[] start) {
      this.objective = objective;
      x = start.clone();
      gradient = new double[x.length];
      value = evaluate(x, gradient);
    }

    private double evaluate(double[] at, double[] gradientThere) {
      evaluations++;
      return objective.evaluate(at, gradientThere);
    }

    boolean isFinite() {
      return Double.isFinite(value) && Double.isFinite(dot(gradient, gradient));
    }

    double gradientNorm() {
      return Arrays.stream(gradient).map(Math::abs).max().orElse(0);
    }

    /** Goes one step down; false if there is none. */
    boolean step() {
      double[] direction = direction();
      if (lineSearch(direction)) {
        return true;
      }
      if (memory.isEmpty()) {
        return false;
      }
      // What is remembered may mislead, after a kink for instance: once more along the gradient.
      memory.clear();
      return lineSearch(direction());
    }

    /** The approximate inverse Hessian times the gradient, downwards. */
    private double[] direction() {
      double[] q = gradient.clone();
      double[] alpha = new double[memory.size()];
      int i = 0;
      for (Pair pair : memory) {
        alpha[i] = dot(pair.s, q) / pair.sy;
        addMultiple(q, -alpha[i], pair.y);
        i++;
      }
      if (memory.isEmpty()) {
        scale(q, Math.min(1, 1 / Math.sqrt(dot(q, q))));
      } else {
        Pair last = memory.getFirst();
        scale(q, last.sy / dot(last.y, last.y));
      }
      for (Iterator<Pair> pairs = memory.descendingIterator(); pairs.hasNext(); ) {
        Pair pair = pairs.next();
        i--;
        addMultiple(q, alpha[i] - dot(pair.y, q) / pair.sy, pair.s);
      }
      scale(q, -1);
      return q;
    }

    private boolean lineSearch(double[] direction) {
      double slope = dot(gradient, direction);
      double shortest = 0;
      double longest = Double.POSITIVE_INFINITY;
      double step = 1;
      double[] bestX = null;
      double[] bestGradient = null;
      double bestValue = value;
      for (int trial = 0; trial < MAX_TRIALS; trial++) {
        double[] trialX = x.clone();
        addMultiple(trialX, step, direction);
        double[] trialGradient = new double[x.length];
        double trialValue = evaluate(trialX, trialGradient);
        double trialSlope = dot(trialGradient, direction);
        // Written so that NaN, of the value or the gradient, counts as too long a step.
        if (!(trialValue <= value + DECREASE * step * slope) || !Double.isFinite(trialSlope)) {
          longest = step;
          step =
              interpolate(
                  shortest, longest, bestValue, trialValue, slopeAt(bestGradient, direction));
          continue;
        }
        bestX = trialX;
        bestGradient = trialGradient;
        bestValue = trialValue;
        if (trialSlope >= CURVATURE * slope) {
          break;
        }
        shortest = step;
        step = Double.isInfinite(longest) ? 2 * step : 0.5 * (shortest + longest);
      }
      // A decrease that is lost in rounding is none.
      if (bestX == null || bestValue >= value) {
        return false;
      }
      remember(bestX, bestGradient);
      x = bestX;
      gradient = bestGradient;
      value = bestValue;
      return true;
    }

    private double slopeAt(double[] bestGradient, double[] direction) {
      return dot(bestGradient == null ? gradient : bestGradient, direction);
    }

    /**
     * A step between two others: the lowest point of the parabola through both values that has this
     * slope at the shorter step. It is kept away from both ends.
     */
    private static double interpolate(
        double shortest, double longest, double shortValue, double longValue, double slope) {
      double width = longest - shortest;
      double lowest = -0.5 * slope * width / ((longValue - shortValue) / width - slope);
      // A long end that is not finite makes this NaN or 0, and the step short.
      return shortest + (lowest > 0.1 * width ? Math.min(lowest, 0.5 * width) : 0.1 * width);
    }

    private void remember(double[] toX, double[] toGradient) {
      double[] s = toX.clone();
      addMultiple(s, -1, x);
      double[] y = toGradient.clone();
      addMultiple(y, -1, gradient);
      double sy = dot(s, y);
      if (sy > MIN_CURVATURE * Math.sqrt(dot(s, s) * dot(y, y))) {
        memory.addFirst(new Pair(s, y, sy));
        if (memory.size() > MEMORY) {
          memory.removeLast();
        }
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum = Math.fma(a[i], b[i], sum);
    }
    return sum;
  }

  private static void addMultiple(double[] to, double factor, double[] x) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.fma(factor, x[i], to[i]);
    }
  }

  private static void scale(double[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }
}
