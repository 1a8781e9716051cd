package dev.wstuning.e2e.support;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;

/** The installed operator. */
public final class Operator {

  public static final String NAMESPACE = "wstuning-system";
  public static final String DEPLOYMENT = "wstuning-operator";

  private Operator() {}

  /** Scales it, and waits until that many replicas serve (or none is left). */
  public static void scale(int replicas) {
    Command.kubectl("-n", NAMESPACE, "scale", "deployment/" + DEPLOYMENT, "--replicas=" + replicas);
    if (replicas == 0) {
      Command.kubectl(
          "-n",
          NAMESPACE,
          "wait",
          "--for=delete",
          "pod",
          "-l",
          "app.kubernetes.io/component=operator",
          Deadline.flag());
    } else {
      rolledOut();
    }
  }

  /**
   * Says that a story ends a process of this replica: one restart of it is the story's own doing.
   */
  public static void endedByStory(Pod replica) {
    Installation.withOperator().replicas().explainRestart(replica);
  }

  /** The process of a replica, as the host has it. */
  static long pid(Pod replica) {
    return Host.LOCAL.serverPid(replica, "operator", 8443);
  }

  /** Kills the process of the leader, and returns when. */
  public static Instant killLeader(KubernetesClient client) {
    Pod leader = client.pods().inNamespace(NAMESPACE).withName(leader(client)).require();
    ProcessHandle process = ProcessHandle.of(pid(leader)).orElseThrow();
    endedByStory(leader);
    process.destroyForcibly();
    return Instant.now();
  }

  /** Replaces its replicas one after the other, as a new version would, and waits for the end. */
  public static void restart() {
    Command.kubectl("-n", NAMESPACE, "rollout", "restart", "deployment/" + DEPLOYMENT);
    rolledOut();
  }

  /**
   * Takes the unexplained restarts before the check after the story does. Each is reported once.
   */
  public static Restarts unexplainedRestarts() {
    return Installation.withOperator().replicas().unexplainedRestarts();
  }

  /**
   * Sets a variable of its environment, as {@code NAME=value}, or removes it, as {@code NAME-}, and
   * waits until all replicas have that.
   */
  public static void set(KubernetesClient client, String variable) {
    Command.kubectl("-n", NAMESPACE, "set", "env", "deployment/" + DEPLOYMENT, variable);
    replaced(client);
  }

  public static void rolledOut() {
    Command.kubectl(
        "-n", NAMESPACE, "rollout", "status", "deployment/" + DEPLOYMENT, Deadline.flag());
  }

  /** Waits until none is left of the replicas before: one that ends still admits pods. */
  public static void replaced(KubernetesClient client) {
    rolledOut();
    await("an end of the replicas before")
        .until(() -> pods(client).size() == replicas(client).size());
  }

  public static List<Pod> replicas(KubernetesClient client) {
    return pods(client).stream()
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  private static List<Pod> pods(KubernetesClient client) {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems();
  }

  public static List<Footprint> footprints(KubernetesClient client) {
    return replicas(client).stream().map(Footprint::of).toList();
  }

  /** The name of the replica that writes. */
  public static String leader(KubernetesClient client) {
    return client
        .leases()
        .inNamespace(NAMESPACE)
        .withName("wstuning")
        .require()
        .getSpec()
        .getHolderIdentity();
  }
}
