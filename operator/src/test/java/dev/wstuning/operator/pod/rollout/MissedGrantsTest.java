package dev.wstuning.operator.pod.rollout;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedRollout;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.tuner.ServerReport;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods that started before the agent of their node are replaced once, one after the other. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class MissedGrantsTest {

  private static final String PLAN = "v1:0123456789ab";
  private static final String EVICTION = "/api/v1/namespaces/realtime/pods/%s/eviction";
  private static final Instant AGENT_CAME = Instant.parse(TestPod.CREATED).plusSeconds(20);

  private static final Expectations EXPECTATIONS =
      VerdictInputBuilder.of(tune().openFiles(15_000)).expectations();

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final List<String> evicted = new ArrayList<>();
  private final MovableClock clock = new MovableClock("2026-01-01T12:01:00Z");
  private MissedGrants grants;

  @BeforeEach
  void grantEvictions() {
    Stream.of("chat-1", "chat-2", "chat-3").forEach(this::grantEviction);
    grants =
        new MissedGrants(
            new Evictions(Impatient.client(client), new RecordedRollout(), clock::nanoTime),
            clock::nanoTime);
  }

  private void grantEviction(String pod) {
    server
        .expect()
        .post()
        .withPath(EVICTION.formatted(pod))
        .andReply(
            201,
            request -> {
              evicted.add(pod);
              return new StatusBuilder().withStatus("Success").build();
            })
        .always();
  }

  @Test
  void whatIsToBeDoneIsAnnouncedFirst() {
    Progress announced =
        grants.advance("uid", PLAN, EXPECTATIONS, List.of(early("chat-1").build()), List.of());

    assertThat(announced)
        .isEqualTo(
            new Progress(
                List.of(new Intent("Evict", "deployment/chat", "chat-1", PLAN)),
                Optional.of(Duration.ofSeconds(1))));
    assertThat(evicted).isEmpty();
  }

  @Test
  void oneAfterTheOtherIsReplaced() {
    advance(early("chat-1"), early("chat-2"));
    advance(early("chat-1"), early("chat-2"));
    assertThat(evicted).as("it is still there").containsExactly("chat-1");

    advance(early("chat-2"));
    assertThat(evicted).as("nothing came instead").containsExactly("chat-1");

    advance(early("chat-2"), successor("chat-4").life(Life.STARTING));
    advance(early("chat-2"), observed(late("chat-4").serverStatus(false, 0, TestPod.STARTED)));
    advance(early("chat-2"), observed(late("chat-4")));
    assertThat(evicted).as("it is not ready, or not looked at").containsExactly("chat-1");

    assertThat(advance(early("chat-2"), successor("chat-4"))).isEqualTo(Progress.NONE);
    assertThat(evicted).containsExactly("chat-1", "chat-2");
  }

  @Test
  void aSuccessorThatDoesNotListenYetIsAwaited() {
    advance(early("chat-1"), early("chat-2"));
    ServerReport silent = node().build();
    ObservedPodBuilder successor =
        successor("chat-4")
            .observation(
                new Observation.NotListening(
                    new Observation.Reported(silent, ObservedPodBuilder.SEEN_AT, false),
                    Optional.empty()));

    advance(early("chat-2"), successor);
    assertThat(evicted).containsExactly("chat-1");

    clock.pass(MissedGrants.PATIENCE);
    advance(early("chat-2"), successor);
    assertThat(evicted).as("but not for ever").containsExactly("chat-1", "chat-2");
  }

  @Test
  void aSuccessorThatNeverComesIsNotAwaitedForEver() {
    advance(early("chat-1"), early("chat-2"));
    assertThat(advance(early("chat-2")).again()).contains(Duration.ofSeconds(30));

    clock.pass(MissedGrants.PATIENCE);
    advance(early("chat-2"));
    assertThat(evicted).containsExactly("chat-1", "chat-2");
  }

  @Test
  void aSuccessorThatMissesItTooIsNotReplacedAgain() {
    advance(observed(late("chat-1")).seen(low()).node(agent()));

    assertThat(evicted).isEmpty();
  }

  @Test
  void whereASuccessorMissedItOthersOfItsNodeStay() {
    ObservedPodBuilder inVain = observed(late("chat-1")).seen(low()).node(agent());

    advance(inVain, early("chat-2"));
    assertThat(evicted).isEmpty();

    ObservedPodBuilder elsewhere = observed(pod("chat-3").onNode("n2")).seen(low()).node(agent());
    advance(inVain, early("chat-2"), elsewhere);
    assertThat(evicted).containsExactly("chat-3");
  }

  @Test
  void nothingIsReplacedWhileOthersStart() {
    advance(early("chat-1"), successor("chat-4").life(Life.STARTING));

    assertThat(evicted).isEmpty();
  }

  @Test
  void whatIsRestartedAnywayIsNotReplacedBefore() {
    advance(early("chat-1"), early("chat-2").coverage(Coverage.RESTART_PENDING));

    assertThat(evicted).isEmpty();
  }

  @Test
  void podsThatNothingRestartsAreLeft() {
    TestPod ofJob = asking(TestPod.named("chat-1").ownedBy("Job", "chat"));
    TestPod bare = asking(TestPod.named("chat-2"));

    advance(observed(ofJob).seen(low()).node(agent()), observed(bare).seen(low()).node(agent()));

    assertThat(evicted).isEmpty();
  }

  @Test
  void eachWorkloadGoesItsOwnWay() {
    TestPod push = asking(TestPod.named("chat-2").ofDeployment("push"));

    advance(early("chat-1"), observed(push).seen(low()).node(agent()));

    assertThat(evicted).containsExactlyInAnyOrder("chat-1", "chat-2");
  }

  /** One that its node's agent came too late to tune lacks more than open files. */
  @Test
  void aPodThatCameBeforeItsNodesAgentIsReplacedOnce() {
    NodeAgentReport tunes = Agents.tuning("n1", Optional.of(AGENT_CAME));
    ObservedPodBuilder early =
        observed(TestPod.named("chat-1").ofDeployment("chat").running().onNode("n1"))
            .coverage(Coverage.BEFORE_AGENT)
            .node(tunes);
    ObservedPodBuilder elsewhere = observed(pod("chat-5").onNode("n2")).coverage(Coverage.NO_AGENT);
    ObservedPodBuilder next =
        observed(TestPod.named("chat-2").ofDeployment("chat").running().onNode("n1"))
            .coverage(Coverage.BEFORE_AGENT)
            .node(tunes);

    advance(early, next, elsewhere);
    assertThat(evicted).containsExactly("chat-1");

    advance(next, elsewhere, successor("chat-4").coverage(Coverage.UNREPORTED));
    assertThat(evicted).as("it is unknown what became of the first").containsExactly("chat-1");

    advance(next, elsewhere, successor("chat-4").coverage(Coverage.BEFORE_AGENT).node(tunes));
    assertThat(evicted).as("the successor is untuned, too").containsExactly("chat-1");

    advance(next, elsewhere, successor("chat-4").node(tunes));
    assertThat(evicted).containsExactly("chat-1", "chat-2");
  }

  /** What would replace the second one may come there, too. */
  @Test
  void whereASuccessorCameToANodeWithoutAnAgentOthersStay() {
    NodeAgentReport tunes = Agents.tuning("n1", Optional.of(AGENT_CAME));
    ObservedPodBuilder early =
        observed(TestPod.named("chat-2").ofDeployment("chat").running().onNode("n1"))
            .coverage(Coverage.BEFORE_AGENT)
            .node(tunes);

    advance(early, observed(late("chat-4").onNode("n2")).coverage(Coverage.NO_AGENT));
    assertThat(evicted).isEmpty();

    advance(early, observed(pod("chat-4").onNode("n2")).coverage(Coverage.NO_AGENT));
    assertThat(evicted).as("that one is older than the agent").containsExactly("chat-2");
  }

  @Test
  void nothingIsReplacedForAnAgentOfWhichItIsUnknownSinceWhenItServes() {
    advance(
        observed(TestPod.named("chat-1").ofDeployment("chat").running().onNode("n1"))
            .coverage(Coverage.BEFORE_AGENT)
            .node(Agents.tuning("n1", Optional.empty())));

    assertThat(evicted).isEmpty();
  }

  /** Announces what is to be done, then does it. */
  private Progress advance(ObservedPodBuilder... pods) {
    List<ObservedPod> observed = Stream.of(pods).map(ObservedPodBuilder::build).toList();
    Progress announced = grants.advance("uid", PLAN, EXPECTATIONS, observed, List.of());
    return announced.intents().isEmpty()
        ? announced
        : grants.advance("uid", PLAN, EXPECTATIONS, observed, announced.intents());
  }

  /** It was created before the agent of its node served. */
  private static ObservedPodBuilder early(String name) {
    return observed(pod(name)).seen(low()).node(agent());
  }

  private static ObservedPodBuilder successor(String name) {
    return observed(late(name)).seen(node().nofile(15_000, 15_000).build()).node(agent());
  }

  private static TestPod late(String name) {
    return pod(name).createdAt(AGENT_CAME.plusSeconds(60).toString());
  }

  private static TestPod pod(String name) {
    return asking(TestPod.named(name).ofDeployment("chat"));
  }

  private static TestPod asking(TestPod pod) {
    return pod.tuned("chat", EXPECTATIONS.plain().plan()).running().onNode("n1");
  }

  private static ServerReport low() {
    return node().nofile(1024, 4096).build();
  }

  private static NodeAgentReport agent() {
    return Agents.serving("n1", 20_000, Optional.of(AGENT_CAME));
  }
}
