package dev.wstuning.operator.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionTargetTest {

  /** The last two: Kemal's and Phoenix' articles. */
  @ParameterizedTest
  @CsvSource({
    "1, 1025",
    "9, 1033",
    "10, 1035",
    "50000, 56024",
    "60000, 67024",
    "2000000, 2201024",
  })
  void examples(long perPod, long openFiles) {
    assertThat(ConnectionTarget.openFiles(perPod)).isEqualTo(openFiles);
    assertThat(ConnectionTarget.within(openFiles)).isEqualTo(perPod);
  }

  @Test
  void whatFitsIsTheMostThatFits() {
    Random random = new Random(42);
    LongStream few = LongStream.rangeClosed(ConnectionTarget.SMALLEST, 10_000);
    LongStream many = random.longs(10_000, 1, ConnectionTarget.LARGEST);
    LongStream.concat(few, many)
        .forEach(
            perPod -> {
              long openFiles = ConnectionTarget.openFiles(perPod);
              assertThat(ConnectionTarget.within(openFiles)).isEqualTo(perPod);
              assertThat(ConnectionTarget.within(openFiles - 1)).isEqualTo(perPod - 1);
            });
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1024, 0", "1025, 1", "1034, 9", "1035, 10", "1048576, 952320"})
  void anyLimitHoldsSome(long openFiles, long perPod) {
    assertThat(ConnectionTarget.within(openFiles)).isEqualTo(perPod);
  }

  @Test
  void aLimitWithoutEndHoldsTheLargest() {
    assertThat(ConnectionTarget.within(Long.MAX_VALUE)).isEqualTo(ConnectionTarget.LARGEST);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "100000001"})
  void anotherNumberIsRefusedWithTheSmallestAndTheLargest(long perPod) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionTarget.openFiles(perPod))
        .withMessage("perPod is from 1 to 100000000, not " + perPod);
  }
}
