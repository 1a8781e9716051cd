package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.plan.TuningPlan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NodeReportsTest {

  /** Each tuning has the name of the label that it selects. */
  private static final NodeReports.Tunings BY_LABEL =
      new NodeReports.Tunings() {
        @Override
        public Set<ResourceID> all() {
          throw new AssertionError("a report concerns no pods of other nodes");
        }

        @Override
        public Set<ResourceID> selecting(String namespace, Map<String, String> labels) {
          return Set.of(new ResourceID(labels.get("app"), namespace));
        }
      };

  private static final NodeReports.Running ALL =
      new NodeReports.Running(node -> true, node -> true);

  private final NodeReports reports = new NodeReports(BY_LABEL, ALL, tuning -> {});

  @Test
  void aReportConcernsTheTuningsOfThePodsThatChangedInIt() {
    reports.locate(node -> List.of(pod("a", "chat"), pod("b", "chat"), pod("c", "push")));

    assertThat(reports.concerned("node-1", Set.of("uid-of-a", "uid-of-b")))
        .containsExactly(new ResourceID("chat", Tunings.NAMESPACE));
    assertThat(reports.concerned("node-1", Set.of("uid-of-c", "uid-of-another")))
        .containsExactly(new ResourceID("push", Tunings.NAMESPACE));
    assertThat(reports.concerned("node-1", Set.of())).isEmpty();
  }

  /** An agent without pods may run there before the one that tunes them, or after it. */
  @Test
  void whatAnAgentReportsOfPodsHoldsWhileOneOfThoseRunsThatTuneThem() {
    WebSocketNodeState node = new WebSocketNodeState();
    node.setMetadata(new ObjectMetaBuilder().withName("node-1").build());
    node.setSpec(new WebSocketNodeStateSpec(List.of(), null, new PodTuning("fleet", null)));
    node.setStatus(
        new WebSocketNodeStateStatus(
            null,
            "boot",
            null,
            null,
            new Serving(true, null, 65_536L, null, null, null, null),
            new PodServing(true, null, null, null, null, null, null, null, null),
            null,
            null));

    NodeAgentReport all = ALL.report(node);
    assertThat(all.pods().serving()).isTrue();
    assertThat(all.serving()).isTrue();
    NodeAgentReport grants = new NodeReports.Running(n -> true, n -> false).report(node);
    assertThat(grants.pods().serving()).isFalse();
    assertThat(grants.pods().whyNot()).contains("not ready");
    assertThat(grants.serving()).as("that one grants open files").isTrue();
    NodeAgentReport none = new NodeReports.Running(n -> false, n -> false).report(node);
    assertThat(none.pods().serving()).isFalse();
    assertThat(none.serving()).isFalse();
  }

  @Test
  void countsHoldWhileTheAgentReadsThem() {
    PodReport counted =
        PodReport.of(
            AgentReports.of("a").counts(3, 0, 0, 0, 0).sockets(8080, 3, 30, 7, 3, 0).build(),
            Sharing.NOTHING);
    NodeAgentReport tunes = Agents.tuning("node-1", Optional.empty());

    assertThat(counted.asOf(Optional.of(tunes))).isEqualTo(counted);
    for (Optional<NodeAgentReport> agent :
        List.of(
            Optional.of(tunes.withoutPods()),
            Optional.of(tunes.gone()),
            Optional.of(Agents.serving("node-1", 65_536, Optional.empty())),
            Optional.<NodeAgentReport>empty())) {
      assertThat(counted.asOf(agent).counts()).isEmpty();
      assertThat(counted.asOf(agent).sockets()).isEmpty();
    }
  }

  /** Such a node keeps its report, regardless of whether an agent still serves it. */
  @Test
  void itIsKnownWhereTunedPodsRun() {
    TuningPlan plan = VerdictInputBuilder.of(SpecBuilder.tune().deadPeers(30)).expectation().plan();
    reports.locate(node -> List.of(pod("a", "chat"), pod("b", "chat")));
    assertThat(reports.hasTunedPods("node-1")).isFalse();

    report(AgentReports.of("a").counts(1, 0, 0, 0, 0), AgentReports.of("c").tuned(plan));
    assertThat(reports.hasTunedPods("node-1")).as("that pod is gone").isFalse();
    report(AgentReports.of("b").tuned(plan));
    assertThat(reports.hasTunedPods("node-1")).isTrue();
    reports.locate(node -> List.of(pod("a", "chat")));
    assertThat(reports.hasTunedPods("node-1")).isFalse();
  }

  private void report(AgentReports... pods) {
    reports
        .store()
        .put(
            "node-1",
            AgentReports.on(
                "node-1",
                "boot",
                Stream.of(pods).map(AgentReports::build).toArray(ReportedPod[]::new)));
  }

  private static PodFacts pod(String name, String app) {
    return TestPod.named(name)
        .with(p -> p.editMetadata().addToLabels("app", app).endMetadata())
        .onNode("node-1")
        .facts();
  }
}
