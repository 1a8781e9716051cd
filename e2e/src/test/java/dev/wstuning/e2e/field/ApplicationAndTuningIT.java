package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Samples;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Pods;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Application and tuning arrive together, and the first pods are older than the webhook entry. */
@Tag("together")
class ApplicationAndTuningIT {

  private static final String NAMESPACE = "field-application-and-tuning";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "application-and-tuning");

  @Test
  void readyIsNotTrueUntilTheFirstPodsWereReplaced() {
    field.apply("Namespace", "Deployment");
    await("two pods without the tuning").until(() -> cluster.pods(NAMESPACE, CHAT).size() == 2);
    try (Samples<Look> looks = Samples.of(() -> Look.at(cluster.tuning(NAMESPACE, CHAT)))) {
      field.apply("WebSocketTuning");
      Tunings.awaitStatus(
          cluster,
          NAMESPACE,
          CHAT,
          "two pods run, and wait for a restart",
          t -> Look.at(t).running() == 2 && Look.at(t).restartPending() == 2);

      Condition ready =
          Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "False", "RestartPending");

      assertThat(ready.message()).contains("rollout restart deployment/chat");
      assertThat(waitForReady(3).code()).as("kubectl wait is not content").isNotZero();

      Command.kubectl("-n", NAMESPACE, "rollout", "restart", "deployment/chat");

      Tunings.awaitStatus(
          cluster,
          NAMESPACE,
          CHAT,
          "both pods are effective, and Ready says so",
          t -> Look.at(t).ready().equals("True Effective") && Look.at(t).effective() == 2);
      assertThat(waitForReady(60).code()).as("kubectl wait is content").isZero();
      assertThat(looks.seen())
          .as("all that was seen of the status")
          .hasSizeGreaterThan(10)
          .noneMatch(Look::claimsTooMuch)
          .noneMatch(Look::stalled);
    }
  }

  private static Command.Result waitForReady(int seconds) {
    return Command.attemptKubectl(
        "-n",
        NAMESPACE,
        "wait",
        "wst/chat",
        "--for=condition=Ready",
        "--timeout=%ds".formatted(seconds));
  }

  /** What the status said at one moment. */
  private record Look(
      String ready, boolean stalled, int running, int effective, int restartPending) {

    static Look at(WebSocketTuning tuning) {
      String ready =
          Tunings.condition(tuning, "Ready").map(c -> c.status() + " " + c.reason()).orElse("none");
      Pods pods = tuning == null || tuning.getStatus() == null ? null : tuning.getStatus().pods();
      boolean stalled =
          Tunings.condition(tuning, "Stalled")
              .filter(c -> c.status().name().equals("True"))
              .isPresent();
      return pods == null
          ? new Look(ready, stalled, 0, 0, 0)
          : new Look(
              ready,
              stalled,
              count(pods.running()),
              count(pods.effective()),
              count(pods.restartPending()));
    }

    boolean claimsTooMuch() {
      return ready.startsWith("True") && running > 0 && effective == 0;
    }

    private static int count(Integer pods) {
      return pods == null ? 0 : pods;
    }
  }
}
