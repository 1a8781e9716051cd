package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The second worker of e2e/cluster/up --modern, in user-mode Linux: systemd, cgroup v2 alone, root
 * with all capabilities. One processor, on which a system call takes a while.
 */
public final class ModernNode {

  public static final String NAME = "wstuning-modern";

  /** The guest. Each command there takes most of a second. */
  public static final Host HOST =
      new Host(Cluster.root().resolve("e2e/cluster/modern-node").toString(), "run");

  /** What containers get by the runtime's unit as distributions ship it. */
  public static final Host.Limit SHIPPED = new Host.Limit(1024, 524_288);

  private static final String DROP_IN = "/etc/systemd/system/containerd.service.d/limit.conf";
  private static final String POD_SPEC = "      terminationGracePeriodSeconds:";

  private ModernNode() {}

  /** Changes the manifest of a server so that its pods run there. */
  public static String pinned(String manifest) {
    return pinnedTo(NAME, manifest);
  }

  /** The same for the node that e2e/cluster/up starts. */
  public static String pinnedElsewhere(String manifest) {
    return pinnedTo("wstuning-node", manifest);
  }

  private static String pinnedTo(String node, String manifest) {
    if (!manifest.contains(POD_SPEC)) {
      throw new AssertionError("no pod in this manifest:%n%s".formatted(manifest));
    }
    return manifest.replace(
        POD_SPEC, "      nodeSelector: {kubernetes.io/hostname: %s}%n%s".formatted(node, POD_SPEC));
  }

  /**
   * Has containers that are created from now on get these open files, as an administrator does: by
   * the runtime's unit. Restarts it if need be; what runs stays.
   */
  public static void runtimeGives(Host.Limit limit) {
    String dropIn =
        limit.equals(SHIPPED)
            ? ""
            : "[Service]\nLimitNOFILE=%d:%d\n".formatted(limit.soft(), limit.hard());
    HOST.run(
        "sh",
        "-euc",
        """
        [ "$(cat "$1" 2>/dev/null)" != "$(printf %s "$2")" ] || exit 0
        mkdir -p "${1%/*}"
        printf %s "$2" >"$1"
        systemctl daemon-reload
        systemctl restart containerd
        """,
        "sh",
        DROP_IN,
        dropIn);
  }

  /** Waits until its agent grants open files, and the operator believes it. */
  public static void awaitGrants(Installation cluster) {
    awaitGrants(cluster, Instant.EPOCH);
  }

  /** The same of an agent that was started after an instant, as after a reboot. */
  public static void awaitGrants(Installation cluster, Instant since) {
    await("the agent of %s grants open files".formatted(NAME))
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                grants(cluster)
                    && NodeAgent.pods(cluster).stream()
                        .filter(a -> NAME.equals(a.getSpec().getNodeName()))
                        .anyMatch(a -> Installation.ready(a) && startedAfter(a, since)));
  }

  private static boolean startedAfter(Pod pod, Instant since) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(s -> s.getState().getRunning())
        .allMatch(r -> r != null && Instant.parse(r.getStartedAt()).isAfter(since));
  }

  private static boolean grants(Installation cluster) {
    return Optional.ofNullable(
            cluster.client().resources(WebSocketNodeState.class).withName(NAME).get())
        .map(WebSocketNodeState::getStatus)
        .map(WebSocketNodeStateStatus::openFiles)
        .filter(WebSocketNodeStateStatus.Serving::isServing)
        .isPresent();
  }

  /** Boots it again, and waits until it is Ready. */
  public static void reboot() {
    Command.cluster("modern-node", "reboot");
  }

  /** Takes the power away. */
  public static void losePower() {
    Command.cluster("modern-node", "poweroff", "--at-once");
  }

  /** Has it join, or boots it. */
  public static void join() {
    Command.cluster("up", "--modern");
  }

  /** Before the stories of a class: the replicas of the operator start before it joins. */
  static final class Joined implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      Installation.withOperator();
      join();
    }
  }
}
