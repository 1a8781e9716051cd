package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observer.RefusedPods.Pending;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who has to wait after refusals, and for how long. */
class ObserverRefusalsTest {

  private static final ObserveCommand QUESTION = new ObserveCommand(List.of(), true, Set.of(), "");

  private static final ObserverName NAME = new ObserverName(1, 2, ObserverName.FIRST);

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final ObserverRefusals refusals =
      new ObserverRefusals(
          Duration.ofMinutes(1),
          Duration.ofHours(1),
          pod -> pod.labels().get("app"),
          clock::nanoTime);

  @Test
  void aPodThatWasRefusedWaits() {
    assertThat(refuse("a", "policy")).isEqualTo(Duration.ofMinutes(1));
    clock.pass(Duration.ofSeconds(20));

    assertThat(refusals.pending(errand("a")))
        .contains(new Pending("policy", Duration.ofSeconds(40)));
    assertThat(refusals.pending(errand("b"))).isEmpty();
    clock.pass(Duration.ofSeconds(40));
    assertThat(refusals.pending(errand("a"))).isEmpty();
    assertThat(refuse("a", "policy")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void threeInARowForOneCauseStandForAllOfTheirKind() {
    refuseAll("policy", "a", "b");
    assertThat(refusals.pending(errand("d"))).isEmpty();
    refuse("c", "policy");

    assertThat(refusals.pending(errand("d")))
        .contains(new Pending("policy", Duration.ofMinutes(1)));
    assertThat(refusals.pending(errandOf("another tuning", "d", QUESTION))).isEmpty();
    assertThat(
            refusals.pending(
                new Errand(
                    "tuning",
                    TestPod.named("d")
                        .with(p -> p.editMetadata().addToLabels("app", "x").endMetadata())
                        .facts(),
                    "server",
                    QUESTION,
                    Duration.ZERO,
                    NAME)))
        .isEmpty();
  }

  @Test
  void aPodThatIsRefusedThreeTimesStandsForItselfOnly() {
    for (int i = 0; i < 3; i++) {
      refuse("a", "policy");
      clock.pass(Duration.ofHours(1));
    }

    assertThat(refusals.pending(errand("b"))).isEmpty();
  }

  @Test
  void threeForDifferentCausesStandForNobody() {
    refuse("a", "policy");
    refuse("b", "another");
    refuse("c", "policy");

    assertThat(refusals.pending(errand("d"))).isEmpty();
  }

  @Test
  void threeWithASuccessInBetweenStandForNobody() {
    refuseAll("policy", "a", "b");
    refusals.succeeded(errand("x"));
    refuse("c", "policy");

    assertThat(refusals.pending(errand("d"))).isEmpty();
    assertThat(refusals.pending(errand("a"))).isPresent();
  }

  @Test
  void afterThePauseThePodThatWasNeverTriedGoesFirst() {
    refuseAll("policy", "a", "b", "c");
    refusals.pending(errand("d"));
    clock.pass(Duration.ofMinutes(1));

    assertThat(refusals.pending(errand("a")))
        .contains(new Pending("policy", Duration.ofSeconds(5)));
    assertThat(refusals.pending(errand("d"))).isEmpty();
  }

  @Test
  void onePodThatIsRefusedAgainDoublesThePauseOfAll() {
    refuseAll("policy", "a", "b", "c");
    clock.pass(Duration.ofMinutes(1));
    refuse("d", "policy");

    assertThat(refusals.pending(errand("e")))
        .contains(new Pending("policy", Duration.ofMinutes(2)));
  }

  @Test
  void ifNobodyElseWaitsOneThatRefusedIsTriedAgain() {
    refuseAll("policy", "a", "b", "c");
    refusals.pending(errand("gone"));
    clock.pass(Duration.ofMinutes(1).plusSeconds(5));

    assertThat(refusals.pending(errand("a"))).isEmpty();
  }

  @Test
  void aSuccessAfterThePauseEndsItForAll() {
    refuseAll("policy", "a", "b", "c");
    clock.pass(Duration.ofMinutes(1));
    refuse("d", "policy");
    clock.pass(Duration.ofMinutes(2));
    refusals.succeeded(errand("e"));

    for (String pod : List.of("a", "b", "c", "d", "f")) {
      assertThat(refusals.pending(errand(pod))).isEmpty();
    }
    assertThat(refuse("a", "policy")).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void anotherCauseAfterThePauseIsCountedFromOne() {
    refuseAll("policy", "a", "b", "c");
    clock.pass(Duration.ofMinutes(1));
    refuse("d", "another");

    assertThat(refusals.pending(errand("e"))).isEmpty();
  }

  @Test
  void anotherQuestionIsTriedAtOnce() {
    refuseAll("policy", "a", "b", "c");
    ObserveCommand again = new ObserveCommand(List.of(), true, Set.of(), "again");

    assertThat(refusals.pending(errandOf("tuning", "a", again))).isEmpty();
    assertThat(refusals.pending(errandOf("tuning", "d", again))).isEmpty();
  }

  @Test
  void podsThatAreGoneAreForgotten() {
    refuseAll("policy", "a", "b", "c");

    refusals.retain("another tuning", List.of());
    refusals.retain("tuning", List.of("a", "uid-of-a", "uid-of-d"));
    assertThat(refusals.pending(errand("d"))).isPresent();
    assertThat(refusals.pending(errand("a"))).isPresent();
    assertThat(refuse("b", "policy")).isEqualTo(Duration.ofMinutes(1));

    refusals.retain("tuning", List.of("uid-of-d"));
    assertThat(refusals.pending(errand("d"))).isEmpty();
    refuse("d", "policy");
    refusals.retain("tuning", List.of());
    assertThat(refusals.pending(errand("d"))).isEmpty();
  }

  @Test
  void whatTwoPodsWereAnsweredIsComparedWithoutTheirNames() {
    assertThat(
            impersonal(
                "chat-1",
                "pods \"chat-1\" (uid-of-chat-1): wst-observe-00000001-00000002, no chat-12."))
        .isEqualTo(
            impersonal("b", "pods \"b\" (uid-of-b): wst-observe-00000001-00000002, no chat-12."))
        .isEqualTo("pods \"\" (): , no chat-12.");
  }

  private static String impersonal(String pod, String words) {
    return errandOf("tuning", pod, QUESTION).impersonal(words);
  }

  private void refuseAll(String why, String... pods) {
    for (String pod : pods) {
      refuse(pod, why);
    }
  }

  private Duration refuse(String pod, String why) {
    return refusals.refused(errand(pod), why, why);
  }

  private static Errand errand(String pod) {
    return errandOf("tuning", pod, QUESTION);
  }

  private static Errand errandOf(String tuning, String pod, ObserveCommand command) {
    return new Errand(tuning, TestPod.named(pod).facts(), "server", command, Duration.ZERO, NAME);
  }
}
