package io.normact.report;

import io.normact.math.ActivationFunction;
import java.util.Optional;

/**
 * What a report says of one feature: a scalar column, or an element of a vector or array.
 *
 * @param index position among all features, from 0
 * @param name the column's name, with the element's position or name where it holds several
 * @param function the function, which is the report's but where a model learned one for each
 *     feature
 * @param rows rows in all, those of weight 0 left out
 * @param nulls rows in which the feature, or the vector or array around it, is null
 * @param nans rows in which it is NaN
 * @param infinities rows in which it is infinite
 * @param skipped rows in which it is finite, but which were skipped since another feature is not
 * @param rankError how far ranks behind the quartiles and histograms may be off, as a share of the
 *     count, at 99% confidence; 0 where they are exact
 * @param before the function over the feature as it is
 * @param fitted the model's numbers, if there is one
 * @param after the function over the normalised feature, if there is a model
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
    Optional<Response> after) {

  /** Rows that are judged: those in which the feature is a finite number, but for skipped ones. */
  public long count() {
    return rows - nulls - nans - infinities - skipped;
  }

  /** Share of the rows, 0 to 1, in which the feature is null, NaN or infinite; NaN without rows. */
  public double missingShare() {
    return (double) (nulls + nans + infinities) / rows;
  }

  /** How the feature meets the function in the end: after normalisation if there is a model. */
  public Response last() {
    return after.orElse(before);
  }
}
