package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import java.time.Instant;
import java.util.Optional;

/**
 * What a tuning said of itself at an instant.
 *
 * @param current whether its status is about its present generation
 * @param pods empty without a status
 */
record State(
    Instant at,
    String namespace,
    String name,
    boolean current,
    Optional<Condition> ready,
    Optional<Condition> effective,
    Optional<Pods> pods) {

  static State of(Instant at, WebSocketTuning tuning) {
    var status = Optional.ofNullable(tuning.getStatus());
    return new State(
        at,
        tuning.getMetadata().getNamespace(),
        tuning.getMetadata().getName(),
        status
            .filter(s -> tuning.getMetadata().getGeneration().equals(s.observedGeneration()))
            .isPresent(),
        Tunings.condition(tuning, "Ready"),
        Tunings.condition(tuning, "Effective"),
        status.map(s -> s.pods()));
  }

  String key() {
    return namespace + "/" + name;
  }

  /** Whether it has a status. */
  boolean described() {
    return current && ready.isPresent();
  }

  boolean isReady() {
    return ready.filter(c -> c.status() == ConditionStatus.True).isPresent();
  }

  boolean isEffective() {
    return effective.filter(c -> c.status() == ConditionStatus.True).isPresent();
  }

  /** Whether it says of this many pods that each has what is wanted, and nothing else. */
  boolean isRight(int expected) {
    boolean all =
        pods.filter(p -> p.equals(new Pods(expected, expected, expected, 0, 0, 0, 0, 0, 0, 0, 0)))
            .isPresent();
    return current && isReady() && all && (expected == 0 || isEffective());
  }

  @Override
  public String toString() {
    return "%s %s: ready %s, effective %s, %s"
        .formatted(
            at,
            key(),
            ready.map(c -> c.status() + " " + c.reason() + " " + c.message()).orElse("-"),
            effective.map(c -> c.status() + " " + c.reason()).orElse("-"),
            pods.map(Pods::toString).orElse("-"));
  }
}
