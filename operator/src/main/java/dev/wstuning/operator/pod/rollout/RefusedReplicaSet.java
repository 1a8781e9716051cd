package dev.wstuning.operator.pod.rollout;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A ReplicaSet whose pods cannot be created.
 *
 * @param labels those of its pods
 * @param why the words of what refuses them
 */
public record RefusedReplicaSet(Map<String, String> labels, String why) {

  /** Empty if the pods of {@code replicaSet} are not refused. */
  public static Optional<RefusedReplicaSet> of(ReplicaSet replicaSet) {
    if (replicaSet.getStatus() == null) {
      return Optional.empty();
    }
    return replicaSet.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
        // Its other reason is that pods cannot be deleted.
        .filter(c -> !"FailedDelete".equals(c.getReason()))
        .findFirst()
        .map(
            c ->
                new RefusedReplicaSet(
                    Objects.requireNonNullElse(replicaSet.getMetadata().getLabels(), Map.of()),
                    Objects.requireNonNullElse(c.getMessage(), "the ReplicaSet gives no reason")));
  }
}
