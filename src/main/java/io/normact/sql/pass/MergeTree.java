package io.normact.sql.pass;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;

/**
 * Merges what the tasks of a pass have accumulated. Where there are few tasks the driver does it: a
 * tree means one more stage, which takes longer than a pass over a few hundred thousand rows. Where
 * there are many a tree does it, so that the driver neither gets everything nor merges it all.
 */
final class MergeTree {

  /**
   * So many accumulators a driver takes: of 1,000,000 features they stay below Spark's limit to the
   * size of results (spark.driver.maxResultSize, 1 GB).
   */
  private static final int FEW = 16;

  private MergeTree() {}

  /**
   * Merges all elements, of which there is at least one.
   *
   * @param merge adds the second accumulator to the first and returns it
   * @param depth the depth of the tree
   */
  static <A> A reduce(JavaRDD<A> accumulators, Function2<A, A, A> merge, int depth) {
    return accumulators.getNumPartitions() <= FEW
        ? accumulators.reduce(merge)
        : accumulators.treeReduce(merge, depth);
  }

  /** Accumulates all elements, each partition's beginning with zero, and merges as above. */
  static <T, A> A aggregate(
      JavaRDD<T> elements, A zero, Function2<A, T, A> add, Function2<A, A, A> merge, int depth) {
    return elements.getNumPartitions() <= FEW
        ? elements.aggregate(zero, add, merge)
        : elements.treeAggregate(zero, add, merge, depth);
  }
}
