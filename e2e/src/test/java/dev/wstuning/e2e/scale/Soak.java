package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Admissions;
import dev.wstuning.e2e.support.ApiServer;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import dev.wstuning.e2e.support.Restarts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Ten minutes in which ten pods a second are created, while the API server goes away for a minute,
 * the leader is killed twice, and the operator is updated.
 */
final class Soak implements Part {

  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final Duration MISSING = Duration.ofSeconds(5);

  /** From one event to the next: all is as before by then. */
  private static final Duration PAUSE = Duration.ofSeconds(90);

  private static final Duration LENGTH = Duration.ofMinutes(10);

  private final BigCluster big;
  private final int round;

  Soak(BigCluster big, int round) {
    this.big = big;
    this.round = round;
  }

  @Override
  public String name() {
    return "soak-" + round;
  }

  @Override
  public List<Line> measure() {
    big.fill();
    Operator.unexplainedRestarts().assertNone();
    try (Statuses statuses = new Statuses(big.cluster());
        SoakPods pods = new SoakPods(big)) {
      Instant start = Instant.now();
      Installation.pause(Duration.ofSeconds(30));
      ApiServer.stop();
      Installation.pause(AWAY);
      ApiServer.start();
      Installation.pause(PAUSE);
      Instant first = Operator.killLeader(big.cluster().client());
      Installation.pause(PAUSE);
      Operator.restart();
      Installation.pause(PAUSE);
      Instant second = Operator.killLeader(big.cluster().client());
      Duration left = Duration.between(Instant.now(), start.plus(LENGTH));
      Installation.pause(left.isNegative() ? Duration.ZERO : left);
      pods.stop();
      Restarts restarts = Operator.unexplainedRestarts();
      List<String> problems = new ArrayList<>(restarts.pods());
      problems.addAll(pods.problems(List.of(first, second), MISSING));
      statuses.await("right statuses", BigCluster.TUNINGS, BigCluster.PATIENCE, big::isRight);
      List<State> wrong = big.fleet().unready(statuses, start);
      wrong.stream().limit(5).forEach(s -> problems.add("wrong: " + s));
      problems.forEach(System.out::println);
      return List.of(line(pods, restarts, wrong.size(), problems.isEmpty()));
    } finally {
      ApiServer.start();
    }
  }

  private Line line(SoakPods pods, Restarts restarts, int wrong, boolean holds) {
    Admissions all = pods.start();
    return new Line(
        "soak, round %d of 10 minutes, ten creations a second: API server stopped for 60 s, leader killed by -9 twice, rolling update"
            .formatted(round),
        "pods missed only within 5 s of a kill, and each counted; with Reject none; no wrong plan, no wrong status, no restart by probes",
        "killed every few minutes",
        "%d pods and %d with Reject; %d missed, the last %s after a kill, all counted: %s; %d wrong plans; %d wrong statuses; %d restarts"
            .formatted(
                all.count(),
                pods.reject().count(),
                all.count(Outcome.UNTUNED),
                pods.latestMiss(),
                pods.counted() ? "yes" : "no",
                all.count(Outcome.PARTIAL) + pods.reject().count(Outcome.PARTIAL),
                wrong,
                restarts.count()),
        holds);
  }
}
