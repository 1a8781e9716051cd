package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Samples;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.TunerImage;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The tuner's image cannot be pulled, on one of two nodes or on both, while an owner has a pod on
 * each. {@code suspension.seconds} sets the intervals; 60 is what is shipped.
 */
@Tag("long")
@NeedsTheModernNode
class MissingImageIT {

  private static final String TRIAL_AFTER = "WST_TRIAL_AFTER_SECONDS";
  private static final int SECONDS = Integer.getInteger("suspension.seconds", 60);
  private static final String SERVER = "server-go";

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeAll
  static void setIntervals() {
    Operator.set(Installation.withOperator().client(), TRIAL_AFTER + "=" + SECONDS);
  }

  @AfterAll
  static void restoreIntervals() {
    Operator.set(Installation.withOperator().client(), TRIAL_AFTER + "-");
  }

  @BeforeEach
  void tune() {
    namespace = cluster.namespace("missing-image");
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
        """);
    cluster.awaitInjection(namespace, "chat", true);
  }

  @AfterEach
  void delete() {
    cluster.delete(namespace);
  }

  @Test
  void onOneOfTwoNodesOnePodIsReplacedAndNobodyIsSuspended() {
    TunerImage.ON_THE_MODERN_NODE.takeAway();
    try (Samples<Look> looks = Samples.of(this::look)) {
      Servers.deploy(cluster.client(), namespace, SERVER, MissingImageIT::onEachNode);
      await("a pod cannot start").until(() -> pods().stream().anyMatch(MissingImageIT::waits));
      Installation.pause(Duration.ofSeconds(2L * SECONDS));
      TunerImage.ON_THE_MODERN_NODE.giveBack();

      await("both serve").atMost(Duration.ofSeconds(90)).until(() -> serving() == 2);
      assertThat(pods()).allMatch(Pods::isTuned);
      Set<String> uids =
          looks.seen().stream().flatMap(l -> l.uids().stream()).collect(Collectors.toSet());
      assertThat(uids).as("two, and one that was replaced").hasSizeBetween(2, 3);
      assertThat(looks.seen()).allMatch(l -> l.suspended() == 0);
    } finally {
      TunerImage.ON_THE_MODERN_NODE.giveBack();
    }
  }

  @Test
  void onBothTheOwnerIsSuspendedUntilTheImageIsThereThoughTheLeaderIsKilled() {
    for (TunerImage image : TunerImage.values()) {
      image.takeAway();
    }
    try {
      Servers.deploy(cluster.client(), namespace, SERVER, MissingImageIT::onEachNode);
      await("both cannot start")
          .until(() -> pods().stream().filter(MissingImageIT::waits).count() == 2);
      Instant stuck = Instant.now();
      Operator.killLeader(cluster.client());

      await("it is suspended")
          .atMost(Duration.ofSeconds(3L * SECONDS))
          .until(() -> suspensions().stream().anyMatch(s -> s.cause() == Cause.Stuck));
      await("both serve").atMost(Duration.ofSeconds(120)).until(() -> serving() == 2);
      System.out.printf(
          "both serve untuned %d s after they could not start%n",
          Duration.between(stuck, Instant.now()).toSeconds());
      assertThat(pods()).noneMatch(Pods::isTuned);
    } finally {
      for (TunerImage image : TunerImage.values()) {
        image.giveBack();
      }
    }
    await("a trial is due")
        .atMost(Duration.ofSeconds(5L * SECONDS + 60))
        .until(() -> suspensions().stream().allMatch(MissingImageIT::isDue));
    deleteUntuned();
    await("the trial serves, and nothing is suspended any more")
        .atMost(Duration.ofSeconds(120))
        .until(() -> suspensions().isEmpty());
    deleteUntuned();

    await("both serve tuned")
        .atMost(Duration.ofSeconds(120))
        .until(() -> serving() == 2 && pods().stream().allMatch(Pods::isTuned));
    Tunings.awaitCondition(cluster, namespace, "chat", "Ready", "True", "Effective");
  }

  private void deleteUntuned() {
    pods().stream()
        .filter(pod -> !Pods.isTuned(pod))
        .forEach(pod -> cluster.client().resource(pod).delete());
  }

  private static void onEachNode(Deployment server) {
    server.getSpec().setReplicas(2);
    server
        .getSpec()
        .getTemplate()
        .getSpec()
        .setAffinity(
            new AffinityBuilder()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels("app", SERVER)
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .build());
  }

  /** What there was at a moment. */
  private record Look(List<String> uids, int suspended) {}

  private Look look() {
    return new Look(
        pods().stream().map(p -> p.getMetadata().getUid()).toList(), suspensions().size());
  }

  private List<Pod> pods() {
    return cluster.pods(namespace, SERVER).stream()
        .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  private long serving() {
    return pods().stream().filter(Installation::ready).count();
  }

  private static boolean waits(Pod pod) {
    return pod.getStatus().getInitContainerStatuses().stream()
        .map(s -> s.getState().getWaiting())
        .anyMatch(w -> w != null && w.getReason().contains("ImagePull"));
  }

  private List<Suspension> suspensions() {
    var status = cluster.tuning(namespace, "chat").getStatus();
    return status == null ? List.of() : status.suspensionsOrEmpty();
  }

  private static boolean isDue(Suspension suspension) {
    return Instant.parse(suspension.nextTry()).isBefore(Instant.now());
  }
}
