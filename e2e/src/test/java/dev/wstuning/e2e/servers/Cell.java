package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Keepalives;
import dev.wstuning.e2e.support.SocketOptions;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import java.util.List;
import java.util.Objects;

/**
 * A server that was tuned in one way.
 *
 * @param seen what the host shows of a connection
 * @param own what the server's own sockets have, by its own descriptors of them
 * @param limit the open files of the process that holds that connection
 * @param status what the status says of the server
 * @param effective what it says of the whole
 */
record Cell(
    Seen seen, List<SocketOptions> own, Host.Limit limit, Observation status, Condition effective) {

  /**
   * The status says what the host shows. An observer may not see the descriptors of root's
   * processes, so it may show no limit of a server that starts as root.
   */
  void mustAgree(Server server, Way way) {
    assertThat(effective.reason()).as("%s", this).isEqualTo(seen.reason(way));
    assertThat(port().setBy()).as("%s", this).isEqualTo(seen.setBy(way));
    assertThat(Keepalives.text(port().keepalive()).split("/", 2)[0])
        .as("%s", this)
        .isEqualTo(seen.status());
    if (way.byNode) {
      mustBeMeasured();
      return;
    }
    assertThat(port().userTimeoutSeconds() != null).as("%s", this).isEqualTo(seen.reached(way));
    if (server.isRootIn(way) && openFiles() == null) {
      return;
    }
    assertThat(openFiles())
        .as("%s", this)
        .extracting("soft", "hard")
        .containsExactly(limit.soft(), limit.hard());
  }

  /** Nothing is inferred: every value is that of the server's own socket. */
  private void mustBeMeasured() {
    assertThat(own).as("connections of the client: %s", this).isNotEmpty();
    for (SocketOptions socket : own) {
      assertThat(Keepalives.text(port().keepalive()))
          .as("%s", this)
          .isEqualTo(socket.keepaliveText());
      assertThat(Objects.requireNonNullElse(port().userTimeoutSeconds(), 0) * 1000)
          .as("%s", this)
          .isEqualTo(socket.userTimeoutMillis());
    }
    assertThat(port().evidence()).isEqualTo("Kernel");
    assertThat(openFiles())
        .as("%s", this)
        .extracting("soft", "hard")
        .containsExactly(limit.soft(), limit.hard());
  }

  /** Of a pod that the node tuned: all values that the status shows. */
  String measuredText() {
    Integer userTimeout = port().userTimeoutSeconds();
    return "%s, %s, %s, %s"
        .formatted(
            Keepalives.text(port().keepalive()),
            userTimeout == null ? "none" : userTimeout + " s",
            port().setBy(),
            effective.reason());
  }

  OpenFilesLimit openFiles() {
    return status.openFiles();
  }

  String text() {
    return "%s, %s, %s".formatted(seen.text(), port().setBy(), effective.reason());
  }

  private ObservedPort port() {
    return status.ports().get(0);
  }
}
