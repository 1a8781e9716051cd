package dev.wstuning.operator.crd;

import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.deadpeer.DeadPeerTarget.Derived;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Retransmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page on dead peers: written by hand, except for the table of derived values. */
final class DeadPeersPage {

  private static final String START = "<!-- derived: make crds -->\n";
  private static final String END = "<!-- end of derived -->\n";
  private static final String HEADER =
      """
      | withinSeconds | keepalive | userTimeoutSeconds | tcp_retries2 | idle | busy | by tcp_retries2 alone | outage that cuts no client |
      |---|---|---|---|---|---|---|---|
      """;

  private DeadPeersPage() {}

  static String render() {
    Path file = GeneratedFiles.root().resolve("docs/dead-peers.md");
    try {
      String page = Files.readString(file);
      int start = page.indexOf(START) + START.length();
      return page.substring(0, start) + table() + page.substring(page.indexOf(END));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  private static String table() {
    return IntStream.of(10, 30, 60, 120, 300)
        .mapToObj(DeadPeersPage::row)
        .collect(Collectors.joining("", HEADER, ""));
  }

  private static String row(int within) {
    Derived derived = DeadPeerTarget.derive(within, OptionalInt.empty());
    Retransmission retransmission =
        new Retransmission(derived.retries2(), Retransmission.DEFAULT_RTO_MAX_MILLIS);
    DeadPeerTime all =
        DeadPeerTime.of(
            Optional.of(derived.keepalive()),
            Duration.ofSeconds(derived.userTimeoutSeconds()),
            retransmission);
    DeadPeerTime sysctls =
        DeadPeerTime.of(Optional.of(derived.keepalive()), Duration.ZERO, retransmission);
    return "| %d | %s | %d | %d | %s | %s | %s | %d s |\n"
        .formatted(
            within,
            derived.keepalive(),
            derived.userTimeoutSeconds(),
            derived.retries2(),
            found(all.idle().orElseThrow()),
            found(all.busy()),
            found(sysctls.busy()),
            all.toleratedOutage().toSeconds());
  }

  private static String found(DeadPeerTime.Detection detection) {
    return "%d s, at most %d".formatted(detection.seconds(), detection.atMostSeconds());
  }
}
