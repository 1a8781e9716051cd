package dev.wstuning.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.condition.Remedy.RestartPods;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemedyTest {

  private static final RestartPods CHAT =
      new RestartPods("realtime", List.of("deployment/chat"), List.of("chat-1"));

  @Test
  void aRestartIsACommandOnceThePodsAreKnown() {
    Remedy restart = new Remedy.RestartPod();

    assertThat(restart.text()).startsWith("restart the pod");
    assertThat(restart.named(() -> CHAT).text())
        .isEqualTo("kubectl -n realtime rollout restart deployment/chat");
  }

  @Test
  void anAdviceStaysWhatItIs() {
    Remedy advice = new Remedy.Advice("set spec.mode to Tune");

    assertThat(advice.named(() -> CHAT)).isEqualTo(advice);
    assertThat(new Remedy.None().named(() -> CHAT).text()).isEmpty();
  }

  @Test
  void threeOfManyAreNamed() {
    assertThat(new RestartPods("realtime", List.of(), List.of("d", "c", "b", "a")).text())
        .isEqualTo("kubectl -n realtime delete pod a b c, then create each again");
  }
}
