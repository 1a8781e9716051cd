package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Capacity;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.CapacityBound;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How many connections the pods of a group can hold. */
class CapacityRendererTest {

  private static final NodeAgentReport NODE =
      new NodeAgentReport(
          "n1",
          true,
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          false,
          OptionalLong.of(9000),
          Optional.empty());

  private static ObservedPodBuilder pod(String name, ServerReportBuilder report) {
    return observed(
            TestPod.named(name)
                .running()
                .with(
                    p ->
                        p.editSpec()
                            .withNodeName("n1")
                            .editContainer(0)
                            .withNewResources()
                            .addToLimits("memory", new Quantity("1Gi"))
                            .endResources()
                            .endContainer()
                            .endSpec()))
        .node(NODE)
        .seen(report.build());
  }

  private static Capacity of(ObservedPodBuilder... pods) {
    VerdictInputBuilder input = VerdictInputBuilder.of(tune().openFiles(1024));
    List.of(pods).forEach(pod -> input.pod(pod.podsOnNode(pods.length)));
    return CapacityRenderer.of(input.judged());
  }

  @Test
  void theNarrowestBoundComesFirst() {
    Capacity capacity = of(pod("chat-1", node().nofile(20_000, 20_000).port(8080, 10, 300)));

    assertThat(capacity.connections()).isEqualTo(9000);
    assertThat(capacity.bindsFirst()).isEqualTo("Conntrack");
    assertThat(capacity.bounds())
        .satisfiesExactly(
            b -> assertBound(b, "Conntrack", 9000),
            b -> assertBound(b, "OpenFiles", 19_936),
            b -> assertBound(b, "Memory", 216_201));
    assertThat(capacity.nearLimit()).isEmpty();
  }

  private static void assertBound(CapacityBound bound, String limit, long connections) {
    assertThat(bound.limit()).isEqualTo(limit);
    assertThat(bound.connections()).isEqualTo(connections);
    assertThat(bound.assumes()).isNotEmpty();
  }

  @Test
  void podsOfOneNodeShareItsTable() {
    Capacity capacity =
        of(
            pod("chat-1", node().port(8080, 10, 300)),
            pod("chat-2", node().port(8080, 10, 300)),
            pod("chat-3", node().port(8080, 10, 300)));

    assertThat(capacity.connections()).isEqualTo(3000);
  }

  @Test
  void fewAddressesEndTheirPorts() {
    Capacity capacity =
        of(pod("chat-1", node().nofile(100_000, 100_000).remotes(2).port(8080, 6000, 300)));

    assertThat(capacity.bounds()).anySatisfy(b -> assertBound(b, "Ports", 56_464));
  }

  @Test
  void whoConnectsDirectlyToAnotherPortIsBoundByNoProxy() {
    Capacity capacity =
        of(
            pod(
                "chat-1",
                node()
                    .nofile(100_000, 100_000)
                    .remotes(2)
                    .port(8080, 6000, 300)
                    .remotes(900)
                    .port(9090, 900, 300)));

    assertThat(capacity.bounds()).extracting(CapacityBound::limit).doesNotContain("Ports");
  }

  @Test
  void podsNearTheirLimitAreNamed() {
    Capacity capacity =
        of(
            pod("chat-1", node().nofile(1024, 1024).port(8080, 768, 300)),
            pod("chat-2", node().nofile(1024, 1024).port(8080, 767, 300)));

    assertThat(capacity.connections()).isEqualTo(960);
    assertThat(capacity.nearLimit()).containsExactly("chat-1");
  }
}
