package dev.wstuning.operator.pod.reconciler;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;

/**
 * The fields that each manager of an object owns. Those of a tuning with a status take more memory
 * than the tuning itself, and are not read.
 */
final class OwnedFields {

  private OwnedFields() {}

  /** Keeps objects with their managers, but without the fields that these own. */
  static <R extends HasMetadata> ItemStore<R> leftOut() {
    return new TransformingItemStore<>(OwnedFields::leaveOut);
  }

  static <R extends HasMetadata> R leaveOut(R resource) {
    resource.getMetadata().getManagedFields().forEach(manager -> manager.setFieldsV1(null));
    return resource;
  }
}
