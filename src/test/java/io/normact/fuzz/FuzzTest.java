package io.normact.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.normact.fuzz.Fuzz.HangException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FuzzTest {

  @Test
  void aHungCaseIsOverBeforeTheNextBegins() {
    CountDownLatch ended = new CountDownLatch(1);
    HangException hang =
        catchThrowableOfType(
            HangException.class,
            () ->
                Fuzz.inTime(
                    Duration.ofMillis(50),
                    (random, trail) -> {
                      try {
                        new CountDownLatch(1).await();
                      } finally {
                        ended.countDown();
                      }
                      return null;
                    },
                    new SplittableRandom(1),
                    List.of()));
    assertThat(hang).hasMessage("No answer after PT0.05S");
    assertThat(hang.runsOn).isFalse();
    assertThat(ended.getCount()).as("interrupted, and waited for").isZero();
  }
}
