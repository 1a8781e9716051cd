package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The settings of two million connections are deleted while a server runs with such a limit:
 * processes that join its container get that limit again, which the kernel refuses above
 * fs.nr_open.
 */
@NeedsTheModernNode
class ModernNodeGrantInUseIT {

  private static final String TUNING = "two-million";
  private static final String NR_OPEN = "fs.nr_open";
  private static final long RAISED = 4_000_000;
  private static final long GRANTED = 2_000_000;
  private static final Duration DRAIN = Duration.ofSeconds(4);

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("grant-in-use");

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(namespace);
    NodeTunings.deleteAll(cluster);
  }

  @Test
  void whatRunsKeepsItsExecItsProbeAndItsPreStopHook() {
    String original = ModernNode.HOST.sysctl(NR_OPEN);
    NodeTunings.tune(
        cluster,
        TUNING,
        ModernNode.NAME,
        """
        openFiles: {maximum: %d}
        sysctls: [{name: %s, value: "%d"}]
        """
            .formatted(RAISED, NR_OPEN, RAISED));
    NodeTunings.awaitApplied(cluster, TUNING);
    ModernNode.awaitGrants(cluster);
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: phoenix}}
        openFiles: {minimum: %d}
        """
            .formatted(GRANTED));
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deployAs(
        cluster.client(), namespace, "server-python", "phoenix", ModernNodeGrantInUseIT::withExecs);
    Pod pod = cluster.readyPod(namespace, "phoenix");
    long server = ModernNode.HOST.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(ModernNode.HOST.openFiles(server)).isEqualTo(new Host.Limit(GRANTED, GRANTED));

    NodeTunings.delete(cluster, TUNING);

    await("the status says that fs.nr_open waits")
        .until(
            () ->
                Installation.yaml(NodeTunings.nodes(cluster))
                    .contains("a running container was granted %d open files".formatted(GRANTED)));
    assertThat(ModernNode.HOST.sysctl(NR_OPEN)).isEqualTo(String.valueOf(RAISED));
    assertThat(
            Command.kubectl(
                "-n", namespace, "exec", pod.getMetadata().getName(), "--", "python3", "-V"))
        .startsWith("Python");
    // Several times what the probe's period is.
    Installation.pause(Duration.ofSeconds(15));
    long deleted = System.nanoTime();
    Command.kubectl(
        "-n", namespace, "delete", "deployment", "phoenix", "--cascade=foreground", "--wait");
    Duration drained = Duration.ofNanos(System.nanoTime() - deleted);

    assertThat(drained).as("the preStop hook ran").isGreaterThan(DRAIN);
    assertThat(complaints(pod)).as("complaints of the kubelet").isEmpty();
    await("the original is back")
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> ModernNode.HOST.sysctl(NR_OPEN).equals(original));
    NodeTunings.awaitGone(cluster);
  }

  /** A probe and a hook that the runtime runs in the container. */
  private static String withExecs(String manifest) {
    return ModernNode.pinned(manifest)
        .replace("terminationGracePeriodSeconds: 2", "terminationGracePeriodSeconds: 30")
        .replace(
            "        readinessProbe:\n",
            """
                    livenessProbe:
                      exec: {command: [python3, -c, pass]}
                      periodSeconds: 3
                      timeoutSeconds: 10
                    lifecycle:
                      preStop:
                        exec: {command: [python3, -c, "import time; time.sleep(%d)"]}
                    readinessProbe:
            """
                .formatted(DRAIN.toSeconds()));
  }

  /** Of probes and hooks that the runtime could not run. */
  private List<String> complaints(Pod pod) {
    String uid = pod.getMetadata().getUid();
    return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(e -> uid.equals(e.getInvolvedObject().getUid()))
        .map(e -> e.getReason() + " " + e.getMessage())
        .filter(e -> e.startsWith("FailedPreStopHook") || e.contains("errored"))
        .toList();
  }
}
