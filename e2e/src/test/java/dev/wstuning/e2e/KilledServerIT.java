package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is killed comes back in the same pod: tuned again, and observed again. */
@Tag("together")
@NeedsTheNode
class KilledServerIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @ParameterizedTest
  @CsvSource({"privileged, Kernel", "restricted, Preload"})
  void theNewProcessIsTunedAndTheStatusFollows(String podSecurity, String setBy) {
    namespace =
        cluster.namespace("killed", Map.of("pod-security.kubernetes.io/enforce", podSecurity));
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-python}}
        keepalive: {timeSeconds: 40, intervalSeconds: 10, probes: 3}
        userTimeoutSeconds: 65
        methods: {sockets: [Programs, Preload], openFiles: [NodeAgent, Preload]}
        """);
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, "server-python", "default");
    Pod pod = cluster.readyPod(namespace, "server-python");
    String before = effective().getStatus().lastObservedTime();
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);

    Command.run("kill", "-9", String.valueOf(pid));

    await("another process of the server")
        .until(() -> restarts() == 1 && Installation.ready(pod()));
    long next = Host.LOCAL.serverPid(pod(), Servers.CONTAINER, Servers.PORT);
    assertThat(next).isNotEqualTo(pid);
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            "chat",
            "the new process observed",
            t ->
                t.getStatus().lastObservedTime() != null
                    && t.getStatus().lastObservedTime().compareTo(before) > 0
                    && "1/1".equals(t.getStatus().summary().effective()));
    assertThat(tuning.getStatus().observations().get(0).ports().get(0).setBy()).isEqualTo(setBy);
    assertThat(Servers.keepaliveTimer(cluster.client(), namespace, "server-python", next))
        .isBetween(30.0, 41.0);
  }

  private WebSocketTuning effective() {
    return Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "effective",
        t -> "1/1".equals(t.getStatus().summary().effective()));
  }

  private Pod pod() {
    return cluster.pods(namespace, "server-python").get(0);
  }

  private int restarts() {
    return pod().getStatus().getContainerStatuses().get(0).getRestartCount();
  }
}
