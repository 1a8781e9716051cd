package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.javaoperatorsdk.operator.api.config.BaseConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How what is known of thousands of nodes is read. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient
class NodeTuningInformersTest {

  private KubernetesClient client;
  private final ControllerConfiguration<WebSocketNodeTuning> configuration =
      new BaseConfigurationService()
          .getConfigurationFor(
              new NodeTuningReconciler(new NodeTuningInformers(), null, null, null, () -> true));

  @Test
  void everyListOfTheCachesIsReadPageByPage() {
    var sources =
        new NodeTuningInformers()
            .eventSources(
                new EventSourceContext<>(null, configuration, client, WebSocketNodeTuning.class));

    assertThat(sources)
        .filteredOn(InformerEventSource.class::isInstance)
        .hasSize(4)
        .allSatisfy(
            source ->
                assertThat(
                        ((InformerEventSource<?, ?>) source)
                            .configuration()
                            .getInformerConfig()
                            .getInformerListLimit())
                    .isEqualTo(500L));
  }

  @Test
  void theListOfNodeTuningsIsReadPageByPage() {
    assertThat(configuration.getInformerConfig().getInformerListLimit()).isEqualTo(500L);
  }

  /** Otherwise every condition that is written would have all node tunings reconciled. */
  @Test
  void conditionsAloneAreNoChange() {
    TunedNodeBuilder before = state("n1").has("fs.nr_open", "2", "1", "2");
    WebSocketNodeState object = object(before);
    Condition condition =
        new Condition("Ready", ConditionStatus.True, 1L, NOW.toString(), "Applied", "it is.");

    assertThat(same(object, object(before.conditions(List.of(condition)).version("2")))).isTrue();
    assertThat(same(object, object(before.generation(2, 1)))).isFalse();
    assertThat(same(object, object(before.generation(1, 2)))).isFalse();
    assertThat(same(object, object(before.generation(1, 1).had("another")))).isFalse();
  }

  private static boolean same(WebSocketNodeState before, WebSocketNodeState after) {
    return Likeness.butConditions(after, before);
  }

  private static WebSocketNodeState object(TunedNodeBuilder state) {
    return state.build().object().orElseThrow();
  }
}
