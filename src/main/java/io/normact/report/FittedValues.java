package io.normact.report;

import io.normact.math.histogram.ValueHistogram;
import io.normact.sql.pass.SampledValues;
import java.util.ArrayList;
import java.util.List;

/** The values that a feature was fitted on, as far as a {@link ValueHistogram} tells them. */
final class FittedValues {

  private static final double FURTHEST = 1e12;

  private final List<Bucket> buckets = new ArrayList<>();
  private final long count;

  /** Values that lie evenly between two, or are all the same. */
  private record Bucket(double low, double high, long count) {}

  /** The values of a histogram, which holds one at least. */
  FittedValues(ValueHistogram histogram) {
    histogram.buckets((low, high, in) -> buckets.add(new Bucket(low, high, in)));
    count = histogram.count();
  }

  /** These values and others in the same bins, which reach as far as either need. */
  Histogram[] beside(SampledValues others) {
    double[] own = ends();
    double[] theirs = Histogram.ends(others);
    double from = Math.min(own[0], theirs[0]);
    double to = Math.max(own[1], theirs[1]);
    if (from == to) {
      double half = Math.max(0.5, Math.ulp(from) * Histogram.BINS);
      from -= half;
      to += half;
    }
    return new Histogram[] {histogram(from, to), Histogram.count(others, from, to)};
  }

  /** The ends of bins that show the values but for what is far out. */
  private double[] ends() {
    return Histogram.ends(
        buckets.get(0).low, quantile(0.25), quantile(0.75), buckets.get(buckets.size() - 1).high);
  }

  private double quantile(double share) {
    double wanted = share * count;
    double before = 0;
    for (Bucket bucket : buckets) {
      if (before + bucket.count >= wanted) {
        double part = (wanted - before) / bucket.count;
        return bucket.low * (1 - part) + bucket.high * part;
      }
      before += bucket.count;
    }
    throw new IllegalStateException("The last bucket ends where all values do.");
  }

  /** The values in bins of equal width. */
  private Histogram histogram(double from, double to) {
    // Below the bins, in each of them, and above.
    double[] values = new double[Histogram.BINS + 2];
    for (Bucket bucket : buckets) {
      spread(bucket, place(bucket.low, from, to), place(bucket.high, from, to), values);
    }
    long[] rounded = new long[values.length];
    double upTo = 0;
    long done = 0;
    for (int i = 0; i < values.length; i++) {
      // Differences of rounded sums, so that they add up.
      upTo += values[i];
      rounded[i] = Math.round(upTo) - done;
      done += rounded[i];
    }
    List<Long> counts = new ArrayList<>();
    for (int bin = 1; bin <= Histogram.BINS; bin++) {
      counts.add(rounded[bin]);
    }
    return new Histogram(from, to, counts, rounded[0], rounded[Histogram.BINS + 1]);
  }

  /** Not so far out that nothing could be divided by how far it is. */
  private static double place(double value, double from, double to) {
    return Math.max(-FURTHEST, Math.min(FURTHEST, Histogram.place(value, from, to)));
  }

  private static void spread(Bucket bucket, double from, double to, double[] values) {
    int first = slot(from);
    int last = slot(to);
    if (first == last) {
      values[first] += bucket.count;
      return;
    }
    for (int i = first; i <= last; i++) {
      // Slot i reaches from i - 1 to i.
      double low = i == first ? from : i - 1;
      double high = i == last ? to : i;
      values[i] += bucket.count * ((high - low) / (to - from));
    }
  }

  /** 0 below the bins, 1 and on in them, of which the last holds its upper end. */
  private static int slot(double place) {
    if (place < 0) {
      return 0;
    }
    return place > Histogram.BINS ? Histogram.BINS + 1 : Math.min(Histogram.BINS, 1 + (int) place);
  }
}
