package dev.wstuning.e2e.servers;

import java.util.Map;
import java.util.stream.Stream;

/** A column of the matrix: where a server runs, and whose keepalive wins there. */
enum Way {
  UNTUNED("Untuned", false, false, null),
  PRIVILEGED_RESPECT("Programs, Respect", false, false, "Respect"),
  PRIVILEGED_OVERRIDE("Programs, Override", false, false, "Override"),
  RESTRICTED_RESPECT("Library, Respect", true, false, "Respect"),
  RESTRICTED_OVERRIDE("Library, Override", true, false, "Override"),
  NODE_RESPECT("Node agent, Respect", true, true, "Respect"),
  NODE_OVERRIDE("Node agent, Override", true, true, "Override");

  private static final int ASKED_INTERVAL = 10;
  private static final int ASKED_PROBES = 5;
  private static final int ASKED_USER_TIMEOUT = 85;
  private static final String AT_ADMISSION =
      """
      methods: {sockets: [Programs, Preload], openFiles: [NodeAgent, Preload]}
      onFailure: {operatorDown: Reject}\
      """;

  final String title;

  /** Whether Pod Security keeps privileged containers out. */
  final boolean restricted;

  /** Whether the node's agent tunes the pods, and not admission. */
  final boolean byNode;

  private final String wins;

  Way(String title, boolean restricted, boolean byNode, String wins) {
    this.title = title;
    this.restricted = restricted;
    this.byNode = byNode;
    this.wins = wins;
  }

  static Stream<Way> atAdmission() {
    return Stream.of(values()).filter(way -> way.tuned() && !way.byNode);
  }

  static Stream<Way> byNode() {
    return Stream.of(values()).filter(way -> way.byNode);
  }

  /** Whether the socket programs act; else the library does, where a server loads it. */
  boolean programs() {
    return byNode || !restricted;
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

  /** The same tuning everywhere: by what it is done is the namespace's and the way's business. */
  String tuning(Server server) {
    if (!tuned()) {
      throw new IllegalStateException("nothing is tuned");
    }
    return """
        selector: {matchLabels: {app: %s}}
        ports: [{port: 8080}]
        keepalive: {timeSeconds: %d, intervalSeconds: %d, probes: %d}
        userTimeoutSeconds: %d
        applicationKeepalive: %s
        %s
        """
        .formatted(
            server.app(),
            Seen.ASKED_SECONDS,
            ASKED_INTERVAL,
            ASKED_PROBES,
            ASKED_USER_TIMEOUT,
            wins,
            byNode ? "via: NodeAgent" : AT_ADMISSION);
  }
}
