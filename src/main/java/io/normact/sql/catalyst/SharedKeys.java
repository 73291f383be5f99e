package io.normact.sql.catalyst;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * A {@link KeyTable} that every executor has once. Generated code calls it, so it is public; it is
 * no interface for users.
 */
public final class SharedKeys implements Serializable {

  private static final long serialVersionUID = 1L;

  private final Broadcast<KeyTable> broadcast;

  /** On the driver, as is the next. */
  private final transient KeyTable table;

  private final transient SparkContext context;

  private final boolean hasNull;
  private final int hash;

  private SharedKeys(Broadcast<KeyTable> broadcast, KeyTable table, SparkContext context) {
    this.broadcast = broadcast;
    this.table = table;
    this.context = context;
    hasNull = table.hasNull();
    hash = table.hashCode();
  }

  /** Sends a table to whoever asks for it. */
  public static SharedKeys of(KeyTable table, SparkSession spark) {
    return new SharedKeys(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(table),
        table,
        spark.sparkContext());
  }

  /** Whether it belongs to this session's context, which is running. */
  public boolean isOf(SparkSession spark) {
    return !spark.sparkContext().isStopped() && spark.sparkContext() == context;
  }

  /** Whether some keys get null. */
  boolean hasNull() {
    return hasNull;
  }

  /** A lookup with memory of its own. */
  public KeyLookup lookup() {
    return new KeyLookup(broadcast.value());
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof SharedKeys that) || hash != that.hash) {
      return false;
    }
    boolean travelled = table == null || that.table == null;
    return travelled ? broadcast.id() == that.broadcast.id() : table.equals(that.table);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return table == null ? broadcast.toString() : table.toString();
  }
}
