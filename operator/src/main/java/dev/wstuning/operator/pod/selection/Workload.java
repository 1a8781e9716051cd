package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Locale;
import java.util.Optional;

/**
 * What a user restarts in order to get new pods.
 *
 * @param kind Deployment, StatefulSet, DaemonSet, or any other kind that made the pod
 */
public record Workload(String kind, String name) {

  /** Label of the pods of a Deployment. */
  public static final String TEMPLATE_HASH = "pod-template-hash";

  /** Label of the pods of a StatefulSet or a DaemonSet. */
  public static final String REVISION_HASH = "controller-revision-hash";

  /** The workload that made {@code pod}; empty for a pod that nothing will replace. */
  public static Optional<Workload> of(Pod pod) {
    for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return Optional.of(of(owner, pod));
      }
    }
    return Optional.empty();
  }

  private static Workload of(OwnerReference owner, Pod pod) {
    String hash =
        pod.getMetadata().getLabels() == null
            ? null
            : pod.getMetadata().getLabels().get(TEMPLATE_HASH);
    // A Deployment names its ReplicaSets after itself and the hash of the template.
    if (owner.getKind().equals("ReplicaSet")
        && hash != null
        && owner.getName().endsWith("-" + hash)) {
      String deployment =
          owner.getName().substring(0, owner.getName().length() - hash.length() - 1);
      return new Workload("Deployment", deployment);
    }
    return new Workload(owner.getKind(), owner.getName());
  }

  /** Whether {@code kubectl rollout restart} works on it. */
  public boolean restartable() {
    return kind.equals("Deployment") || kind.equals("StatefulSet") || kind.equals("DaemonSet");
  }

  /** As kubectl takes it: {@code deployment/chat}. */
  @Override
  public String toString() {
    return kind.toLowerCase(Locale.ROOT) + "/" + name;
  }
}
