package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.status.InjectionState;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * What of the previous status still counts. With other settings, or with pods that had another
 * owner, pods that are not injected were not missed: they are older than what they are measured
 * against.
 *
 * @param othersUntil the creation of the newest pod, if pods had another owner; all times are of
 *     the API server's clock
 */
record Recollection(InjectionState state, Optional<Instant> othersUntil) {

  static Recollection of(WebSocketTuning tuning, Gatherer.Owners owners) {
    WebSocketTuningStatus status = tuning.getStatus();
    InjectionState state = InjectionState.of(status);
    if (status == null) {
      return new Recollection(state, Optional.empty());
    }
    int othersBefore = status.pods() == null ? 0 : status.pods().ownedByOther();
    boolean sameOwners = othersBefore == owners.rivals().lost();
    boolean sameSettings = tuning.getMetadata().getGeneration().equals(status.observedGeneration());
    return new Recollection(
        sameOwners && sameSettings
            ? state
            : new InjectionState(Optional.empty(), state.suspensions()),
        sameOwners ? Optional.empty() : newest(owners));
  }

  private static Optional<Instant> newest(Gatherer.Owners owners) {
    return owners.owned().stream()
        .map(PodRecord::facts)
        .map(PodFacts::created)
        .max(Comparator.naturalOrder());
  }
}
