package dev.wstuning.operator.deadpeer;

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

  @ParameterizedTest
  @CsvSource({
    "30, 7, 3, 45, 50", // 44 s at the third probe, 49.5 s when timers are late
    "300, 10, 5, 341, 383",
    "15, 15, 9, 136, 152",
    "10, 2, 1, 11, 12",
  })
  void aUserTimeoutLeavesTimeForTheLastProbe(
      int time, int interval, int probes, long smallest, long safe) {
    Keepalive keepalive = new Keepalive(time, interval, probes);

    assertThat(keepalive.smallestUserTimeout()).isEqualTo(smallest);
    assertThat(keepalive.safeUserTimeout()).isEqualTo(safe);
  }
}
