package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Footprint;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Both replicas start in a cluster of ten thousand pods. All statuses were taken away meanwhile, so
 * that each has to be written.
 */
final class ColdStart implements Part {

  private static final int ROUNDS = 3;

  private static final Duration MOST = Duration.ofSeconds(60);
  private static final int MOST_OF_THE_LEADER = 256;
  private static final int MOST_OF_THE_OTHER = 224;
  static final int MOST_WATCHES = 32;
  static final int MOST_CONNECTIONS = 40;

  private final BigCluster big;

  ColdStart(BigCluster big) {
    this.big = big;
  }

  /** What one start took, and what the replicas have then. */
  private record Round(
      Duration took, int wrong, Footprint leader, Footprint other, int watches, int restarts) {

    int connections() {
      return Math.max(leader.connections(), other.connections());
    }
  }

  @Override
  public String name() {
    return "cold-start";
  }

  @Override
  public List<Line> measure() {
    big.fill();
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      Round round = start();
      System.out.println("cold start: " + round);
      rounds.add(round);
    }
    Duration median = rounds.stream().map(Round::took).sorted().toList().get(ROUNDS / 2);
    int wrong = rounds.stream().mapToInt(Round::wrong).sum();
    long leader = most(rounds.stream().map(Round::leader));
    long other = most(rounds.stream().map(Round::other));
    int watches = rounds.stream().mapToInt(Round::watches).max().orElseThrow();
    int connections = rounds.stream().mapToInt(Round::connections).max().orElseThrow();
    int restarts = rounds.stream().mapToInt(Round::restarts).sum();
    return List.of(
        new Line(
            "1,000 tunings and 10,000 pods: cold start of both replicas, after all statuses were taken away",
            "all statuses right within 60 s; none wrong meanwhile; no restarts",
            "",
            String.format(
                Locale.ROOT,
                "median of %d: %.1f s; %d wrong; %d restarts",
                ROUNDS,
                Seconds.of(median),
                wrong,
                restarts),
            median.compareTo(MOST) <= 0 && wrong == 0 && restarts == 0),
        new Line(
            "what the replicas have resident then",
            "leader at most 256 MiB, the other 224 MiB",
            "315 MiB at 100 tunings",
            "leader %d MiB, the other %d MiB".formatted(leader, other),
            leader <= MOST_OF_THE_LEADER && other <= MOST_OF_THE_OTHER),
        new Line(
            "what each replica keeps open to the API server",
            "at most 32 watches and 40 connections",
            "277 connections at 100 tunings",
            "%d watches, %d connections".formatted(watches, connections),
            watches <= MOST_WATCHES && connections <= MOST_CONNECTIONS));
  }

  private Round start() {
    Operator.scale(0);
    big.fleet().forgetStatuses();
    AuditLog log = AuditLog.fromNow();
    Instant start = Instant.now();
    try (Statuses statuses = new Statuses(big.cluster())) {
      Operator.scale(2);
      Instant right =
          statuses.await("right statuses", BigCluster.TUNINGS, BigCluster.PATIENCE, big::isRight);
      // Both have read all that they want to, and the first heap was collected.
      Installation.pause(Duration.ofSeconds(15));
      List<Footprint> replicas = Operator.footprints(big.cluster().client());
      String leader = Operator.leader(big.cluster().client());
      return new Round(
          Duration.between(start, right),
          wrong(big.fleet().unready(statuses, start)),
          replicas.stream().filter(r -> r.replica().equals(leader)).findAny().orElseThrow(),
          replicas.stream().filter(r -> !r.replica().equals(leader)).findAny().orElseThrow(),
          replicas.stream().mapToInt(r -> log.openWatches(r.replica())).max().orElseThrow(),
          Operator.unexplainedRestarts().count());
    } finally {
      Operator.scale(2);
    }
  }

  /** A status that says of pods that are tuned that something is wrong with them. */
  private static int wrong(List<State> wrong) {
    wrong.stream().limit(5).forEach(s -> System.out.println("wrong: " + s));
    return wrong.size();
  }

  private static long most(Stream<Footprint> replicas) {
    return replicas.mapToLong(Footprint::residentMebibytes).max().orElseThrow();
  }
}
