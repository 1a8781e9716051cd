package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;

/**
 * A server that was tuned in one way.
 *
 * @param seen what the host shows
 * @param port what the status says of its port
 * @param effective what it says of the whole
 */
record Cell(Seen seen, ObservedPort port, Condition effective) {

  /** The status says what the host shows. */
  void mustAgree(Way way) {
    assertThat(effective.reason()).as("%s", this).isEqualTo(seen.reason(way));
    assertThat(port.setBy()).as("%s", this).isEqualTo(seen.setBy(way));
    assertThat(port.keepalive().split("/", 2)[0]).as("%s", this).isEqualTo(seen.status());
    assertThat(port.userTimeoutSeconds() != null).as("%s", this).isEqualTo(seen.reached(way));
  }

  String text() {
    return "%s, %s, %s".formatted(seen.text(), port.setBy(), effective.reason());
  }
}
