package dev.wstuning.e2e.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pods that no agent could tune are reported, and repaired where the tuning allows it. */
abstract class MissedPodStory {

  private static final String RESTART = "rollout: {existingPods: Restart}";
  private static final String NO_AGENT = "NoNodeAgent";
  private static final String COMMAND = "rollout restart deployment/server-python";

  private final Installation cluster = Installation.withOperator();
  private final PodsOffer offer;
  private final ServerByNode server;

  MissedPodStory(Site site) {
    this.offer = new PodsOffer(cluster, site);
    this.server = new ServerByNode(cluster, site, cluster.namespace("missed"));
  }

  @AfterEach
  void withdraw() {
    NodeAgent.letCome(cluster);
    cluster.delete(server.namespace());
    offer.withdraw();
  }

  @Test
  void aPodOnANodeWithoutTheOfferStartsUntunedIsReportedAndRepairedWhenTheOfferComes() {
    server.tune(RESTART);
    server.deploy();
    Pod pod = server.pod();
    server.mustBeUntuned(server.pid(pod));
    mustBeReported(NO_AGENT);
    assertThat(server.pod().getMetadata().getUid())
        .as("a restart would not help here")
        .isEqualTo(pod.getMetadata().getUid());

    offer.make(ServerByNode.OFFER);

    mustBeRepaired(pod);
  }

  @Test
  void aPodThatWasCreatedWhileTheAgentWasAwayIsReportedAndRepaired() {
    offer.make(ServerByNode.OFFER);
    server.tune(RESTART);
    NodeAgent.keepBack(cluster);
    server.deploy();
    Pod pod = server.pod();
    server.mustBeUntuned(server.pid(pod));
    mustBeReported(NO_AGENT);

    NodeAgent.letCome(cluster);

    mustBeRepaired(pod);
  }

  /** With existingPods: Keep nothing is restarted, and the message has the command. */
  @Test
  void withoutRestartTheCommandOfTheMessageHelps() {
    server.tune();
    server.deploy();
    Pod pod = server.pod();
    mustBeReported(NO_AGENT);
    offer.make(ServerByNode.OFFER);
    mustBeReported("PodsBeforeAgent");
    Tunings.awaitStatus(
        cluster,
        server.namespace(),
        ServerByNode.TUNING,
        "the command that helps",
        t ->
            Tunings.condition(t, "Applied").filter(c -> c.message().contains(COMMAND)).isPresent());
    Installation.pause(Duration.ofSeconds(5));
    assertThat(server.pod().getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());

    Command.kubectl("-n", server.namespace(), "rollout", "restart", "deployment/server-python");

    mustBeRepaired(pod);
  }

  private void mustBeReported(String reason) {
    Tunings.awaitCondition(
        cluster, server.namespace(), ServerByNode.TUNING, "Applied", "False", reason);
  }

  private void mustBeRepaired(Pod before) {
    Awaitility.await("another pod")
        .until(
            () ->
                cluster.pods(server.namespace(), ServerByNode.APP).stream()
                    .noneMatch(
                        p -> p.getMetadata().getUid().equals(before.getMetadata().getUid())));
    server.mustBeTuned(server.pid());
    Tunings.awaitCondition(
        cluster, server.namespace(), ServerByNode.TUNING, "Ready", "True", "Effective");
  }
}
