package io.normact.ml;

import io.normact.math.key.KeyStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;

/**
 * What a fit found: invalid values, columns that normalisation can't spread out, and how learning
 * ended. Names are those of features: a column's name, with a position where the column holds
 * several.
 *
 * @param rows rows that the fit used: all but those dropped by handleInvalid=skip
 * @param skippedRows rows dropped by handleInvalid=skip
 * @param invalid features with null, NaN or infinite values, and how many such values each has
 * @param constant features with a single distinct value
 * @param epsilonOutweighs features whose variance is smaller than epsilon, without constant ones;
 *     normalised they have a variance below 1/2
 * @param objectiveHistory the objective after each iteration of learning; empty where nothing was
 *     learned
 * @param converged whether learning reached an optimum within {@code tol}; false where it ended at
 *     {@code maxIter} or found no further step; true where nothing was learned
 * @param loss the loss of supervised learning, chosen by the label where the param is {@code auto}:
 *     {@code logistic}, {@code softmax} or {@code squared}; {@code none} without supervised
 *     learning
 * @param classes the classes of a label of texts, in the order of their UTF-8 bytes; empty where
 *     the label has numbers, and without supervised learning
 * @param keys how many keys have statistics of their own; 0 without keyCols
 * @param keysBelowMinCount features for which some keys have fewer valid values than minCount, and
 *     how many keys; these keys take the statistics of all rows
 * @param modelBytes about how many bytes the model takes in memory
 */
public record BatchNormSummary(
    long rows,
    long skippedRows,
    Map<String, Long> invalid,
    List<String> constant,
    List<String> epsilonOutweighs,
    List<Double> objectiveHistory,
    boolean converged,
    String loss,
    List<String> classes,
    long keys,
    Map<String, Long> keysBelowMinCount,
    long modelBytes) {

  private static final String NO_LOSS = "none";

  /** A share of rows that is not to be lost unnoticed. */
  private static final double MANY = 0.1;

  /**
   * {@return whether handleInvalid=skip dropped more than a tenth of the rows} A fit on the rest
   * may then not be representative. handleInvalid=mean drops no row.
   */
  public boolean skippedMany() {
    return skippedRows > MANY * (rows + skippedRows);
  }

  /** {@return how many iterations learning took; for infomax, passes over the rows} */
  public int iterations() {
    return objectiveHistory.size();
  }

  /**
   * {@return the objective at the end of learning; NaN where nothing was learned or there was no
   * iteration}
   */
  public double objective() {
    return objectiveHistory.isEmpty() ? Double.NaN : objectiveHistory.get(iterations() - 1);
  }

  static BatchNormSummary of(BatchNormModel model) {
    List<String> names = model.featureNames();
    Map<String, Long> invalid = new LinkedHashMap<>();
    List<String> constant = new ArrayList<>();
    List<String> outweighed = new ArrayList<>();
    double[] variance = model.variance().toArray();
    double[] counts = model.count().toArray();
    double[] invalidCounts = model.getOrDefault(model.fittedInvalid());
    long skipped =
        model.isSet(model.fittedSkippedRows())
            ? (long) model.getOrDefault((Param<?>) model.fittedSkippedRows())
            : 0;
    long rows = 0;
    for (int j = 0; j < variance.length; j++) {
      // Where rows were dropped, those with invalid values are among them.
      double seen = counts[j] + (skipped == 0 ? invalidCounts[j] : 0);
      rows = Math.max(rows, (long) seen);
      if (invalidCounts[j] > 0) {
        invalid.put(names.get(j), (long) invalidCounts[j]);
      }
      if (variance[j] == 0) {
        constant.add(names.get(j));
      } else if (variance[j] < model.getEpsilon()) {
        outweighed.add(names.get(j));
      }
    }
    List<Double> history =
        model.isSet(model.fittedObjectiveHistory())
            ? Arrays.stream(model.getOrDefault(model.fittedObjectiveHistory())).boxed().toList()
            : List.of();
    long keys = 0;
    Map<String, Long> below = new LinkedHashMap<>();
    if (model.isSet(model.fittedParams().keyStatistics)) {
      KeyStatistics byKey = model.byKey();
      keys = byKey.size();
      int[] tooFew = byKey.below(model.getMinCount());
      for (int j = 0; j < tooFew.length; j++) {
        if (tooFew[j] > 0) {
          below.put(names.get(j), (long) tooFew[j]);
        }
      }
    }
    return new BatchNormSummary(
        rows,
        skipped,
        Collections.unmodifiableMap(invalid),
        Collections.unmodifiableList(constant),
        Collections.unmodifiableList(outweighed),
        history,
        model.isSet(model.fittedConverged())
            ? (boolean) model.getOrDefault((Param<?>) model.fittedConverged())
            // A model of format version 1 does not say so.
            : history.size() < model.getMaxIter(),
        model.isSet(model.fittedLoss()) ? model.getOrDefault(model.fittedLoss()) : NO_LOSS,
        model.isSet(model.fittedLabelClasses())
            ? List.of(model.getOrDefault(model.fittedLabelClasses()))
            : List.of(),
        keys,
        Collections.unmodifiableMap(below),
        model.estimatedSize());
  }
}
