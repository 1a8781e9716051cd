package dev.wstuning.operator.node.status;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.NodeObservation;
import dev.wstuning.operator.fixtures.NodeTunings;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.sysctl.NodeSysctl;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The status stays small with any number of nodes and any messages of their agents. */
class NodeStatusBoundsTest {

  private static final int LIMIT = 32 * 1024;
  private static final String LONG = "\u00fc".repeat(512);

  @Test
  void aThousandNodesThatAllDifferAndSayMuch() {
    NodeTunings asked = named("n".repeat(63)).openFiles(1048576);
    for (NodeSysctl sysctl : NodeSysctl.values()) {
      asked.sysctl(sysctl.key(), "1".repeat(64));
    }
    WebSocketNodeTuning tuning = asked.build();
    List<TunedNode> states = IntStream.range(0, 1000).mapToObj(i -> failing(tuning, i)).toList();

    WebSocketNodeTuningStatus status = create(tuning, states);

    assertThat(Serialization.asJson(status).getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(LIMIT);
    assertThat(status.observations()).isNotEmpty();
    assertThat(status.nodes().failed()).isEqualTo(1000);
    assertThat(status.problems()).hasSizeBetween(1, 10);
    assertThat(status.problems().get(0).examples()).hasSize(3);
  }

  @Test
  void groupsAndExamplesAreFew() {
    WebSocketNodeTuning tuning = named("big").sysctl("fs.nr_open", "2097152").build();
    List<TunedNode> states =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    state("n%03d".formatted(i))
                        .tunedBy(tuning)
                        .has("fs.nr_open", "2097152", "1024", String.valueOf(3000000 + i % 20))
                        .build())
            .toList();

    WebSocketNodeTuningStatus status = create(tuning, states);

    assertThat(status.observations()).hasSize(10);
    assertThat(status.observations())
        .allSatisfy(o -> assertThat(o.nodes()).isEqualTo(5))
        .extracting(NodeObservation::examples)
        .allSatisfy(examples -> assertThat(examples).hasSize(3));
  }

  @Test
  void oneManyLinedProblemBecomesOneLineThatSaysNothingOfWhatIsNext() {
    WebSocketNodeTuning tuning = named("big").sysctl("fs.nr_open", "2097152").build();
    TunedNode state =
        state("n1").tunedBy(tuning).refused("fs.nr_open", "2097152", "a\nNext: rm -rf /").build();

    WebSocketNodeTuningStatus status = create(tuning, List.of(state));

    assertThat(status.observations().get(0).settings().get(0).problem())
        .isEqualTo("a next: rm -rf /");
    assertThat(status.observations().get(0).message()).containsOnlyOnce("Next: ");
  }

  private static TunedNode failing(WebSocketNodeTuning tuning, int i) {
    TunedNodeBuilder state =
        state("%04d".formatted(i) + "n".repeat(249)).tunedBy(tuning).doesNotServe(i + LONG);
    for (NodeSysctl sysctl : NodeSysctl.values()) {
      state.refused(sysctl.key(), "1".repeat(64), i + LONG);
    }
    return state.build();
  }

  private static WebSocketNodeTuningStatus create(
      WebSocketNodeTuning tuning, List<TunedNode> states) {
    return new NodeTuningStatusFactory(Clock.fixed(NOW, ZoneOffset.UTC))
        .create(tuning, states, Optional.empty(), Optional.empty());
  }
}
