package dev.wstuning.operator.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tunings were reconciled, by name. A deletion and the creation of another tuning of that
 * name may reach the reconciler as one event, or as none; the uid tells them apart.
 */
final class KnownTunings {

  private record Known(String uid, Long generation) {}

  private final Map<ResourceID, Known> known = new ConcurrentHashMap<>();

  /**
   * What is new about a tuning.
   *
   * @param replacedUid the tuning that had this name before
   * @param changed whether it was not reconciled before, or with another spec
   */
  record News(Optional<String> replacedUid, boolean changed) {}

  News take(WebSocketTuning tuning) {
    Known now = of(tuning);
    Known before = known.put(ResourceID.fromResource(tuning), now);
    return new News(
        Optional.ofNullable(before).map(Known::uid).filter(uid -> !uid.equals(now.uid())),
        !now.equals(before));
  }

  /** Forgets a name; returns the uid of the tuning that had it. */
  Optional<String> remove(ResourceID id) {
    return Optional.ofNullable(known.remove(id)).map(Known::uid);
  }

  boolean isCurrent(WebSocketTuning tuning) {
    return of(tuning).equals(known.get(ResourceID.fromResource(tuning)));
  }

  private static Known of(WebSocketTuning tuning) {
    return new Known(tuning.getMetadata().getUid(), tuning.getMetadata().getGeneration());
  }
}
