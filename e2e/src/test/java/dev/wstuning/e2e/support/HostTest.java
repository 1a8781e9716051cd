package dev.wstuning.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Lines as ss prints them. */
class HostTest {

  private static final String OF_A_WORKER =
      "0      0      [::ffff:10.85.0.3]:8080 [::ffff:10.85.0.1]:41324"
          + " users:((\"apache2\",pid=15,fd=11),(\"cgi\",pid=99,fd=3)) timer:(keepalive,119min,0)";
  private static final String OF_NO_TIMER =
      "0      0      10.85.0.3:8080 10.85.0.1:42288 users:((\"python3\",pid=56,fd=14))";

  @Test
  void aConnectionIsHeldByTheProcessesOfOneContainerOnly() {
    Host.Held held = Host.held(OF_A_WORKER, List.of(8L, 15L, 16L));

    assertThat(held.holders()).containsExactly(15L);
    assertThat(held.port()).isEqualTo(8080);
    assertThat(held.peerPort()).isEqualTo(41324);
    assertThat(Host.held(OF_NO_TIMER, List.of(15L)).holders()).isEmpty();
  }

  @Test
  void theTimerOfAFreshConnectionShowsTheTimeThatWasSet() {
    assertThat(FirstProbe.of(Host.keepaliveTimer(OF_A_WORKER))).hasValue(7200);
    assertThat(FirstProbe.of(Host.keepaliveTimer(OF_NO_TIMER))).isEqualTo(OptionalInt.empty());
    assertThat(FirstProbe.of(39.1)).hasValue(FirstProbe.ASKED_SECONDS);
  }
}
