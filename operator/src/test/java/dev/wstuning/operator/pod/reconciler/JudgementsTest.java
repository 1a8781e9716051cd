package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.PodJudge;
import dev.wstuning.operator.store.Interner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JudgementsTest {

  private static final Expectations WISHES = wishes(tune().keepalive(300, 10, 5));

  private final List<String> asked = new ArrayList<>();
  private final Judgements judgements =
      new Judgements(
          (expectation, pod) -> {
            asked.add(pod.facts().name());
            return PodJudge.RULES.judge(expectation, pod);
          },
          new Interner()::shared);

  @Test
  void aPodIsJudgedAgainIfAndOnlyIfItChanged() {
    ObservedPod first = seen("chat-1", 300).build();
    ObservedPod second = seen("chat-2", 300).build();
    judge(WISHES, first, second);
    asked.clear();

    judge(WISHES, first, second);
    assertThat(asked).isEmpty();

    judge(WISHES, first, seen("chat-2", 15).build());
    assertThat(asked).containsExactly("chat-2");
  }

  /** Where there is traffic, these change all the time. */
  @Test
  void aPodOfWhichOnlyCountsChangedIsNotJudgedAgain() {
    judge(WISHES, counted("chat-1", 4, 300));
    asked.clear();

    JudgedPod more = judgements.of("uid", WISHES, List.of(counted("chat-1", 40, 300))).get(0);

    assertThat(asked).isEmpty();
    assertThat(more)
        .isEqualTo(PodJudge.RULES.judge(more.expectation(), counted("chat-1", 40, 300)));
    assertThat(more.inspection().orElseThrow().connections()).isEqualTo(40);
    assertThat(more.inspection().orElseThrow().ports().get(0).connections()).isEqualTo(40);

    JudgedPod other = judgements.of("uid", WISHES, List.of(counted("chat-1", 40, 600))).get(0);

    assertThat(asked).containsExactly("chat-1");
    assertThat(other.finding()).isNotEqualTo(more.finding());
  }

  private static ObservedPod counted(String name, long open, int seconds) {
    return seen(name, 300)
        .reported(
            PodReport.of(
                AgentReports.of(name)
                    .counts(open, 0, 0, 0, 0)
                    .sockets(8080, open, seconds, 10, 5, 0)
                    .build(),
                Sharing.NOTHING))
        .build();
  }

  @Test
  void otherWishesConcernAllPods() {
    ObservedPod pod = seen("chat-1", 300).build();
    judge(WISHES, pod);
    asked.clear();

    judge(wishes(tune().keepalive(60, 10, 5)), pod);

    assertThat(asked).containsExactly("chat-1");
  }

  @Test
  void whatIsForgottenIsJudgedAnew() {
    ObservedPod pod = seen("chat-1", 300).build();
    judge(WISHES, pod);
    judgements.forget("uid");
    asked.clear();

    judge(WISHES, pod);

    assertThat(asked).containsExactly("chat-1");
  }

  /** Regardless of what happened before, the findings are those of a fresh start. */
  @Test
  void neverDiffersFromARecount() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<ObservedPod> pods = new ArrayList<>();
    Expectations wishes = WISHES;
    for (int step = 0; step < 500; step++) {
      if (random.nextInt(20) == 0) {
        wishes = wishes(tune().keepalive(60 + 60 * random.nextInt(4), 10, 5));
      }
      if (!pods.isEmpty() && random.nextInt(4) == 0) {
        pods.remove(random.nextInt(pods.size()));
      } else {
        ObservedPod changed = any(random);
        pods.removeIf(p -> p.facts().name().equals(changed.facts().name()));
        pods.add(changed);
      }

      List<JudgedPod> kept = judgements.of("uid", wishes, pods);

      assertThat(kept)
          .as("step %d with seed %d", step, seed)
          .isEqualTo(
              new Judgements(PodJudge.RULES, new Interner()::shared).of("uid", wishes, pods));
    }
    assertThat(asked).as("with seed %d", seed).hasSizeLessThan(500 * 8 / 2);
  }

  private static ObservedPod any(Random random) {
    ObservedPodBuilder pod =
        random.nextInt(4) == 0
            ? observed("chat-" + random.nextInt(8))
                .observation(new Observation.Failed("cut", Observation.Prospect.NONE))
            : seen("chat-" + random.nextInt(8), 60 * (1 + random.nextInt(5)))
                .reported(random.nextBoolean() ? null : measured(random));
    return pod.life(Life.values()[random.nextInt(Life.values().length)])
        .coverage(Coverage.values()[random.nextInt(Coverage.values().length)])
        .podsOnNode(1 + random.nextInt(3))
        .build();
  }

  private static PodReport measured(Random random) {
    AgentReports report =
        AgentReports.of("chat-0").counts(random.nextInt(9), random.nextInt(3), 0, 0, 0);
    for (int group = random.nextInt(3); group > 0; group--) {
      report.sockets(8080, 1 + random.nextInt(9), 60 * (1 + random.nextInt(2)), 10, 5, 0);
    }
    return PodReport.of(report.build(), Sharing.NOTHING);
  }

  private static ObservedPodBuilder seen(String name, int seconds) {
    return observed(name)
        .seen(node().keepalive("" + seconds, "10", "5").port(8080, 3, seconds).build());
  }

  private void judge(Expectations wishes, ObservedPod... pods) {
    judgements.of("uid", wishes, List.of(pods));
  }

  private static Expectations wishes(SpecBuilder spec) {
    return VerdictInputBuilder.of(spec).expectations();
  }
}
