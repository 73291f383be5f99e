package io.normact.sql.column;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import java.util.concurrent.FutureTask;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("thorough")
class ColumnNamesTest {

  private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  /** How "a" stands to "A" in a thread in which no session is active. */
  private static int compared() throws Exception {
    FutureTask<Integer> task =
        new FutureTask<>(
            () -> {
              SparkSession.clearActiveSession();
              return ColumnNames.order().compare("a", "A");
            });
    new Thread(task).start();
    return task.get();
  }

  @Test
  void threadWithoutASessionFollowsTheDefaultOne() throws Exception {
    SparkSession spark = LocalSpark.session();
    assertThat(compared()).isZero();
    spark.conf().set(CASE_SENSITIVE, true);
    try {
      assertThat(compared()).isPositive();
      assertThat(ColumnNames.order().compare("a", "A")).isPositive();
    } finally {
      spark.conf().unset(CASE_SENSITIVE);
    }
    assertThat(ColumnNames.order().compare("a", "A")).isZero();
  }
}
