package io.normact.sql.pass;

import java.util.List;

/**
 * What a {@link ProfileAggregation} finds.
 *
 * @param features a profile for each run of scalar columns and each other column
 * @param skippedRows rows that were left out whole, each counted in the profiles' rows
 */
public record Profiles(List<FeatureProfile> features, long skippedRows) {

  /** With so many the rows of a sample take 164 MB, and 20 MB a task where there are many tasks. */
  public static final int MOST_FEATURES = 10_000;

  /** Rows of positive weight, skipped ones included. */
  public long rows() {
    return features.get(0).rows();
  }

  /** The rank error of a feature that is finite in every row not skipped. */
  public double rankError() {
    return features.get(0).rankError(skippedRows);
  }
}
