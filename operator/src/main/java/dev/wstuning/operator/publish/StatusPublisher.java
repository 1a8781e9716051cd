package dev.wstuning.operator.publish;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes a resource's status, and what is new in it; an equal one is not written.
 *
 * @param empty makes a resource without anything
 */
public record StatusPublisher<R extends CustomResource<?, S>, S>(
    Supplier<R> empty, List<StatusNews<? super R, S>> news) {

  public void publish(R resource, S status, Context<R> context) {
    S before = resource.getStatus();
    if (before != null && Serialization.asJson(before).equals(Serialization.asJson(status))) {
      return;
    }
    R fresh = empty.get();
    fresh.setMetadata(identity(resource.getMetadata()));
    fresh.setStatus(status);
    if (LiveStatus.write(resource, fresh, context)) {
      news.forEach(n -> n.record(resource, before, status));
    }
  }

  private static ObjectMeta identity(ObjectMeta metadata) {
    return new ObjectMetaBuilder()
        .withName(metadata.getName())
        .withNamespace(metadata.getNamespace())
        .withUid(metadata.getUid())
        .build();
  }
}
