package dev.wstuning.operator.node.plan;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Settled;
import dev.wstuning.operator.fixtures.NodeTunings;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a tuning sets, what of it a node keeps, and how it is named. */
class SettingsTest {

  private static final Settings BOTH = of(named("t").sysctl("a", "1").openFiles(65536));

  @Test
  void equalSettingsHaveEqualNamesAndOthersHaveOthers() {
    assertThat(of(named("other").sysctl("b", "2").sysctl("a", "1")).revision())
        .isEqualTo(of(named("t").sysctl("a", "1").sysctl("b", "2")).revision())
        .matches("[0-9a-f]{8}");
    assertThat(
            List.of(
                BOTH.revision(),
                of(named("t").sysctl("a", "1")).revision(),
                of(named("t").exactly("a", "1").openFiles(65536)).revision(),
                of(named("t").sysctl("a", "2").openFiles(65536)).revision(),
                of(named("t").sysctl("a", "1").openFiles(65537)).revision(),
                of(named("t").sysctl("a", "1").openFiles(65536).podsAllowed()).revision()))
        .doesNotHaveDuplicates();
  }

  @Test
  void theStatusKeepsThemAsTheyAre() {
    String stored = Serialization.asJson(BOTH.settled());

    assertThat(Settings.of(Serialization.unmarshal(stored, Settled.class))).isEqualTo(BOTH);
  }

  /** Nodes carry the names: with others, an update of the operator would begin new waves. */
  @Test
  void settingsWithoutPodsAreNamedAsBefore() {
    assertThat(BOTH.revision()).isEqualTo("5fe5f28d");
  }

  @Test
  void whetherPodsMayBeTunedIsASettingLikeOthers() {
    Settings pods = of(named("t").sysctl("a", "1").podsAllowed());
    Settings without = of(named("t").sysctl("a", "1"));

    assertThat(
            Settings.of(
                Serialization.unmarshal(Serialization.asJson(pods.settled()), Settled.class)))
        .isEqualTo(pods);
    assertThat(of(named("t").podsAllowed()).isEmpty()).isFalse();
    assertThat(pods.within(without)).isEqualTo(without);
    assertThat(without.within(pods)).isEqualTo(without);
    assertThat(without.overlaidBy(pods)).isEqualTo(pods);
    assertThat(pods.overlaidBy(without)).isEqualTo(pods);
  }

  @Test
  void aNodeHasTheSettingOnlyIfItsObjectSaysSo() {
    WebSocketNodeTuning older = named("older").podsAllowed().build();
    WebSocketNodeTuning tuning =
        named("t").created("2026-02-01T00:00:00Z").sysctl("a", "1").podsAllowed().build();
    Settings wanted = Settings.of(tuning.getSpec());

    assertThat(withoutMark(state("n1").tunedBy(tuning), "t").orElseThrow().own()).isEqualTo(wanted);
    Holding beside = withoutMark(state("n1").tunedBy(older, tuning), "t").orElseThrow();
    assertThat(beside.own()).isEqualTo(of(named("t").sysctl("a", "1")));
    assertThat(beside.has(wanted, "r")).isTrue();
    WebSocketNodeTuning never = named("t").sysctl("a", "1").build();
    assertThat(withoutMark(state("n1").tunedBy(never), "t").orElseThrow().has(wanted, "r"))
        .isFalse();
  }

  @Test
  void whatWasRemovedFromTheTuningIsNotKept() {
    Settings wanted = of(named("t").sysctl("a", "9").sysctl("c", "9"));

    assertThat(BOTH.within(wanted)).isEqualTo(of(named("t").sysctl("a", "1")));
  }

  @Test
  void aNodeThatVersion020TunedHasWhatItsObjectSays() {
    WebSocketNodeTuning older = named("older").sysctl("a", "7").build();
    WebSocketNodeTuning tuning =
        named("t").created("2026-02-01T00:00:00Z").sysctl("a", "1").sysctl("b", "2").build();
    Holding holding = withoutMark(state("n1").tunedBy(older, tuning), "t").orElseThrow();

    assertThat(holding.own()).isEqualTo(of(named("t").sysctl("b", "2")));
    assertThat(holding.has(Settings.of(tuning.getSpec()), "r")).isTrue();
    assertThat(holding.has(of(named("t").sysctl("a", "1").sysctl("b", "3")), "r")).isFalse();
    assertThat(holding.has(of(named("t").sysctl("b", "2").sysctl("c", "3")), "r")).isFalse();
    assertThat(holding.has(of(named("t").sysctl("a", "1")), "r")).isFalse();
  }

  @Test
  void aNodeThatIsRestoredHasNothing() {
    assertThat(Holding.of("t", Optional.empty())).isEmpty();
    assertThat(withoutMark(state("n1").had("t"), "t")).isEmpty();
  }

  /** As version 0.2.0 left it. */
  private static Optional<Holding> withoutMark(TunedNodeBuilder state, String tuning) {
    var object = state.build().object().orElseThrow();
    object.getMetadata().getAnnotations().remove("wstuning.dev/rollout");
    return Holding.of(tuning, Optional.of(object));
  }

  private static Settings of(NodeTunings tuning) {
    return Settings.of(tuning.build().getSpec());
  }
}
