package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.store.SharedParts;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;

/**
 * Keeps tunings without the fields that managers own, and equal parts of their statuses once. A
 * status of ten pods may take 50 KiB otherwise, on each replica, and there may be a thousand.
 */
public final class KeptTunings {

  private KeptTunings() {}

  public static ItemStore<WebSocketTuning> store() {
    SharedParts parts = new SharedParts();
    return new TransformingItemStore<>(
        tuning -> {
          tuning.setStatus(parts.of(tuning.getStatus()));
          return OwnedFields.leaveOut(tuning);
        });
  }
}
