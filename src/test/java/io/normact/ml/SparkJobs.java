package io.normact.ml;

import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/** Counts the Spark jobs that an action starts. */
final class SparkJobs {

  private SparkJobs() {}

  static int of(SparkSession session, Runnable action)
      throws InterruptedException, TimeoutException {
    SparkContext context = session.sparkContext();
    AtomicInteger jobs = new AtomicInteger();
    String group = "counted-" + System.nanoTime();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            if (group.equals(start.properties().getProperty("spark.jobGroup.id"))) {
              jobs.incrementAndGet();
            }
          }
        };
    context.addSparkListener(listener);
    context.setJobGroup(group, "counted", false);
    try {
      action.run();
      context.listenerBus().waitUntilEmpty();
    } finally {
      context.clearJobGroup();
      context.removeSparkListener(listener);
    }
    return jobs.get();
  }
}
