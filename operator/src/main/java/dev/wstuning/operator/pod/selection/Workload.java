package dev.wstuning.operator.pod.selection;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Owner;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What replaces pods that go, and what a user restarts in order to get new ones.
 *
 * @param group the API group; empty for the core group
 * @param kind Deployment, StatefulSet, DaemonSet, or any other kind that made the pod
 */
public record Workload(String group, String kind, String name) {

  /** Label of the pods of a Deployment. */
  public static final String TEMPLATE_HASH = "pod-template-hash";

  /** Label of the pods of an Argo Rollout. */
  public static final String ROLLOUT_HASH = "rollouts-pod-template-hash";

  /** Label of the pods of a StatefulSet or a DaemonSet. */
  public static final String REVISION_HASH = "controller-revision-hash";

  private static final String APPS = "apps";
  private static final Set<String> ROLLED_OUT = Set.of("Deployment", "StatefulSet", "DaemonSet");

  /** What names its ReplicaSets after itself and a hash, by the label that has the hash. */
  private static final Map<String, Kind> MAKERS_OF_REPLICA_SETS =
      Map.of(
          TEMPLATE_HASH,
          new Kind(APPS, "Deployment"),
          ROLLOUT_HASH,
          new Kind("argoproj.io", "Rollout"));

  private record Kind(String group, String name) {}

  /** How the pods of a workload are replaced. */
  public enum Replacement {
    /** {@code kubectl rollout restart} replaces them. */
    ROLLOUT,
    /** The command of Argo Rollouts does. */
    ARGO_ROLLOUT,
    /** A pod that is deleted is made again. */
    DELETION,
    /** Each run makes new ones. */
    NEXT_RUN
  }

  /** The workload that made {@code pod}; empty for a pod that nothing will replace. */
  public static Optional<Workload> of(Pod pod) {
    for (OwnerReference owner : pod.getMetadata().getOwnerReferences()) {
      if (Boolean.TRUE.equals(owner.getController())) {
        return Optional.of(of(owner, labels(pod)));
      }
    }
    return Optional.empty();
  }

  /** The workload that a status names. */
  public static Workload of(Owner owner) {
    return new Workload(text(owner.group()), text(owner.kind()), text(owner.name()));
  }

  private static String text(String value) {
    return Objects.requireNonNullElse(value, "");
  }

  /** As a status names it. */
  public Owner named() {
    return new Owner(group, kind, name);
  }

  private static Map<String, String> labels(Pod pod) {
    return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
  }

  private static Workload of(OwnerReference owner, Map<String, String> labels) {
    Workload itself = new Workload(group(owner), owner.getKind(), owner.getName());
    return itself.is(APPS, "ReplicaSet") ? itself.maker(labels).orElse(itself) : itself;
  }

  private Optional<Workload> maker(Map<String, String> labels) {
    return MAKERS_OF_REPLICA_SETS.entrySet().stream()
        .filter(e -> labels.containsKey(e.getKey()))
        .filter(e -> name.endsWith("-" + labels.get(e.getKey())))
        .map(
            e ->
                new Workload(
                    e.getValue().group(),
                    e.getValue().name(),
                    name.substring(0, name.length() - labels.get(e.getKey()).length() - 1)))
        .findFirst();
  }

  private static String group(OwnerReference owner) {
    String version = text(owner.getApiVersion());
    return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
  }

  private boolean is(String otherGroup, String otherKind) {
    return group.equals(otherGroup) && kind.equals(otherKind);
  }

  /** Whether {@code kubectl rollout restart} works on it. */
  public boolean restartable() {
    return replacement() == Replacement.ROLLOUT;
  }

  /** How its pods are replaced. */
  public Replacement replacement() {
    if (group.equals(APPS) && ROLLED_OUT.contains(kind)) {
      return Replacement.ROLLOUT;
    }
    if (is("argoproj.io", "Rollout")) {
      return Replacement.ARGO_ROLLOUT;
    }
    return is("batch", "Job") ? Replacement.NEXT_RUN : Replacement.DELETION;
  }

  /** As kubectl takes it: {@code deployment/chat}. */
  @Override
  public String toString() {
    return kind.toLowerCase(Locale.ROOT) + "/" + name;
  }
}
