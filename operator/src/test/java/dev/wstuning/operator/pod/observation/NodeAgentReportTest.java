package dev.wstuning.operator.pod.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.RuntimeLimit;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NodeAgentReportTest {

  private static final Serving SERVES =
      new Serving(true, null, 1_048_576L, 65_536L, new RuntimeLimit(1024L, 524_288L), null, null);

  @Test
  void aTrimmedNodeReportsTheSame() {
    WebSocketNodeState node = node(SERVES);
    WebSocketNodeState trimmed = NodeAgentReport.trimmed(node);

    assertThat(NodeAgentReport.of(trimmed)).isEqualTo(NodeAgentReport.of(node));
    assertThat(NodeAgentReport.of(trimmed).limit()).isEqualTo(OptionalLong.of(1_048_576));
    assertThat(trimmed.getStatus().settings()).isNull();
    assertThat(trimmed.getMetadata().getManagedFields()).isEmpty();
  }

  @Test
  void aNodeWithoutAReportServesNothing() {
    assertThat(NodeAgentReport.reportsServing(node(SERVES))).isTrue();
    assertThat(NodeAgentReport.reportsServing(node(null))).isFalse();
    WebSocketNodeState fresh = node(SERVES);
    fresh.setStatus(null);
    assertThat(NodeAgentReport.reportsServing(NodeAgentReport.trimmed(fresh))).isFalse();
  }

  @Test
  void sinceWhenItServesIsInTheConditionThatOutlivesIt() {
    String since = "2026-01-01T12:00:00Z";

    assertThat(report(condition("Serving", ConditionStatus.True, since)).servingSince())
        .contains(Instant.parse(since));
    assertThat(report(condition("Serving", ConditionStatus.True, since)).gone().servingSince())
        .isEmpty();
    assertThat(report(condition("Serving", ConditionStatus.False, since)).servingSince()).isEmpty();
    assertThat(report(condition("Ready", ConditionStatus.True, since)).servingSince()).isEmpty();
    assertThat(report(condition("Serving", ConditionStatus.True, "noon")).servingSince()).isEmpty();
  }

  private static NodeAgentReport report(Condition condition) {
    return NodeAgentReport.of(NodeAgentReport.trimmed(node(SERVES, condition)));
  }

  private static Condition condition(String type, ConditionStatus status, String since) {
    return new Condition(type, status, 1L, since, "Applied", "a message");
  }

  private static WebSocketNodeState node(Serving openFiles, Condition... conditions) {
    WebSocketNodeState node = new WebSocketNodeState();
    node.setMetadata(
        new ObjectMetaBuilder()
            .withName("n1")
            .addNewManagedField()
            .withManager("wstuning-node-agent")
            .endManagedField()
            .build());
    node.setStatus(
        new WebSocketNodeStateStatus(
            1L,
            "boot",
            "0.2.0",
            List.of(
                new AppliedSetting(
                    "fs.nr_open", "1048576", "1048576", null, "1048576", null, null, null)),
            openFiles,
            null,
            262_144L,
            List.of(conditions)));
    return node;
  }
}
