package dev.wstuning.operator.node.agent;

import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.failing;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.notReady;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.running;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When an agent is replaced, and how often. */
class AgentReplacementsTest {

  private final MovableClock clock = new MovableClock(NOW.toString());
  private final AgentReplacements replacements = new AgentReplacements(clock, clock::nanoTime);

  @Test
  void anAgentThatHasAppliedAllIsLeftAlone() {
    assertThat(next(state("n1").build())).isEmpty();
  }

  @Test
  void settingsThatWereNotAppliedAreAppliedAgain() {
    assertThat(next(state("n1").generation(2, 1).build())).contains("agent-on-n1");
  }

  @Test
  void settingsOfAnotherBootAreAppliedAgain() {
    assertThat(next(state("n1").appliedInBoot("boot-0").build())).contains("agent-on-n1");
  }

  @Test
  void driftIsAppliedAgain() {
    assertThat(next(drifted("n1"))).contains("agent-on-n1");
  }

  @Test
  void anOriginalThatCouldNotBeRestoredIsTriedAgain() {
    TunedNode state = state("n1").refused("fs.nr_open", null, "invalid argument").build();

    assertThat(next(state)).contains("agent-on-n1");
    clock.pass(AgentReplacements.PACE);
    assertThat(next(state)).isEmpty();
  }

  @Test
  void anAgentOfAnotherTemplateIsReplaced() {
    assertThat(replacements.next(List.of(state("n1").build()), "template-2", pod -> true))
        .isPresent();
  }

  @Test
  void aClockThatIsSetBackOrAheadChangesNoPace() {
    List<TunedNode> states = List.of(state("n1").build(), state("n2").build());
    assertThat(replacements.next(states, "template-2", pod -> true)).isPresent();

    clock.set(Duration.ofHours(1));
    assertThat(replacements.next(states, "template-2", pod -> true)).isEmpty();
    clock.set(Duration.ofHours(-2));
    clock.pass(Duration.ofMinutes(2));
    assertThat(replacements.next(states, "template-2", pod -> true)).isPresent();
  }

  @Test
  void anAgentOfAnotherTemplateThatCannotRunComesBeforeThoseThatRun() {
    List<TunedNode> states =
        List.of(state("n1").build(), state("n2").agent(failing("n2", "ImagePullBackOff")).build());

    assertThat(replacements.next(states, "template-2", pod -> true).map(AgentPod::name))
        .contains("agent-on-n2");
  }

  @Test
  void anInitContainerThatHasNotEndedWellIsLeftToTheKubelet() {
    assertThat(next(state("n1").generation(2, 1).agent(failing("n1", "crashes")).build()))
        .isEmpty();
  }

  @Test
  void anInitContainerThatJustEndedGetsTimeForItsReport() {
    TunedNode state =
        state("n1").generation(2, 1).agent(notReady("n1", NOW.minusSeconds(1))).build();

    assertThat(next(state)).isEmpty();
    clock.pass(Duration.ofSeconds(2));
    assertThat(next(state)).contains("agent-on-n1");
  }

  @Test
  void aPodOnItsWayOutIsLeftAlone() {
    AgentPod pod = running("n1");
    AgentPod ending =
        new AgentPod(
            pod.name(),
            pod.uid(),
            "n1",
            pod.template(),
            true,
            pod.createdAt(),
            pod.appliedAt(),
            true,
            pod.problem());

    assertThat(next(state("n1").generation(2, 1).agent(ending).build())).isEmpty();
  }

  @Test
  void theNextAgentAppliesAgainWhenTheOneBeforeIsBack() {
    List<TunedNode> states = List.of(drifted("n2"), drifted("n1"));

    assertThat(names(states)).contains("agent-on-n1");
    clock.pass(AgentReplacements.PACE);
    assertThat(names(states)).isEmpty();
    TunedNode back = state("n1").agent(another(running("n1"))).build();
    assertThat(names(List.of(drifted("n2"), back))).contains("agent-on-n2");
  }

  @Test
  void ofManyAgentsFivePercentMayBeDownWhileTheyApplyAgain() {
    List<TunedNode> states = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      states.add(drifted("n%02d".formatted(i)));
    }
    List<String> replaced = new ArrayList<>();
    for (int second = 0; second < 60; second += 2) {
      names(states).ifPresent(replaced::add);
      clock.pass(AgentReplacements.PACE);
    }

    assertThat(replaced).containsExactly("agent-on-n00", "agent-on-n01", "agent-on-n02");
  }

  @Test
  void attemptsThatDoNotHelpBecomeLessAndLessFrequent() {
    List<Integer> minutes = new ArrayList<>();
    for (int minute = 0; minute <= 256; minute++) {
      if (next(drifted("n1")).isPresent()) {
        minutes.add(minute);
      }
      clock.pass(Duration.ofMinutes(1));
    }

    // 1, 2, 4, 8, 16, 32, and 60 minutes apart.
    assertThat(minutes).containsExactly(0, 1, 3, 7, 15, 31, 63, 123, 183, 243);
  }

  @Test
  void otherSettingsAreAppliedWithoutAPause() {
    assertThat(next(state("n1").generation(2, 1).build())).isPresent();
    clock.pass(AgentReplacements.PACE);
    assertThat(next(state("n1").generation(2, 1).build())).isEmpty();
    assertThat(next(state("n1").generation(3, 1).build())).isPresent();
  }

  @Test
  void aNewObjectIsAppliedWithoutAPause() {
    assertThat(next(drifted("n1"))).isPresent();
    clock.pass(AgentReplacements.PACE);
    assertThat(next(drifted("n1"))).isEmpty();
    TunedNode recreated = drifted("n1");
    recreated.object().orElseThrow().getMetadata().setUid("another");
    assertThat(next(recreated)).isPresent();
  }

  @Test
  void aReplacementForAnotherTemplateIsNoAttempt() {
    assertThat(
            replacements
                .next(List.of(state("n1").build()), "template-2", pod -> true)
                .map(AgentPod::name))
        .isPresent();
    clock.pass(AgentReplacements.PACE);
    assertThat(next(drifted("n1"))).isPresent();
  }

  @Test
  void afterAFewQuietHoursThePauseIsShortAgain() {
    assertThat(next(drifted("n1"))).isPresent();
    clock.pass(Duration.ofMinutes(1));
    assertThat(next(drifted("n1"))).isPresent();
    clock.pass(Duration.ofHours(3));
    assertThat(next(drifted("n1"))).isPresent();
    clock.pass(Duration.ofMinutes(1));
    assertThat(next(drifted("n1"))).isPresent();
  }

  private static AgentPod another(AgentPod pod) {
    return new AgentPod(
        pod.name() + "-2",
        "another",
        pod.node(),
        pod.template(),
        pod.ending(),
        pod.createdAt(),
        pod.appliedAt(),
        pod.ready(),
        pod.problem());
  }

  private static TunedNode drifted(String node) {
    return state(node).drifted("fs.nr_open", "2097152", "1048576", "1048576").build();
  }

  private Optional<String> next(TunedNode state) {
    return names(List.of(state));
  }

  private Optional<String> names(List<TunedNode> states) {
    return replacements.next(states, "template-1", pod -> true).map(AgentPod::name);
  }
}
