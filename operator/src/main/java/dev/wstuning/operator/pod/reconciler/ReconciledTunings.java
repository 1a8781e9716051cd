package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Which tunings were reconciled, by name. A deletion and the creation of another tuning with that
 * name may be delivered as a single event, or not at all; uids distinguish them.
 */
final class ReconciledTunings {

  private record Known(String uid, Long generation) {}

  private final Map<ResourceID, Known> known = new ConcurrentHashMap<>();

  /**
   * What is new about a tuning.
   *
   * @param replacedUid the tuning that had this name before
   * @param changed whether it was not reconciled before, or with another spec
   */
  record Change(Optional<String> replacedUid, boolean changed) {}

  Change take(WebSocketTuning tuning) {
    Known now = of(tuning);
    Known before = known.put(ResourceID.fromResource(tuning), now);
    return new Change(
        Optional.ofNullable(before).map(Known::uid).filter(uid -> !uid.equals(now.uid())),
        !now.equals(before));
  }

  /** The uid of the tuning that had a name when it was reconciled last. */
  Optional<String> uid(ResourceID id) {
    return Optional.ofNullable(known.get(id)).map(Known::uid);
  }

  /** Forgets a name. */
  void remove(ResourceID id) {
    known.remove(id);
  }

  /** The names that no tuning has any more, although no deletion was reported. */
  List<ResourceID> without(Predicate<ResourceID> exists) {
    return known.keySet().stream().filter(exists.negate()).toList();
  }

  boolean isCurrent(WebSocketTuning tuning) {
    return of(tuning).equals(known.get(ResourceID.fromResource(tuning)));
  }

  private static Known of(WebSocketTuning tuning) {
    return new Known(tuning.getMetadata().getUid(), tuning.getMetadata().getGeneration());
  }
}
