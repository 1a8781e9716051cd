package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pods were due open files of their node's agent, and missed them. */
class MissedGrantTest {

  private static final Instant CREATED = Instant.parse(TestPod.CREATED);
  private static final NodeAgentReport CAME_LATER = agent(20_000, 20);

  @ParameterizedTest
  @CsvSource({"20, BEFORE_AGENT", "1, BEFORE_AGENT", "0, DESPITE_AGENT", "-60, DESPITE_AGENT"})
  void whatDecidesIsWhenThePodWasCreated(long agentCameAfter, MissedGrant expected) {
    assertThat(of(low().node(agent(20_000, agentCameAfter)))).isEqualTo(expected);
  }

  @Test
  void asLongAsItIsNotKnownSinceWhenTheAgentServesItIsUndated() {
    assertThat(of(low().node(Agents.serving("n1", 20_000, Optional.empty()))))
        .isEqualTo(MissedGrant.UNDATED);
  }

  @Test
  void onlyWhatTheAgentGrantsNowCanBeMissed() {
    assertThat(of(low())).as("no agent").isEqualTo(MissedGrant.NONE);
    assertThat(of(low().node(CAME_LATER.gone()))).isEqualTo(MissedGrant.NONE);
    assertThat(of(low().node(agent(14_999, 20)))).isEqualTo(MissedGrant.NONE);
    assertThat(of(low().node(Agents.besideAnother("n1", 20_000, CREATED.plusSeconds(20)))))
        .isEqualTo(MissedGrant.NONE);
  }

  /**
   * Such a pod has no annotation of its own: an agent that only grants gives its successor nothing.
   */
  @Test
  void ofAPodThatAgentsTuneTheAgentMustTunePods() {
    SpecBuilder spec = tune().via(Via.NodeAgent).openFiles(15_000);

    assertThat(of(spec, low().node(CAME_LATER))).isEqualTo(MissedGrant.NONE);
    assertThat(of(spec, low().node(tuning(CAME_LATER)))).isEqualTo(MissedGrant.BEFORE_AGENT);
  }

  private static NodeAgentReport tuning(NodeAgentReport agent) {
    return new NodeAgentReport(
        agent.name(),
        agent.serving(),
        agent.message(),
        agent.limit(),
        agent.runtimeSoft(),
        agent.otherPlugin(),
        agent.conntrackMax(),
        agent.servingSince(),
        new PodAgent(true, true, Optional.empty(), Optional.empty()),
        agent.bootId());
  }

  @Test
  void onlyAPodThatAsksMissesSomething() {
    ObservedPodBuilder silent =
        observed(TestPod.named("chat-1").running()).seen(node().nofile(1024, 4096).build());

    assertThat(of(silent.node(CAME_LATER))).isEqualTo(MissedGrant.NONE);
    assertThat(of(tune().keepalive(300, 10, 5), low().node(CAME_LATER)))
        .isEqualTo(MissedGrant.NONE);
  }

  /** The witness is the init container; without one, only the server shows what was given. */
  @ParameterizedTest
  @CsvSource({
    // given to the init container, seen at the server
    "1024, 4096, 1024, 4096, BEFORE_AGENT",
    "1024, 4096, 4095, 4096, BEFORE_AGENT",
    "1024, 524288, 1024, 524288, BEFORE_AGENT",
    // the server has it from itself
    "1024, 524288, 524287, 524288, NONE",
    "1024, 524288, 15000, 524288, NONE",
    // the server gave up what it was granted
    "15000, 524288, 1024, 524288, NONE",
    "15000, 15000, 1024, 1024, NONE",
  })
  void whatTheServerHasInTheEndCounts(
      long givenSoft, long givenHard, long soft, long hard, MissedGrant expected) {
    assertThat(
            of(
                pod()
                    .boot(Boots.givenLimit(givenSoft, givenHard))
                    .seen(node().nofile(soft, hard).build())
                    .node(CAME_LATER)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 524288, BEFORE_AGENT",
    "4095, 4096, BEFORE_AGENT",
    // lowered by the server itself, from any limit
    "2048, 524288, NONE",
    "524287, 524288, NONE",
  })
  void withoutAWitnessTheServersOwnDoingIsNoProof(long soft, long hard, MissedGrant expected) {
    assertThat(of(pod().seen(node().nofile(soft, hard).build()).node(CAME_LATER)))
        .isEqualTo(expected);
  }

  @Test
  void aPodThatWasNotLookedAtLacksItOnlyIfNothingCanRaiseIt() {
    assertThat(of(pod().node(CAME_LATER))).isEqualTo(MissedGrant.NONE);
    assertThat(of(pod().boot(Boots.givenLimit(1024, 524_288)).node(CAME_LATER)))
        .isEqualTo(MissedGrant.NONE);
    assertThat(of(pod().boot(Boots.givenLimit(1024, 4096)).node(CAME_LATER)))
        .isEqualTo(MissedGrant.BEFORE_AGENT);
  }

  private static NodeAgentReport agent(long limit, long after) {
    return Agents.serving("n1", limit, Optional.of(CREATED.plusSeconds(after)));
  }

  private static ObservedPodBuilder low() {
    return pod().seen(node().nofile(1024, 4096).build());
  }

  private static ObservedPodBuilder pod() {
    return observed(
        TestPod.named("chat-1")
            .tuned("chat", VerdictInputBuilder.of(asked()).expectation().plan())
            .running()
            .onNode("n1"));
  }

  private static SpecBuilder asked() {
    return tune().openFiles(15_000);
  }

  private static MissedGrant of(ObservedPodBuilder pod) {
    return of(asked(), pod);
  }

  private static MissedGrant of(SpecBuilder spec, ObservedPodBuilder pod) {
    return MissedGrant.of(VerdictInputBuilder.of(spec).expectation(), pod.build());
  }
}
