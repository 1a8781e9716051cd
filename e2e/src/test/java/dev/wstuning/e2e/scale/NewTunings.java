package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Operator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A thousand tunings come within ten seconds, in namespaces without pods. */
final class NewTunings implements Part {

  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration MOST = Duration.ofSeconds(30);

  private final BigCluster big;

  NewTunings(BigCluster big) {
    this.big = big;
  }

  @Override
  public String name() {
    return "tunings";
  }

  @Override
  public List<Line> measure() {
    big.empty();
    try (Statuses statuses = new Statuses(big.cluster())) {
      Instant start = Instant.now();
      Instant last = big.fleet().tune(WITHIN);
      Instant described =
          statuses.await(
              "with a status",
              BigCluster.TUNINGS,
              BigCluster.PATIENCE,
              s -> big.fleet().owns(s) && s.described());
      Instant ready =
          statuses.await(
              "right",
              BigCluster.TUNINGS,
              BigCluster.PATIENCE,
              s -> big.fleet().owns(s) && s.isRight(0));
      int restarts = Operator.unexplainedRestarts().count();
      Duration after = Duration.between(last, described);
      return List.of(
          new Line(
              "1,000 tunings in 1,000 namespaces made before, created within 10 s, no pods",
              "all have a status within 30 s of the last; no restarts",
              "229 s, 6 restarts, then a crash loop",
              String.format(
                  Locale.ROOT,
                  "created within %.1f s; all have a status %.1f s after the last, and are ready after %.1f s; %d restarts",
                  Seconds.of(Duration.between(start, last)),
                  Seconds.of(after),
                  Seconds.of(Duration.between(last, ready)),
                  restarts),
              after.compareTo(MOST) <= 0 && restarts == 0));
    }
  }
}
