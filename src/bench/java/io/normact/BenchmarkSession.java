package io.normact;

import org.apache.spark.sql.SparkSession;

/** The session that benchmarks run in: this machine alone, two cores. */
public final class BenchmarkSession {

  private BenchmarkSession() {}

  /** A builder of it, to which a benchmark adds what it needs. */
  public static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1");
  }
}
