package dev.wstuning.operator.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.condition.Remedy.OldPod;
import dev.wstuning.operator.condition.Remedy.RestartPods;
import dev.wstuning.operator.condition.Remedy.Way;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RemedyTest {

  private static final RestartPods CHAT =
      new RestartPods(
          "realtime", List.of(new OldPod("chat-1", Way.ROLLOUT_RESTART, "deployment/chat")));

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
  void threeOfManyAreNamedAndTheRestIsCounted() {
    assertThat(old(Way.BY_HAND, "", "d", "c", "b", "a"))
        .isEqualTo("kubectl -n realtime delete pod a b c (and 1 more), then create each again");
  }

  @Test
  void eachKindOfOwnerHasItsOwnWay() {
    assertThat(old(Way.DELETION, "replicaset/chat-6d5f", "a", "b", "c", "d", "e"))
        .isEqualTo(
            "kubectl -n realtime delete pod a b c (and 2 more), one after the other:"
                + " replicaset/chat-6d5f replaces them");
    assertThat(old(Way.ARGO_ROLLOUT, "rollout/chat", "a", "b"))
        .isEqualTo("kubectl argo rollouts -n realtime restart chat");
    assertThat(old(Way.NEXT_RUN, "job/chat", "a"))
        .isEqualTo("wait for the next run of job/chat, or delete it and create it again");
  }

  @Test
  void allWaysAreNamed() {
    assertThat(
            new RestartPods(
                    "realtime",
                    List.of(
                        new OldPod("alone", Way.BY_HAND, ""),
                        new OldPod("chat-1", Way.ROLLOUT_RESTART, "deployment/chat")))
                .text())
        .isEqualTo(
            "kubectl -n realtime rollout restart deployment/chat;"
                + " kubectl -n realtime delete pod alone, then create each again");
  }

  private static String old(Way way, String owner, String... names) {
    return new RestartPods(
            "realtime", Stream.of(names).map(name -> new OldPod(name, way, owner)).toList())
        .text();
  }
}
