package dev.wstuning.operator.node.plan;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Which node must have what, and who wins. */
class NodePlannerTest {

  private static final WebSocketNodeTuning OLDER =
      named("zebra")
          .created("2026-01-01T00:00:00Z")
          .sysctl("fs.nr_open", "2097152")
          .openFiles(1048576)
          .build();
  private static final WebSocketNodeTuning NEWER =
      named("ape")
          .created("2026-01-02T00:00:00Z")
          .exactly("fs.nr_open", "1048576")
          .sysctl("fs.file-max", "12000500")
          .openFiles(65536)
          .build();

  @Test
  void aSelectedNodeGetsWhatItsTuningWants() {
    PlannedNode planned = plan(List.of(node("n1")), OLDER).get("n1");

    assertThat(planned.spec().sysctls())
        .containsExactly(new WantedSetting("fs.nr_open", "2097152", Policy.AtLeast, "zebra"));
    assertThat(planned.spec().openFiles()).isEqualTo(new Grant(1048576L, "zebra"));
    assertThat(planned.tunings()).containsExactly("zebra");
    assertThat(planned.conflicts()).isEmpty();
  }

  @Test
  void theOlderWinsAKeyAndTheNewerKeepsItsOthers() {
    PlannedNode planned = plan(List.of(node("n1")), NEWER, OLDER).get("n1");

    assertThat(planned.spec().sysctls())
        .containsExactly(
            new WantedSetting("fs.file-max", "12000500", Policy.AtLeast, "ape"),
            new WantedSetting("fs.nr_open", "2097152", Policy.AtLeast, "zebra"));
    assertThat(planned.spec().openFiles()).isEqualTo(new Grant(1048576L, "zebra"));
    assertThat(planned.conflicts())
        .containsExactly(
            new NodeConflict("fs.nr_open", "zebra", "ape"),
            new NodeConflict("openFiles.maximum", "zebra", "ape"));
  }

  @Test
  void ofTwoOfTheSameAgeTheFirstByNameWins() {
    WebSocketNodeTuning b = named("b").sysctl("fs.nr_open", "2").build();
    WebSocketNodeTuning a = named("a").sysctl("fs.nr_open", "1").build();

    assertThat(plan(List.of(node("n1")), b, a).get("n1").spec().sysctls())
        .extracting(WantedSetting::tuning)
        .containsExactly("a");
  }

  @Test
  void aNodeThatNothingSelectsIsNotInThePlan() {
    WebSocketNodeTuning pool = named("pool").on("pool", "realtime").openFiles(65536).build();

    assertThat(plan(List.of(node("n1")), pool)).isEmpty();
  }

  @Test
  void aNodeWhoseTaintIsNotToleratedIsNotInThePlan() {
    Taint taint = new Taint("NoSchedule", "dedicated", null, "databases");

    assertThat(plan(List.of(node("n1"), node("n2", taint)), OLDER)).containsOnlyKeys("n1");
  }

  @Test
  void withoutTuningsThePlanIsEmpty() {
    assertThat(plan(List.of(node("n1")))).isEmpty();
  }

  private static SortedMap<String, PlannedNode> plan(
      List<NodeFacts> nodes, WebSocketNodeTuning... tunings) {
    return NodePlanner.plan(nodes, List.of(tunings));
  }
}
