package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.FirstProbe;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the host shows of a connection that a server just accepted.
 *
 * @param firstProbe the time in seconds after which keepalive sends its first probe, by ss; empty
 *     where its timer does not run
 * @param library whether the server process has the preload library loaded
 */
record Seen(OptionalInt firstProbe, boolean library) {

  static final int ASKED_SECONDS = FirstProbe.ASKED_SECONDS;

  private static final String LIBRARY = "libwstuning.so";

  static Seen of(Host host, long pid) {
    Optional<Seen> before = Optional.empty();
    for (int attempt = 0; attempt < 20; attempt++) {
      // Until what was sent is acknowledged, its retransmission timer hides the one of keepalive.
      Installation.pause(Duration.ofMillis(250));
      List<String> accepted = host.accepted(pid, Servers.PORT);
      if (!accepted.isEmpty() && accepted.stream().noneMatch(Host::busy)) {
        double longest = accepted.stream().mapToDouble(Host::keepaliveTimer).max().orElseThrow();
        Seen seen = new Seen(FirstProbe.of(longest), host.loaded(pid, LIBRARY));
        // A busy server may have accepted a connection, and not have set its own values yet.
        if (before.equals(Optional.of(seen))) {
          return seen;
        }
        before = Optional.of(seen);
      }
    }
    throw new AssertionError("no connection at rest: " + host.accepted(pid, Servers.PORT));
  }

  /** Who can have set this. */
  String setBy(Way way) {
    if (firstProbe.isEmpty()) {
      return "Nobody";
    }
    if (firstProbe.getAsInt() != ASKED_SECONDS) {
      return "Application";
    }
    if (way.programs()) {
      return "Kernel";
    }
    return library ? "Preload" : "Sysctls";
  }

  /** Whether something of ours acts on the server's sockets, which sets TCP_USER_TIMEOUT too. */
  boolean reached(Way way) {
    return way.programs() || library;
  }

  /** What must be said of such a server. */
  String reason(Way way) {
    if (firstProbe.isEmpty()) {
      return "KeepaliveOff";
    }
    if (firstProbe.getAsInt() > ASKED_SECONDS) {
      return "ApplicationOverrides";
    }
    if (!reached(way)) {
      return "UserTimeoutOff";
    }
    return firstProbe.getAsInt() < ASKED_SECONDS ? "StricterThanRequested" : "Effective";
  }

  /** The beginning of the text in the status. */
  String status() {
    return firstProbe.isEmpty() ? "off" : String.valueOf(firstProbe.getAsInt());
  }

  String text() {
    return firstProbe.isEmpty() ? "off" : status() + " s";
  }
}
