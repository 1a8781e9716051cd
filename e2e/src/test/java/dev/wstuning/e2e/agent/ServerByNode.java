package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.SocketOptions;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;

/**
 * A server of a namespace that its node tunes, and what the host shows of it. The server itself
 * leaves keepalive off, and never raises its limit.
 */
record ServerByNode(Installation cluster, Site site, String namespace) {

  static final String TUNING = "chat";
  static final String APP = "server-python";

  /** Of the server's process if the tuning acts. */
  static final long OPEN_FILES = 15_000;

  /** What an offer needs for that. */
  static final String OFFER = "openFiles: {maximum: %d}".formatted(OPEN_FILES);

  static final SocketOptions TUNED = new SocketOptions(true, 300, 10, 5, 345_000);

  /** Keepalive, a user timeout, a sysctl that the kubelet refuses in pods, and open files. */
  private static final String SPEC =
      """
      via: NodeAgent
      selector: {matchLabels: {app: %s}}
      keepalive: {timeSeconds: %d, intervalSeconds: 10, probes: 5}
      userTimeoutSeconds: %d
      sysctls: [{name: net.core.somaxconn, value: "4321"}]
      openFiles: {minimum: %d}
      """;

  /** Creates the tuning, and waits until its plan is known. */
  void tune(String... more) {
    cluster.tune(
        namespace,
        TUNING,
        SPEC.formatted(APP, TUNED.time(), TUNED.userTimeoutMillis() / 1000, OPEN_FILES)
            + String.join("\n", more));
    Tunings.awaitCondition(cluster, namespace, TUNING, "Accepted", "True", "Accepted");
    cluster.awaitPlan(namespace, TUNING);
  }

  void deploy() {
    Servers.deployAs(cluster.client(), namespace, APP, APP, this::manifest);
  }

  /** Of the server that sets nothing by itself, on this node. */
  String manifest(String yaml) {
    return site.pinned().apply(yaml).replace("value: \"on\"", "value: \"off\"");
  }

  Pod pod() {
    return cluster.readyPod(namespace, APP);
  }

  long pid() {
    return pid(pod());
  }

  long pid(Pod pod) {
    return site.host().serverPid(pod, Servers.CONTAINER, Servers.PORT);
  }

  /** Another process than this listens; the API server is not needed to find it. */
  long pidAfter(long before, Pod pod) {
    return await("another process of the server")
        .pollInterval(Duration.ofMillis(500))
        .ignoreException(AssertionError.class)
        .until(() -> site.host().serverPid(pod, Servers.PORT), pid -> pid != before);
  }

  void mustBeTuned(long pid) {
    Host host = site.host();
    assertThat(host.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("300");
    assertThat(host.sysctl(pid, "net.ipv4.tcp_keepalive_intvl")).isEqualTo("10");
    assertThat(host.sysctl(pid, "net.ipv4.tcp_keepalive_probes")).isEqualTo("5");
    assertThat(host.sysctl(pid, "net.core.somaxconn")).isEqualTo("4321");
    assertThat(host.openFiles(pid).soft()).isEqualTo(OPEN_FILES);
    assertThat(SocketOptions.ofNewConnection(host, pid, Servers.PORT)).isEqualTo(TUNED);
  }

  void mustBeUntuned(long pid) {
    Host host = site.host();
    assertThat(host.sysctl(pid, "net.ipv4.tcp_keepalive_time")).isEqualTo("7200");
    assertThat(host.openFiles(pid).soft()).isNotEqualTo(OPEN_FILES);
    assertThat(SocketOptions.ofNewConnection(host, pid, Servers.PORT).keepalive()).isFalse();
  }
}
