package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedSysctl;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The main job: for each server, tuned and untuned, the status says what the host says. The host is
 * read without the operator: /proc/PID/limits, sysctls in the pod's network namespace, ss.
 */
@Tag("together")
@NeedsTheNode
class EffectiveLimitsIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @ParameterizedTest(name = "{0} with keepalive {1}, {2}: {3}, set by {4}")
  @CsvSource({
    "server-go,     on,      mode: Tune,              Effective,             Kernel",
    "server-go,     on,      methods: {privilege: Unprivileged}, Effective,             Sysctls",
    "server-go,     on,      mode: Observe,           SysctlDiffers,         Sysctls",
    "server-go,     default, mode: Tune,              StricterThanRequested, Application",
    "server-go,     default, mode: Observe,           SysctlDiffers,         Application",
    "server-node,   on,      mode: Observe,           SysctlDiffers,         Sysctls",
    "server-node,   default, mode: Tune,              Effective,             Kernel",
    "server-node,   default, methods: {privilege: Unprivileged}, KeepaliveOff,          Nobody",
    "server-python, on,      methods: {privilege: Unprivileged}, Effective,             Sysctls",
    "server-python, default, mode: Tune,              Effective,             Kernel",
    "server-python, default, methods: {privilege: Unprivileged}, KeepaliveOff,          Nobody",
  })
  void statusSaysWhatTheHostSays(
      String server, String keepalive, String how, String reason, String setBy) {
    namespace = cluster.namespace("limits");
    cluster.tune(
        namespace,
        "chat",
        """
        %s
        selector: {matchLabels: {app: %s}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        sysctls: [{name: net.ipv4.tcp_fin_timeout, value: "30"}]
        """
            .formatted(how, server));
    Tunings.awaitStatus(cluster, namespace, "chat", "registered", t -> true);
    cluster.awaitInjection(namespace, "chat", !how.equals("mode: Observe"));

    Servers.deploy(cluster.client(), namespace, server, keepalive);
    Pod pod = cluster.readyPod(namespace, server);

    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            "chat",
            "pod observed, " + reason,
            t ->
                Tunings.condition(t, "Effective")
                    .filter(c -> c.reason().equals(reason))
                    .isPresent());
    // That a server is stricter by itself cannot be proven while its own values win.
    assertThat(tuning.getStatus().summary().effective())
        .isEqualTo(reason.equals("Effective") ? "1/1" : "0/1");
    assertThat(tuning.getStatus().observations()).hasSize(1);
    Observation observation = tuning.getStatus().observations().get(0);

    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    sameOpenFiles(observation, pid);
    sameSysctls(observation, pid);
    sameKeepalive(observation, pid, server, setBy);
  }

  /** Python keeps the soft limit that the runtime gives; Go and Node raise theirs by themselves. */
  @ParameterizedTest
  @CsvSource({
    "server-python, OpenFilesBelowMinimum",
    "server-node,   Effective",
    "server-go,     Effective",
  })
  void openFilesAreJudgedByWhatTheProcessHas(String server, String reason) {
    namespace = cluster.namespace("files");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: %s}}
        openFiles: {minimum: 15000}
        """
            .formatted(server));
    Servers.deploy(cluster.client(), namespace, server);
    Pod pod = cluster.readyPod(namespace, server);

    WebSocketTuning tuning = Tunings.awaitEffective(cluster, namespace, "chat", reason);

    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    sameOpenFiles(tuning.getStatus().observations().get(0), pid);
    assertThat(Host.LOCAL.openFiles(pid).soft() >= 15000).isEqualTo(reason.equals("Effective"));
    assertThat(tuning.getStatus().summary().openFiles())
        .isEqualTo(String.valueOf(Host.LOCAL.openFiles(pid).soft()));
  }

  private static void sameOpenFiles(Observation observation, long pid) {
    Host.Limit limit = Host.LOCAL.openFiles(pid);
    assertThat(observation.openFiles().soft()).isEqualTo(limit.soft());
    assertThat(observation.openFiles().hard()).isEqualTo(limit.hard());
  }

  private static void sameSysctls(Observation observation, long pid) {
    assertThat(observation.sysctls()).hasSize(4);
    for (ObservedSysctl sysctl : observation.sysctls()) {
      assertThat(sysctl.value()).as(sysctl.name()).isEqualTo(Host.LOCAL.sysctl(pid, sysctl.name()));
    }
  }

  /** A client of our own connects through the Service; ss shows the timer of the server's end. */
  private void sameKeepalive(Observation observation, long pid, String server, String setBy) {
    assertThat(observation.ports()).extracting(ObservedPort::port).containsExactly(Servers.PORT);
    ObservedPort port = observation.ports().get(0);
    double longest = Servers.keepaliveTimer(cluster.client(), namespace, server, pid);
    assertThat(port.setBy()).isEqualTo(setBy);
    if (longest < 0) {
      assertThat(port.keepalive().state()).isEqualTo("Off");
      assertThat(setBy).isEqualTo("Nobody");
      return;
    }
    int idle = port.keepalive().timeSeconds();
    // The connection is a moment old, and ss prints whole minutes from nine minutes on.
    double precision = longest >= 9 * 60 ? 60 : 5;
    assertThat(longest).isBetween(idle - precision, idle + 1.0);
    if (setBy.equals("Application")) {
      assertThat(port.keepalive().intervalSeconds()).as("it cannot be read").isNull();
      assertThat(port.keepalive().probes()).as("they cannot be read").isNull();
      assertThat(observation.deadPeer().idleSeconds()).isNull();
    } else {
      assertThat(observation.deadPeer().idleSeconds())
          .isEqualTo(seconds(pid, "time") + (long) seconds(pid, "intvl") * seconds(pid, "probes"));
    }
    assertThat(observation.deadPeer().busySeconds()).as("tcp_retries2 is 15").isEqualTo(925);
  }

  private static int seconds(long pid, String which) {
    return Integer.parseInt(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_" + which));
  }
}
