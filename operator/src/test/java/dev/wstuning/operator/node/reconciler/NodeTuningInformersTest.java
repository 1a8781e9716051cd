package dev.wstuning.operator.node.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.javaoperatorsdk.operator.api.config.BaseConfigurationService;
import io.javaoperatorsdk.operator.api.config.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
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
}
