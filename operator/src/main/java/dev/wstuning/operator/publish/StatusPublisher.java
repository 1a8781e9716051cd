package dev.wstuning.operator.publish;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes a resource's status, and what is new in it; an equal one is not written. What is pressing
 * is written at once, everything else at the given pace.
 *
 * @param empty makes a resource without anything
 * @param pressing the part of a status that is pressing if it changes
 * @param writes hears of what is written and what has to wait
 */
public record StatusPublisher<R extends CustomResource<?, S>, S>(
    Supplier<R> empty,
    Function<S, ?> pressing,
    WritePace pace,
    StatusWrites writes,
    List<StatusNews<? super R, S>> news) {

  /** Returns when to publish again, because the status has to wait; empty if it does not. */
  public Optional<Duration> publish(R resource, S status, Context<R> context) {
    S before = resource.getStatus();
    if (before != null && Serialization.asJson(before).equals(Serialization.asJson(status))) {
      return Optional.empty();
    }
    String uid = resource.getMetadata().getUid();
    if (before != null && samePressing(before, status)) {
      Duration wait = pace.remaining(uid);
      if (!wait.isZero()) {
        writes.putOff();
        return Optional.of(wait);
      }
    }
    R fresh = empty.get();
    fresh.setMetadata(identity(resource.getMetadata()));
    fresh.setStatus(status);
    if (LiveStatus.write(resource, fresh, context)) {
      pace.wrote(uid);
      writes.written();
      news.forEach(n -> n.record(resource, before, status));
    }
    return Optional.empty();
  }

  /** Compared as it is written: what is read has nothing where empty lists were. */
  private boolean samePressing(S before, S after) {
    return Serialization.asJson(pressing.apply(before))
        .equals(Serialization.asJson(pressing.apply(after)));
  }

  /** Forgets a resource that is gone. */
  public void forget(String uid) {
    pace.forget(uid);
    news.forEach(n -> n.forget(uid));
  }

  private static ObjectMeta identity(ObjectMeta metadata) {
    return new ObjectMetaBuilder()
        .withName(metadata.getName())
        .withNamespace(metadata.getNamespace())
        .withUid(metadata.getUid())
        .build();
  }
}
