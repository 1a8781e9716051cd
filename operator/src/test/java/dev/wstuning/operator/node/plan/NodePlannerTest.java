package dev.wstuning.operator.node.plan;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.node;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

  /** Two that allow the same are no conflict. */
  @Test
  void theAgentTunesPodsIfAnyTuningOfTheNodeAllowsIt() {
    WebSocketNodeTuning older = named("older").sysctl("fs.nr_open", "2097152").build();
    WebSocketNodeTuning newer =
        named("newer").created("2026-02-01T00:00:00Z").podsAllowed().build();
    WebSocketNodeTuning newest =
        named("newest").created("2026-03-01T00:00:00Z").podsAllowed().build();

    assertThat(plan(List.of(node("n1")), older).get("n1").spec().pods()).isNull();
    PlannedNode planned = plan(List.of(node("n1")), newest, newer, older).get("n1");
    assertThat(planned.spec().pods()).isEqualTo(new PodTuning("newer", null));
    assertThat(planned.conflicts()).isEmpty();
    assertThat(PlannedNode.isNothing(plan(List.of(node("n1")), newer).get("n1").spec())).isFalse();
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

  @Test
  void aTaintThatComesToATunedNodeChangesNothingThere() {
    NodeFacts tainted = node("n1", new Taint("NoExecute", "dedicated", null, "databases"));
    WebSocketNodeState tuned = state("n1").had("zebra").build().object().orElseThrow();
    WebSocketNodeState tunedByAnother = state("n1").had("ape").build().object().orElseThrow();

    assertThat(NodePlanner.selects(OLDER, tainted, Optional.of(tuned))).isTrue();
    assertThat(NodePlanner.selects(OLDER, tainted, Optional.of(tunedByAnother))).isFalse();
    WebSocketNodeTuning elsewhere = named("zebra").on("pool", "a").openFiles(65536).build();
    assertThat(NodePlanner.selects(elsewhere, tainted, Optional.of(tuned)))
        .as("the selector decides all the same")
        .isFalse();
  }

  @Test
  void whatANodeAwaitsIsNeitherGivenNorInConflict() {
    PlannedNode planned =
        NodePlanner.resolve(node("n1"), List.of(Share.nothingYet("ape"), newest(OLDER)));

    assertThat(planned.tunings()).containsExactly("ape", "zebra");
    assertThat(planned.given()).containsOnlyKeys("zebra");
    assertThat(planned.awaiting()).containsExactly("ape");
    assertThat(planned.conflicts()).isEmpty();
  }

  private static SortedMap<String, PlannedNode> plan(
      List<NodeFacts> nodes, WebSocketNodeTuning... tunings) {
    SortedMap<String, PlannedNode> plan = new TreeMap<>();
    for (NodeFacts node : nodes) {
      List<Share> shares =
          NodePlanner.oldestFirst(List.of(tunings)).stream()
              .filter(t -> NodePlanner.selects(t, node, Optional.empty()))
              .map(NodePlannerTest::newest)
              .toList();
      if (!shares.isEmpty()) {
        plan.put(node.name(), NodePlanner.resolve(node, shares));
      }
    }
    return plan;
  }

  private static Share newest(WebSocketNodeTuning tuning) {
    Settings settings = Settings.of(tuning.getSpec());
    return Share.newest(tuning.getMetadata().getName(), settings, Mark.outside(settings));
  }
}
