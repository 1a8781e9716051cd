package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Owners;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.RefusingPolicy;
import dev.wstuning.e2e.support.StrictScheduler;
import dev.wstuning.e2e.support.TunerImage;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tuned pods that are refused or cannot start never cost a pod: their owner's pods start untuned
 * until a trial succeeds. The intervals are a twelfth of the usual ones, or those of {@code
 * suspension.seconds}, of which 60 is the usual one.
 */
class SuspensionIT {

  /** What some stories change, and the others need as it is. */
  private static final String OPERATOR = "operator";

  private static final String TUNER = "WST_TUNER_IMAGE";
  private static final String TRIAL_AFTER = "WST_TRIAL_AFTER_SECONDS";
  private static final int SECONDS = Integer.getInteger("suspension.seconds", 5);
  private static final Duration UNTUNED_WITHIN = Duration.ofSeconds(90);

  private final Installation cluster = Installation.withOperator();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private String namespace;

  @BeforeAll
  static void hurry() {
    set(TRIAL_AFTER + "=" + SECONDS);
  }

  @AfterAll
  static void restore() {
    set(TRIAL_AFTER + "-");
  }

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("suspension");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {tier: chat}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
  }

  @AfterEach
  void delete() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    cluster.delete(namespace);
  }

  private <T extends AutoCloseable> T open(T it) {
    opened.push(it);
    return it;
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = OPERATOR, mode = ResourceAccessMode.READ)
  void podsOfOwnersOfEveryKindServeUntunedUntilThePolicyGoes() {
    RefusingPolicy policy = open(RefusingPolicy.ofTunedPods(cluster, namespace));
    Owners owners = open(Owners.ofEveryKind(cluster, namespace));
    Instant created = Instant.now();
    owners.create();
    owners.createFree();

    await("all owners have a pod that serves")
        .atMost(UNTUNED_WITHIN)
        .until(() -> owners.serving().size() == owners.kinds().size());
    System.out.printf(
        "every owner serves untuned %d s after it was created%n",
        Duration.between(created, Instant.now()).toSeconds());
    assertThat(owners.serving()).noneMatch(Pods::isTuned);
    assertThat(cluster.readyPod(namespace, Owners.FREE)).matches(Pods::isTuned);

    await("all are in the status")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(suspensions())
                    .extracting(s -> s.owner().kind())
                    .containsExactlyInAnyOrderElementsOf(owners.kinds()));
    assertThat(suspensions()).allMatch(s -> s.cause() == Cause.Refused);
    assertThat(suspensions())
        .as("the refusal is quoted")
        .anyMatch(s -> s.message().contains(RefusingPolicy.WORDS));
    // Unknown as soon as a trial of each is due.
    Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "not ready",
        t ->
            Tunings.condition(t, "Ready")
                .filter(c -> c.status() != ConditionStatus.True)
                .filter(c -> c.reason().equals("InjectionSuspended"))
                .isPresent());

    policy.close();
    await("a trial of each is due")
        .atMost(Duration.ofSeconds(5L * SECONDS + 60))
        .until(() -> suspensions().stream().allMatch(SuspensionIT::isDue));
    owners.deletePods();

    await("all owners have a pod that is tuned")
        .atMost(UNTUNED_WITHIN)
        .until(
            () ->
                owners.serving().size() == owners.kinds().size()
                    && owners.serving().stream().allMatch(Pods::isTuned));
    await("nothing is suspended any more").until(() -> suspensions().isEmpty());
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
  }

  @Test
  @ResourceLock(OPERATOR)
  void whenTheOperatorIsKilledAndRolledInTheMiddlePodsServeUntunedAllTheSame() {
    open(RefusingPolicy.ofTunedPods(cluster, namespace));
    Owners owners = open(Owners.of(cluster, namespace, "Deployment", "StatefulSet"));
    owners.create();
    Installation.pause(Duration.ofSeconds(3));
    Operator.killLeader(cluster.client());
    Installation.pause(Duration.ofSeconds(5));
    Operator.restart();

    await("all owners have a pod that serves")
        .atMost(UNTUNED_WITHIN)
        .until(() -> owners.serving().size() == owners.kinds().size());
    await("all are in the status")
        .atMost(Duration.ofSeconds(60))
        .until(() -> suspensions().size() == owners.kinds().size());
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = OPERATOR, mode = ResourceAccessMode.READ)
  void podsThatAreRefusedAnywayAreToldAndTriedFewTimes() {
    open(RefusingPolicy.ofAllPods(cluster, namespace));
    Owners owners = open(Owners.of(cluster, namespace, "Deployment"));
    Instant created = Instant.now();
    owners.create();

    Condition ready =
        Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "False", "PodsRefused");
    assertThat(ready.message()).contains(RefusingPolicy.WORDS).contains("Next: ");
    await("it is known that tuning is not the cause")
        .atMost(Duration.ofSeconds(60L + SECONDS))
        .until(() -> suspensions().stream().anyMatch(s -> s.cause() == Cause.RefusedAnyway));
    Installation.pause(Duration.ofSeconds(6L * SECONDS));
    // After one interval, two, four and five, and each replica once at most.
    long intervals = Duration.between(created, Instant.now()).toSeconds() / SECONDS;
    assertThat(suspensions().get(0).attempts()).isLessThanOrEqualTo((int) (2 + intervals / 2));
    assertThat(Tunings.condition(cluster.tuning(namespace, "chat"), "Ready").orElseThrow())
        .satisfies(c -> assertThat(c.status()).hasToString("False"));
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = OPERATOR, mode = ResourceAccessMode.READ)
  void podsThatTheirSchedulerPutsOnNoNodeAreReplacedByUntunedOnes() {
    open(StrictScheduler.start(cluster, namespace, "strict"));
    Owners owners =
        open(Owners.of(cluster, namespace, "Deployment", "StatefulSet").scheduledBy("strict"));
    owners.create();

    await("all owners have a pod that serves")
        .atMost(Duration.ofSeconds(4L * SECONDS + 60))
        .until(() -> owners.serving().size() == owners.kinds().size());
    assertThat(owners.serving()).noneMatch(Pods::isTuned);
    assertThat(suspensions()).hasSize(2).allMatch(s -> s.cause() == Cause.Unscheduled);
    Condition ready =
        Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "False", "InjectionSuspended");
    assertThat(ready.message()).contains(StrictScheduler.WORDS);
  }

  @Test
  @ResourceLock(OPERATOR)
  void podsThatCannotStartAreReplacedByUntunedOnes() {
    set(TUNER + "=localhost/wstuning/tuner:0.0.0-none");
    try (Owners owners = Owners.of(cluster, namespace, "Deployment")) {
      cluster.awaitInjection(namespace, "chat", true);
      owners.create();

      await("its pod serves")
          .atMost(Duration.ofSeconds(10L * SECONDS + 60))
          .until(() -> owners.serving().size() == 1);
      assertThat(owners.serving()).noneMatch(Pods::isTuned);
      assertThat(suspensions())
          .singleElement()
          .satisfies(s -> assertThat(s.cause()).isEqualTo(Cause.Stuck));
      Condition ready =
          Tunings.awaitCondition(
              cluster, namespace, "chat", "Ready", "False", "InjectionSuspended");
      assertThat(ready.message()).contains("wstuning.dev/retry");
    } finally {
      set(TUNER + "=" + TunerImage.NAME);
    }
    try (Owners owners = Owners.of(cluster, namespace, "Deployment")) {
      owners.create();
      await("another image is tried at once")
          .atMost(Duration.ofSeconds(60))
          .until(() -> owners.serving().size() == 1);
      assertThat(owners.serving()).allMatch(Pods::isTuned);
    }
  }

  private List<Suspension> suspensions() {
    var status = cluster.tuning(namespace, "chat").getStatus();
    return status == null ? List.of() : status.suspensionsOrEmpty();
  }

  private static boolean isDue(Suspension suspension) {
    return Instant.parse(suspension.nextTry()).isBefore(Instant.now());
  }

  private static void set(String variable) {
    Operator.set(Installation.withOperator().client(), variable);
  }
}
