package io.normact.report;

import io.normact.math.ActivationFunction;
import java.util.Optional;

/**
 * The part of a report on one feature. A feature is a scalar column, or an element of a vector or
 * array.
 *
 * @param index position among all features, from 0
 * @param name the column's name, with the element's position or name where it holds several
 * @param function the report's function; the feature's own where a model learned one for each
 *     feature
 * @param rows rows in all, those of weight 0 left out
 * @param nulls rows in which the feature, or the vector or array around it, is null
 * @param nans rows in which it is NaN
 * @param infinities rows in which it is infinite
 * @param skipped rows in which it is finite, but which were skipped because another feature is not
 * @param rankError the error of the ranks behind quartiles and histograms, as a share of the count,
 *     at 99% confidence; 0 where they are exact
 * @param before the function's response to the feature as it is
 * @param fitted the model's numbers, if there is one
 * @param after the function's response to the normalised feature, if there is a model
 * @param drift how far the feature is from what the model was fitted on, if there is a model and a
 *     value
 */
public record ColumnResult(
    int index,
    String name,
    ActivationFunction function,
    long rows,
    long nulls,
    long nans,
    long infinities,
    long skipped,
    double rankError,
    Response before,
    Optional<Fitted> fitted,
    Optional<Response> after,
    Optional<Drift> drift) {

  /**
   * {@return how many rows are judged: those in which the feature is finite, without skipped ones}
   */
  public long count() {
    return rows - nulls - nans - infinities - skipped;
  }

  /**
   * {@return the share of the rows, 0 to 1, in which the feature is null, NaN or infinite; NaN
   * without rows}
   */
  public double missingShare() {
    return (double) (nulls + nans + infinities) / rows;
  }

  /** {@return the response after normalisation if there is a model, else that before} */
  public Response last() {
    return after.orElse(before);
  }
}
