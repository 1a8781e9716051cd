package dev.wstuning.operator.pod.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NodeCoverageTest {

  private static final PodFacts POD = TestPod.named("chat-1").onNode("node-1").running().facts();
  private static final Optional<NodeAgentReport> TUNES =
      Optional.of(Agents.tuning("node-1", Optional.empty()));
  private static final Optional<NodeAgentReport> GRANTS_ONLY =
      Optional.of(Agents.serving("node-1", 65_536, Optional.empty()));
  private static final Optional<PodReport> TOO_LATE =
      Optional.of(
          PodReport.of(
              AgentReports.of("chat-1").problem("the pod was created before").build(),
              Sharing.NOTHING));

  @ParameterizedTest
  @EnumSource(names = {"CURRENT", "IMPROVABLE", "SKIPPED"})
  void whatNothingHasToBeDoneAboutNeedsNoAgent(Coverage compared) {
    assertThat(NodeCoverage.of(compared, POD, Optional.empty(), Optional.empty()))
        .isEqualTo(compared);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESTART_PENDING", "MISSED", "SUSPENDED"})
  void whereNoAgentTunesPodsARestartHelpsNone(Coverage compared) {
    assertThat(NodeCoverage.of(compared, POD, Optional.empty(), Optional.empty()))
        .isEqualTo(Coverage.NO_AGENT);
    assertThat(NodeCoverage.of(compared, POD, GRANTS_ONLY, TOO_LATE)).isEqualTo(Coverage.NO_AGENT);
    assertThat(NodeCoverage.of(compared, POD, TUNES.map(NodeAgentReport::gone), TOO_LATE))
        .isEqualTo(Coverage.NO_AGENT);
  }

  /** An agent writes every ten seconds: until then a tuned pod looks like an untuned one. */
  @Test
  void whatIsNotReportedYetIsNotCalledMissed() {
    assertThat(NodeCoverage.of(Coverage.MISSED, POD, TUNES, Optional.empty()))
        .isEqualTo(Coverage.UNREPORTED);
    assertThat(
            NodeCoverage.of(
                Coverage.RESTART_PENDING,
                TestPod.named("chat-1").facts(),
                Optional.empty(),
                Optional.empty()))
        .as("without a node")
        .isEqualTo(Coverage.UNREPORTED);
  }

  @Test
  void whatTheAgentDidNotTuneIsOlderThanItOrThanTheSettings() {
    assertThat(NodeCoverage.of(Coverage.MISSED, POD, TUNES, TOO_LATE))
        .isEqualTo(Coverage.BEFORE_AGENT);
    assertThat(NodeCoverage.of(Coverage.RESTART_PENDING, POD, TUNES, TOO_LATE))
        .isEqualTo(Coverage.RESTART_PENDING);
  }

  /** No node is known yet that could give it the present settings. */
  @Test
  void aPodWithoutANodeIsNotOld() {
    PodFacts admitted = TestPod.named("chat-1").annotated(Markers.PLAN, "v1:0123456789ab").facts();

    assertThat(
            NodeCoverage.of(Coverage.RESTART_PENDING, admitted, Optional.empty(), Optional.empty()))
        .isEqualTo(Coverage.UNREPORTED);
  }

  /** The agent leaves such pods alone, old and new. */
  @Test
  void whatTheAgentNeverTunesNoRestartHelps() {
    Optional<PodReport> never =
        Optional.of(
            PodReport.of(
                AgentReports.of("chat-1").problem("the pod has another kernel").build(),
                Sharing.NOTHING));

    assertThat(NodeCoverage.of(Coverage.MISSED, POD, TUNES, never)).isEqualTo(Coverage.NO_AGENT);
    assertThat(NodeCoverage.of(Coverage.RESTART_PENDING, POD, TUNES, never))
        .isEqualTo(Coverage.NO_AGENT);
  }

  @Test
  void aPodWithOtherSettingsHasThemWithoutAReport() {
    PodFacts admitted =
        TestPod.named("chat-1")
            .onNode("node-1")
            .running()
            .annotated(Markers.PLAN, "v1:0123456789ab")
            .facts();

    assertThat(NodeCoverage.of(Coverage.RESTART_PENDING, admitted, TUNES, Optional.empty()))
        .isEqualTo(Coverage.RESTART_PENDING);
  }
}
