package dev.wstuning.operator.pod.suspension;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.AdmittedPods.Suspect;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmittedPodsTest {

  private static final Target CHAT = target("chat");

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final AdmittedPods pods = new AdmittedPods(clock::nanoTime);

  @Test
  void podsAreLateAfterSixSeconds() {
    pods.add(CHAT, call("1"), true);
    clock.pass(Duration.ofSeconds(3));
    pods.add(CHAT, call("2"), true);
    clock.pass(Duration.ofMillis(2_990));
    assertThat(pods.late()).isEmpty();

    clock.pass(Duration.ofMillis(10));

    assertThat(pods.late())
        .as("the API server may still give up on the second")
        .containsExactly(new Suspect(CHAT, 1, 0));
  }

  @Test
  void aPodThatAppearedIsNotLate() {
    pods.add(CHAT, call("1"), true);
    pods.add(CHAT, call("2"), true);

    assertThat(pods.appeared("1")).contains(new AdmittedPods.Appeared(CHAT, true));
    assertThat(pods.appeared("1")).as("seen before").isEmpty();
    clock.pass(AdmittedPods.LATE);

    assertThat(pods.late()).containsExactly(new Suspect(CHAT, 1, 0));
  }

  @Test
  void tunedAndUntunedPodsAreCountedApart() {
    pods.add(CHAT, call("1"), true);
    clock.pass(AdmittedPods.LATE);
    pods.add(CHAT, call("2"), false);
    assertThat(pods.late()).containsExactly(new Suspect(CHAT, 1, 0));

    pods.counted(CHAT, true);
    clock.pass(AdmittedPods.LATE);

    assertThat(pods.late()).containsExactly(new Suspect(CHAT, 0, 1));
  }

  @Test
  void eachOwnerIsItsOwn() {
    pods.add(CHAT, call("1"), true);
    pods.add(target("push"), call("2"), true);
    clock.pass(AdmittedPods.LATE);

    assertThat(pods.late())
        .containsExactly(new Suspect(CHAT, 1, 0), new Suspect(target("push"), 1, 0));
  }

  @Test
  void ofManyTheFirstIsKept() {
    for (int i = 0; i < 100; i++) {
      pods.add(CHAT, call("request-" + i), true);
      clock.pass(Duration.ofMillis(50));
    }

    clock.pass(AdmittedPods.LATE);

    assertThat(pods.late()).containsExactly(new Suspect(CHAT, 20, 0));
  }

  @Test
  void whatNeverAppearedIsForgottenInTheEnd() {
    pods.add(CHAT, call("1"), true);
    clock.pass(Duration.ofMinutes(31));

    assertThat(pods.late()).isEmpty();
    assertThat(pods.appeared("1")).isEmpty();
  }

  private static Call call(String request) {
    return new Call(request, Optional.empty(), false, () -> true);
  }

  private static Target target(String name) {
    return new Target(
        "realtime",
        "chat",
        "uid-of-chat",
        new Workload("apps", "Deployment", name),
        new Mark("0badcafe", "12345678"));
  }
}
