package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.RefusingPolicy;
import dev.wstuning.e2e.support.ReplicaSets;
import dev.wstuning.e2e.support.Samples;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A policy refuses what is injected, in words that name nothing of it. */
@Tag("together")
class RefusedPodsIT {

  private static final String NAMESPACE = "field-refused-pods";

  /** How soon the operator must have heard of it. */
  private static final Duration REACTION = Duration.ofSeconds(12);

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "refused-pods");

  @Test
  void theServerRunsUntunedAndReadyIsFalseWithTheWordsOfTheRefusal() {
    field.applyAllBut("Deployment");
    await("the policy acts").until(this::privilegedPodsAreRefused);
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    try (Samples<Look> looks = Samples.of(this::look)) {
      field.apply("Deployment");

      Pod untuned = cluster.readyPod(NAMESPACE, CHAT);
      assertThat(untuned).matches(pod -> !Pods.isTuned(pod));
      Condition ready =
          Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "False", "InjectionSuspended");
      assertThat(ready.message())
          .contains(RefusingPolicy.WORDS)
          .contains("Next: ")
          .contains("methods.privilege to Unprivileged");
      Installation.pause(REACTION.plusSeconds(10));
      assertNotReadySinceItIsKnown(looks.seen());
    }

    field.removePolicies();
    await("the policy is gone").until(() -> !privilegedPodsAreRefused());
    // Another template is tried at once.
    Command.kubectl("-n", NAMESPACE, "rollout", "restart", "deployment/chat");

    await("the next pod is tuned").until(() -> Pods.isTuned(cluster.readyPod(NAMESPACE, CHAT)));
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "True", "Effective");
  }

  /** Also while the pod serves untuned, and nothing is refused any more. */
  private static void assertNotReadySinceItIsKnown(List<Look> looks) {
    Instant known =
        looks.stream()
            .filter(Look::refused)
            .map(Look::at)
            .findFirst()
            .orElseThrow(() -> new AssertionError("no refusal was seen: " + looks))
            .plus(REACTION);
    List<Look> since = looks.stream().filter(l -> l.at().isAfter(known)).toList();
    assertThat(since).hasSizeGreaterThan(10).noneMatch(look -> look.ready().startsWith("True"));
  }

  /** Whether pods were refused at a moment, and what Ready said. */
  private record Look(Instant at, boolean refused, String ready) {}

  private Look look() {
    boolean refused = !refusals().isEmpty();
    String ready =
        Tunings.condition(cluster.tuning(NAMESPACE, CHAT), "Ready")
            .map(c -> c.status() + " " + c.reason())
            .orElse("none");
    return new Look(Instant.now(), refused, ready);
  }

  private List<String> refusals() {
    return ReplicaSets.refusals(cluster.client(), NAMESPACE);
  }

  private boolean privilegedPodsAreRefused() {
    return RefusingPolicy.refuses(() -> field.dryRun(NAMESPACE, Pods.privilegedProbe()));
  }
}
