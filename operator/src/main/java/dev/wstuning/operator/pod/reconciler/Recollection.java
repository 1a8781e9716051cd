package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.pod.status.InjectionState;
import java.util.Optional;

/** What of the previous status still counts. */
final class Recollection {

  private Recollection() {}

  /**
   * What the status remembers. With other settings, or with pods that had another owner, pods that
   * are not injected were not missed: they are older than what they are measured against.
   */
  static InjectionState of(WebSocketTuning tuning, int others) {
    WebSocketTuningStatus status = tuning.getStatus();
    InjectionState state = InjectionState.of(status);
    if (status == null) {
      return state;
    }
    int othersBefore = status.pods() == null ? 0 : status.pods().ownedByOther();
    boolean same =
        tuning.getMetadata().getGeneration().equals(status.observedGeneration())
            && othersBefore == others;
    return same ? state : new InjectionState(Optional.empty(), state.suspensions());
  }
}
