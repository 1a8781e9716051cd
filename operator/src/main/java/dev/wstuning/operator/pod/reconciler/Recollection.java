package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.pod.status.StatusFactory.Memory;
import java.util.Optional;

/** What of the previous status still counts. */
final class Recollection {

  private Recollection() {}

  /**
   * What the status remembers. With other settings, or with pods that had another owner, pods that
   * are not injected were not missed: they are older than what they are measured against.
   */
  static Memory of(WebSocketTuning tuning, int others) {
    WebSocketTuningStatus status = tuning.getStatus();
    Memory memory = Memory.of(status);
    if (status == null) {
      return memory;
    }
    Integer othersBefore = status.pods() == null ? null : status.pods().ownedByOther();
    boolean same =
        tuning.getMetadata().getGeneration().equals(status.observedGeneration())
            && (othersBefore == null ? 0 : othersBefore) == others;
    return same ? memory : new Memory(Optional.empty(), memory.suspension());
  }
}
