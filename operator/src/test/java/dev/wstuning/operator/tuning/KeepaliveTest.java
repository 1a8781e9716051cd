package dev.wstuning.operator.tuning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepaliveTest {

  @ParameterizedTest
  @CsvSource({
    "7200, 75, 9, 7875", // the kernel's own
    "300, 10, 5, 350",
    "15, 15, 9, 150", // Go's own
    "32767, 32767, 127, 4194176",
  })
  void aDeadPeerIsFoundAfterTheLastProbe(int time, int interval, int probes, long seconds) {
    assertThat(new Keepalive(time, interval, probes).deadPeerSeconds()).isEqualTo(seconds);
  }
}
