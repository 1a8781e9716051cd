package dev.wstuning.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;

/** Waiting for what a tuning's status says, and assertions on it. */
public final class Tunings {

  private Tunings() {}

  public static Optional<Condition> condition(WebSocketTuning tuning, String type) {
    return tuning == null || tuning.getStatus() == null
        ? Optional.empty()
        : tuning.getStatus().conditionsOrEmpty().stream()
            .filter(c -> c.type().equals(type))
            .findFirst();
  }

  /** Waits until a condition has this status and reason. */
  public static Condition awaitCondition(
      Installation cluster,
      String namespace,
      String name,
      String type,
      String status,
      String reason) {
    awaitStatus(
        cluster,
        namespace,
        name,
        "%s=%s, %s".formatted(type, status, reason),
        t ->
            condition(t, type)
                .filter(c -> c.status().name().equals(status) && c.reason().equals(reason))
                .isPresent());
    Condition condition = condition(cluster.tuning(namespace, name), type).orElseThrow();
    if (status.equals("False")) {
      assertThat(condition.message()).as("what helps").contains("Next: ");
    }
    return condition;
  }

  /** Waits until the condition Effective has this reason, with any status. */
  public static WebSocketTuning awaitEffective(
      Installation cluster, String namespace, String name, String reason) {
    return awaitStatus(
        cluster,
        namespace,
        name,
        "Effective " + reason,
        t -> condition(t, "Effective").filter(c -> c.reason().equals(reason)).isPresent());
  }

  /** Waits until the status matches; a failure shows the whole status. */
  public static WebSocketTuning awaitStatus(
      Installation cluster,
      String namespace,
      String name,
      String what,
      Predicate<WebSocketTuning> holds) {
    try {
      await(what)
          .pollInterval(Duration.ofMillis(250))
          .until(
              () -> {
                WebSocketTuning tuning = cluster.tuning(namespace, name);
                return current(tuning) && holds.test(tuning);
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "not within %s: %s; the status is%n%s"
              .formatted(Deadline.STATE, what, Installation.yaml(cluster.tuning(namespace, name))),
          e);
    }
    return cluster.tuning(namespace, name);
  }

  /** Waits until this many pods of an app are ready. */
  public static void awaitReplicas(Installation cluster, String namespace, String app, int wanted) {
    await(wanted + " pods of " + app)
        .until(
            () ->
                cluster.pods(namespace, app).stream().filter(Installation::ready).count()
                    == wanted);
  }

  private static boolean current(WebSocketTuning tuning) {
    WebSocketTuningStatus status = tuning == null ? null : tuning.getStatus();
    return status != null
        && tuning.getMetadata().getGeneration().equals(status.observedGeneration());
  }
}
