package dev.wstuning.e2e.servers;

import java.util.Map;
import java.util.stream.Stream;

/** A column of the matrix: where a server runs, and whose keepalive wins there. */
enum Way {
  UNTUNED("Untuned", false, null),
  PRIVILEGED_RESPECT("Programs, Respect", false, "Respect"),
  PRIVILEGED_OVERRIDE("Programs, Override", false, "Override"),
  RESTRICTED_RESPECT("Library, Respect", true, "Respect"),
  RESTRICTED_OVERRIDE("Library, Override", true, "Override");

  final String title;

  /** Whether Pod Security keeps privileged containers out. */
  final boolean restricted;

  private final String wins;

  Way(String title, boolean restricted, String wins) {
    this.title = title;
    this.restricted = restricted;
    this.wins = wins;
  }

  static Stream<Way> tunedOnes() {
    return Stream.of(values()).filter(Way::tuned);
  }

  boolean tuned() {
    return wins != null;
  }

  @Override
  public String toString() {
    return title;
  }

  Map<String, String> namespaceLabels() {
    return Map.of("pod-security.kubernetes.io/enforce", restricted ? "restricted" : "privileged");
  }

  /** The same tuning everywhere: by what it is done is the namespace's business. */
  String tuning(Server server) {
    if (!tuned()) {
      throw new IllegalStateException("nothing is tuned");
    }
    return """
        selector: {matchLabels: {app: %s}}
        ports: [{port: 8080}]
        keepalive: {timeSeconds: %d, intervalSeconds: 10, probes: 5}
        userTimeoutSeconds: 85
        applicationKeepalive: %s
        methods: {sockets: [Programs, Preload], openFiles: [NodeAgent, Preload]}
        onFailure: {operatorDown: Reject}
        """
        .formatted(server.app(), Seen.ASKED_SECONDS, wins);
  }
}
