package dev.wstuning.e2e.blackhole;

import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.DeadPeerTime.Detection;
import java.time.Duration;

/**
 * A server whose peers vanish.
 *
 * @param name what is special about it, for people
 * @param server the server
 * @param tuning the spec of its tuning without the selector; empty: the operator has no part in it
 * @param time the prediction
 * @param absence how long another peer is away that must not be cut
 */
record DeadPeerCase(
    String name, Server server, String tuning, DeadPeerTime time, Duration absence) {

  /** One of e2e/servers, with its KEEPALIVE (default, on, off) and PING_SECONDS (0: none). */
  record Server(String name, String keepalive, int pingSeconds) {

    static Server idle(String name, String keepalive) {
      return new Server(name, keepalive, 0);
    }

    static Server pinging(String name, String keepalive) {
      return new Server(name, keepalive, 3);
    }

    boolean pings() {
      return pingSeconds > 0;
    }
  }

  /**
   * Since the last packet of the peer; with pings, since the first ping without an acknowledgement.
   */
  Detection predicted() {
    return server.pings() ? time.busy() : time.idle().orElseThrow();
  }

  /** Interval and probes that an application sets itself cannot be read from outside. */
  boolean toldByStatus() {
    return server.pings() || !tuning.contains("applicationKeepalive: Respect");
  }

  /** Since the peer vanished: a ping may be due in a whole period only. */
  Duration foundAtMostAfter() {
    return predicted().atMost().plusSeconds(server.pingSeconds());
  }
}
