package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodAgent;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeAgentRulesTest {

  @Test
  void whereNothingIsOfferedTheAdministratorIsAsked() {
    Verdict verdict = verdict(pod("chat-1", Coverage.NO_AGENT));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "no agent tunes 1 pod: chat-1 is on node n1, and no WebSocketNodeTuning with pods: Allowed"
                + " selects the node. Next: let a WebSocketNodeTuning with pods: Allowed select the nodes"
                + " of these pods, or set spec.via to Admission");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.stalled()).as("it may be offered later").isEmpty();
  }

  @Test
  void anAgentThatDoesNotServeIsNamedWithItsWords() {
    PodAgent hindered = new PodAgent(true, false, Optional.of("NRI is disabled"), Optional.empty());

    Finding applied =
        verdict(pod("chat-1", Coverage.NO_AGENT).node(Agents.ofPods("n1", hindered))).applied();

    assertThat(applied.message()).endsWith("is on node n1, and NRI is disabled");
    assertThat(applied.next()).startsWith("see what keeps the agent from it (kubectl get wsns n1");
  }

  @Test
  void whatAnAgentNeverTunesIsNamedWithItsWords() {
    Finding applied =
        verdict(
                pod("chat-1", Coverage.NO_AGENT)
                    .node(Agents.tuning("n1", Optional.empty()))
                    .reported(problem("the pod has a runtime class of another kernel")))
            .applied();

    assertThat(applied.message())
        .endsWith("its agent reports: the pod has a runtime class of another kernel");
    assertThat(applied.next()).startsWith("change the pods");
  }

  @Test
  void podsThatCameTooEarlyAreRestarted() {
    ObservedPodBuilder early =
        pod("chat-1", Coverage.BEFORE_AGENT)
            .node(Agents.tuning("n1", Optional.empty()))
            .reported(problem("the pod was created before this agent served"));

    Verdict alone = verdict(early);
    assertThat(alone.applied().text())
        .isEqualTo(
            "1 pod started untuned; of chat-1 the agent of its node reports: the pod was created before"
                + " this agent served. Next: kubectl -n realtime rollout restart deployment/chat");
    assertThat(alone.ready().status()).isEqualTo(ConditionStatus.False);

    Verdict besideAnother = verdict(early, pod("chat-2", Coverage.CURRENT).seen(asWanted()));
    assertThat(besideAnother.ready().status()).isEqualTo(ConditionStatus.True);
  }

  /** It may be tuned: nothing is said of it but that. */
  @Test
  void whatIsNotReportedYetIsUnknown() {
    Verdict verdict = verdict(pod("chat-1", Coverage.UNREPORTED));

    assertThat(verdict.applied().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.applied().reason()).isEqualTo(TuningReason.NotReported);
  }

  @Test
  void noRestartIsRecommendedWhereItWouldNotHelp() {
    ObservedPodBuilder untuned =
        pod("chat-1", Coverage.NO_AGENT)
            .seen(node().noPrograms().portWithoutKeepalive(8080).build());

    Verdict verdict =
        Verdict.of(
            VerdictInputBuilder.of(tune().via(Via.NodeAgent).deadPeers(60)).pod(untuned).build());

    assertThat(verdict.effective().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.effective().next())
        .isEqualTo("see the condition Applied, which shows why the pod is not tuned");
    assertThat(verdict.problems())
        .noneSatisfy(p -> assertThat(p.finding().next()).contains("rollout restart"));
  }

  @Test
  void theWebhookDoesNotMatter() {
    Verdict verdict =
        Verdict.of(
            VerdictInputBuilder.of(byNode())
                .webhookProblem("connection refused")
                .webhookDoubt("it was not tested yet")
                .pod(pod("chat-1", Coverage.CURRENT).seen(asWanted()))
                .build());

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.applied().message())
        .isEqualTo("1 pod tuned by NodeAgent and Programs: via is NodeAgent");
  }

  /** An observer sees the time only, which is the tuning's, and would infer the rest from it. */
  @Test
  void looserValuesOfAnApplicationAreFoundWhereTheyAreMeasured() {
    ObservedPodBuilder pod = pod("chat-1", Coverage.CURRENT).seen(asWanted());
    assertThat(verdict(pod).effective().status()).isEqualTo(ConditionStatus.True);

    Finding measured =
        verdict(pod.reported(read(AgentReports.of("chat-1").sockets(8080, 4, 300, 75, 9, 0))))
            .effective();

    assertThat(measured.reason()).isEqualTo(TuningReason.ApplicationOverrides);
    assertThat(measured.message())
        .contains(
            "the server itself sets keepalive 300/75/9 on connections to port 8080, want 300/10/5");
  }

  /** Without the kernel's values this is unknown: the status has 15/?/?. */
  @Test
  void deadPeersOfApplicationsWithValuesOfTheirOwnAreKnown() {
    SpecBuilder respecting =
        tune().via(Via.NodeAgent).deadPeers(600).applicationKeepalive(ApplicationKeepalive.Respect);
    ObservedPodBuilder go =
        pod("chat-1", Coverage.CURRENT)
            .seen(node().programs(466, 10, 5, 526, false).port(8080, 1, 15).build());
    assertThat(Verdict.of(VerdictInputBuilder.of(respecting).pod(go).build()).effective().reason())
        .isEqualTo(TuningReason.ApplicationOverrides);

    Verdict measured =
        Verdict.of(
            VerdictInputBuilder.of(respecting)
                .pod(
                    go.reported(
                        read(AgentReports.of("chat-1").sockets(8080, 4, 15, 15, 9, 526_000))))
                .build());

    assertThat(measured.effective().status()).isEqualTo(ConditionStatus.True);
  }

  private static Verdict verdict(ObservedPodBuilder... pods) {
    VerdictInputBuilder input = VerdictInputBuilder.of(byNode());
    for (ObservedPodBuilder pod : pods) {
      input.pod(pod);
    }
    return Verdict.of(input.build());
  }

  private static SpecBuilder byNode() {
    return tune().via(Via.NodeAgent).keepalive(300, 10, 5);
  }

  private static ObservedPodBuilder pod(String name, Coverage coverage) {
    return observed(TestPod.named(name).ofDeployment("chat").onNode("n1").running())
        .coverage(coverage);
  }

  private static ServerReport asWanted() {
    return node()
        .keepalive("300", "10", "5")
        .programs(300, 10, 5, 0, false)
        .port(8080, 1, 300)
        .build();
  }

  private static PodReport problem(String text) {
    return read(AgentReports.of("chat-1").problem(text));
  }

  private static PodReport read(AgentReports report) {
    return PodReport.of(report.build(), Sharing.NOTHING);
  }
}
