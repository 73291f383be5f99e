package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class KeyRoomTest {

  private static final long MB = 1 << 20;

  @Test
  void aModelHoldsNoMoreWhateverTheHeap() {
    for (long heap : new long[] {16_384 * MB, Long.MAX_VALUE}) {
      KeyRoom room = new KeyRoom(512 * MB, new DriverHeap(heap));
      assertThat(room.bytes()).isEqualTo(512 * MB);
      room.check(7_000_000, 8, 512 * MB);
      assertThatThrownBy(() -> room.check(7_000_000, 8, 900 * MB))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The statistics of 7000000 keys and 8 features take 900 MB, but a model holds at most 512 MB; take fewer or coarser key columns, or fewer features.");
    }
  }

  /** The heap that the error asks for is enough, and a little less is not. */
  @Test
  void whatAHeapHoldsGrowsWithIt() {
    KeyRoom none = new KeyRoom(512 * MB, new DriverHeap(200 * MB));
    assertThat(none.bytes()).isZero();
    none.check(0, 8, 0);
    for (long bytes : new long[] {1, 100 * MB - 1, 250 * MB, 512 * MB}) {
      String message = DriverHeap.raise(bytes, 4);
      long raised = Long.parseLong(message.replaceAll("\\D+(\\d+)m or more.*", "$1"));
      KeyRoom enough = new KeyRoom(512 * MB, new DriverHeap(raised * MB));
      enough.check(3, 1, bytes);
      assertThat(enough.heap().most(4)).isGreaterThanOrEqualTo(bytes);
      // A twentieth of four copies more than the least.
      assertThat(new DriverHeap((raised - 2) * MB - bytes / 5).most(4)).isLessThan(bytes);
    }
  }
}
