package dev.wstuning.operator.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An agent has no more reach than its node needs. */
class AgentKindTest {

  private static final Grant GRANT = new Grant(65536L, "t");
  private static final PodTuning PODS = new PodTuning("t", null);

  @Test
  void theObjectOfANodeDecidesWhatItsAgentMayReach() {
    assertThat(of(null, null, null)).isEqualTo(AgentKind.SETTINGS);
    assertThat(of(GRANT, null, null)).isEqualTo(AgentKind.GRANTS);
    assertThat(of(null, PODS, null)).isEqualTo(AgentKind.PODS);
    assertThat(of(GRANT, PODS, null)).isEqualTo(AgentKind.PODS);
  }

  /** Until those containers have ended, the agent must know of them. */
  @Test
  void withAGrantInUseTheSocketStaysAndTheCapabilitiesGo() {
    assertThat(of(null, null, 65536L)).isEqualTo(AgentKind.GRANTS);
    assertThat(of(null, PODS, 65536L)).isEqualTo(AgentKind.PODS);
  }

  @Test
  void anObjectWithoutContentNeedsTheLeast() {
    assertThat(AgentKind.of(new WebSocketNodeState())).isEqualTo(AgentKind.SETTINGS);
  }

  @Test
  void aLabelNamesTheKind() {
    for (AgentKind kind : AgentKind.values()) {
      assertThat(AgentKind.in(Map.of(AgentKind.NODE_LABEL, kind.value()))).contains(kind);
    }
    assertThat(AgentKind.in(Map.of(AgentKind.NODE_LABEL, "other"))).isEmpty();
  }

  private static AgentKind of(Grant grant, PodTuning pods, Long highestGrant) {
    WebSocketNodeState object = new WebSocketNodeState();
    object.setSpec(new WebSocketNodeStateSpec(List.of(), grant, pods));
    object.setStatus(
        new WebSocketNodeStateStatus(
            1L,
            "boot",
            "test",
            List.of(),
            new Serving(true, null, null, highestGrant, null, null, null),
            null,
            null,
            List.of()));
    return AgentKind.of(object);
  }
}
