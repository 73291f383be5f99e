package io.normact.math.learn;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Gamma and beta of every column that let a logistic function of it carry most information: those
 * that maximise
 *
 * <pre>  L(gamma, beta) = E[log(gamma * s'(z))],    z = gamma * u + beta,    s(z) = 1 / (1 + e^-z)
 * </pre>
 *
 * <p>over gamma above 0. Bell and Sejnowski, An Information-Maximization Approach to Blind
 * Separation and Blind Deconvolution, Neural Computation 7 (1995). L is the log-likelihood of a
 * logistic distribution; it is strictly concave, with one maximum for every column of two distinct
 * values or more.
 *
 * <p>The columns u have mean 0 and variance 1. A caller evaluates {@link #active()} columns at
 * {@link #trialGamma()} and {@link #trialBeta()} in an {@link InfomaxSums}, hands that to {@link
 * #advance} and repeats while columns are active: one pass over the rows each. The start is the
 * logistic distribution of variance 1, so all that happens depends on the sums alone.
 *
 * <p>The method is Newton's with a check of L. Let r be the relative change of gamma, and m the
 * shift of the centre -beta/gamma, in units of z. With t and v as in {@link InfomaxSums}, a step
 * solves
 *
 * <pre>
 *   | 1 + E[z^2 v]   -E[z v] | | r |   | 1 - E[z t] |
 *   |   -E[z v]        E[v]  | | m | = |    E[t]    |
 * </pre>
 *
 * <p>Under heavy tails gamma has to grow by orders of magnitude, but Newton's step at most doubles
 * it. There E[z t], which must become 1, grows like a power of gamma between 1 and 2. So one step
 * of Newton's method on the logarithm of E[z t], a jump, gets there.
 *
 * <p>A trial that lowers L is taken back. After a jump Newton's step is tried instead. After a step
 * of Newton's a quarter of it is tried.
 */
public final class InfomaxFit {
  /** Where the distribution with density s'(z) has this standard deviation. */
  private static final double LOGISTIC_DEVIATION = Math.PI / Math.sqrt(3);

  /** A jump is worth it from this growth of log gamma on. */
  private static final double JUMP = 0.7;

  /** In one step gamma shrinks to no less than a quarter. */
  private static final double SHRINK = -0.75;

  /** L is known to this part of itself; a decrease below that is none. */
  private static final double NOISE = 1e-13;

  /** Smaller steps than this are rounding errors once they are squared, as Newton's are. */
  private static final double SMALLEST_STEP = 1e-9;

  private final double[] weight;
  private final double tolerance;
  private final Column[] columns;
  private int[] active;

  /** A column's last accepted point, what was found there, and the trial under way. */
  private static final class Column {
    double gamma = LOGISTIC_DEVIATION;
    double centre;
    double objective = Double.NEGATIVE_INFINITY;
    double growth;
    double shift;
    double step;
    boolean jumping;
    double trialGamma = LOGISTIC_DEVIATION;
    double trialCentre;

    void tryStep(double factor, double move) {
      trialGamma = gamma * factor;
      trialCentre = centre + move / gamma;
    }

    void tryNewton() {
      jumping = false;
      tryStep(1 + step * Math.max(growth, SHRINK), step * shift);
    }
  }

  /**
   * A fit of these columns.
   *
   * @param weight the weight of each column's rows
   * @param takesPart for each column whether it has two distinct values at least; one that has not
   *     stays out of it
   * @param tolerance the relative change of gamma, and change of beta, at which a column has
   *     converged; that last step is taken still, so the error is about the square of it
   */
  public InfomaxFit(double[] weight, boolean[] takesPart, double tolerance) {
    this.weight = weight;
    this.tolerance = Math.max(tolerance, SMALLEST_STEP);
    columns = new Column[weight.length];
    Arrays.setAll(columns, j -> new Column());
    active = IntStream.range(0, weight.length).filter(j -> takesPart[j]).toArray();
  }

  /** The columns that have not converged. */
  public int[] active() {
    return active.clone();
  }

  /** For each active column, the gamma to evaluate next. */
  public double[] trialGamma() {
    return Arrays.stream(active).mapToDouble(j -> columns[j].trialGamma).toArray();
  }

  /** For each active column, the beta to evaluate next. */
  public double[] trialBeta() {
    return Arrays.stream(active)
        .mapToDouble(j -> -columns[j].trialGamma * columns[j].trialCentre)
        .toArray();
  }

  /** The best gamma so far. */
  public double gamma(int column) {
    return columns[column].gamma;
  }

  /** The best beta so far. */
  public double beta(int column) {
    return -columns[column].gamma * columns[column].centre;
  }

  /** L where it was last evaluated and accepted; minus infinity before that. */
  public double objective(int column) {
    return columns[column].objective;
  }

  /** The largest step that is left in any active column, as a measure of how far it is. */
  public double largestStep() {
    return Arrays.stream(active)
        .mapToDouble(j -> Math.max(Math.abs(columns[j].growth), Math.abs(columns[j].shift)))
        .max()
        .orElse(0);
  }

  /** Takes the sums of the active columns at their trial points. */
  public void advance(InfomaxSums sums) {
    int[] evaluated = active;
    boolean[] done = new boolean[columns.length];
    for (int i = 0; i < evaluated.length; i++) {
      done[evaluated[i]] = advance(columns[evaluated[i]], sums, i, weight[evaluated[i]]);
    }
    active = Arrays.stream(evaluated).filter(j -> !done[j]).toArray();
  }

  private boolean advance(Column column, InfomaxSums sums, int at, double rowWeight) {
    double objective =
        Math.log(column.trialGamma) + sums.sum(at, InfomaxSums.LOG_SLOPE) / rowWeight;
    double slack = NOISE * Math.max(1, Math.abs(objective));
    // Written so that a trial with an objective of NaN is taken back as well.
    if (!(objective >= column.objective - slack)) {
      column.step *= column.jumping ? 1 : 0.25;
      column.tryNewton();
      return false;
    }
    column.gamma = column.trialGamma;
    column.centre = column.trialCentre;
    column.objective = objective;
    double t = sums.sum(at, InfomaxSums.T) / rowWeight;
    double zt = sums.sum(at, InfomaxSums.ZT) / rowWeight;
    double v = sums.sum(at, InfomaxSums.V) / rowWeight;
    double zv = sums.sum(at, InfomaxSums.ZV) / rowWeight;
    double zzv = sums.sum(at, InfomaxSums.ZZV) / rowWeight;
    // At least v by Cauchy and Schwarz, and v is above 0: E[v] >= E[e^-|z|] / 2, while E[|z|] is
    // bounded, since a point with a large one has a smaller L than the start and is not accepted.
    double determinant = (1 + zzv) * v - zv * zv;
    column.growth = ((1 - zt) * v + zv * t) / determinant;
    column.shift = ((1 + zzv) * t + zv * (1 - zt)) / determinant;
    column.step = 1;
    if (Math.max(Math.abs(column.growth), Math.abs(column.shift)) <= tolerance) {
      column.centre += column.shift / column.gamma;
      column.gamma *= 1 + column.growth;
      return true;
    }
    double jump = -Math.log(zt) / (1 + zzv / zt);
    if (jump > JUMP) {
      column.jumping = true;
      column.tryStep(Math.exp(jump), t / v);
    } else {
      column.tryNewton();
    }
    return false;
  }
}
