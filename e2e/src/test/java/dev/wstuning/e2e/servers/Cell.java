package dev.wstuning.e2e.servers;

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

  String text() {
    return "%s, %s, %s".formatted(seen.text(), port.setBy(), effective.reason());
  }
}
