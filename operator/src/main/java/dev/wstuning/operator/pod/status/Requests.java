package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.LastHandled;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import java.util.List;
import java.util.Optional;

/**
 * What users request by annotations of a tuning.
 *
 * @param observe that pods are observed again
 * @param retry that suspended injection is tried again
 */
public record Requests(Optional<String> observe, Optional<String> retry) {

  public static final Requests NONE = new Requests(Optional.empty(), Optional.empty());

  /** The requests that were carried out; null if there never was one. */
  LastHandled handled(List<JudgedPod> judged, Optional<WebSocketTuningStatus> previous) {
    boolean observed = judged.stream().noneMatch(p -> p.pod().observation().open());
    Optional<String> seen =
        observed
            ? observe
            : previous.map(WebSocketTuningStatus::lastHandled).map(LastHandled::observe);
    return seen.isEmpty() && retry.isEmpty()
        ? null
        : new LastHandled(seen.orElse(null), retry.orElse(null));
  }
}
