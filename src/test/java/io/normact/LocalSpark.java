package io.normact;

import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** The one local Spark session that all tests of a JVM share; it ends with the JVM. */
public final class LocalSpark {

  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("normact-tests")
          .config("spark.ui.enabled", false)
          // What most clusters are set to; the packaged jar is run with Java's serialisation.
          .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
          .config("spark.sql.shuffle.partitions", 4)
          .config("spark.sql.warehouse.dir", "target/spark-warehouse")
          .config("spark.driver.host", "localhost")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .getOrCreate();

  private LocalSpark() {}

  public static SparkSession session() {
    return SESSION;
  }

  /** What is computed while a setting of the session has this value. */
  public static <T> T with(String setting, String value, Supplier<T> computed) {
    SESSION.conf().set(setting, value);
    try {
      return computed.get();
    } finally {
      SESSION.conf().unset(setting);
    }
  }

  /** The ids of all RDDs that are cached now, by whichever test. */
  public static Set<Object> cached() {
    return Set.copyOf(
        scala.jdk.javaapi.CollectionConverters.asJava(
            SESSION.sparkContext().getPersistentRDDs().keySet()));
  }
}
