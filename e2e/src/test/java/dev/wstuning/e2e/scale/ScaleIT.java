package dev.wstuning.e2e.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Deadline;
import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Footprint;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Operator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hundred tunings with five pods each: what counts does not depend on how fast a machine is. */
@NeedsTheNode
class ScaleIT {

  private static final int TUNINGS = 100;
  private static final int PODS_EACH = 5;
  private static final int NODES = 2;

  private static final int MOST_WATCHES = 32;
  private static final int MOST_CONNECTIONS = 40;

  private static final Duration QUIET = Duration.ofSeconds(30);

  private final Installation cluster = Installation.withOperator();
  private final Fleet fleet = new Fleet(cluster, "fleet", TUNINGS, NODES);

  @BeforeEach
  void settle() {
    FakeNodes.start(NODES);
    fleet.settle();
  }

  @AfterEach
  void delete() {
    fleet.delete();
    FakeNodes.remove();
  }

  @Test
  void everyPodHasItsPlanAndEveryStatusIsRight() {
    AuditLog log = AuditLog.fromNow();
    Operator.restart();
    Operator.replaced(cluster.client());
    Instant start = Instant.now();
    try (Statuses statuses = new Statuses(cluster)) {
      fleet.tune(Duration.ZERO);
      statuses.await("ready tunings", TUNINGS, Deadline.STATE, s -> fleet.owns(s) && s.isRight(0));
      Instant tuned = Instant.now();
      // The API server has no way to say that it has seen the webhooks.
      Installation.pause(Duration.ofSeconds(1));
      fleet.run(PODS_EACH);
      Instant ready = Instant.now();
      statuses.await(
          "right statuses", TUNINGS, Deadline.STATE, s -> fleet.owns(s) && s.isRight(PODS_EACH));
      Instant right = Instant.now();
      FleetPods.Findings pods = new FleetPods(cluster, "fleet").check();
      // Numbers of a status may follow within five seconds, and a webhook is tested at times.
      Installation.pause(Duration.ofSeconds(10));
      AuditLog quiet = AuditLog.fromNow();
      Installation.pause(QUIET);
      List<AuditLog.Write> writes = quiet.changesByTheOperator();
      Map<String, Integer> watches =
          Operator.footprints(cluster.client()).stream()
              .collect(Collectors.toMap(Footprint::replica, r -> log.openWatches(r.replica())));
      List<Footprint> replicas = Operator.footprints(cluster.client());
      List<State> flips =
          statuses.since(start).stream()
              .filter(s -> fleet.owns(s) && s.described() && !s.isReady())
              .toList();
      long statusWrites =
          log.changesByTheOperator().stream()
              .filter(w -> w.uri().contains("/websockettunings/chat/status"))
              .count();
      System.out.printf(
          "%d tunings with a status after %s, %d pods ready after %s more, statuses right %s later;"
              + " %d status writes; watches %s; replicas %s%n",
          TUNINGS,
          Duration.between(start, tuned),
          pods.pods(),
          Duration.between(tuned, ready),
          Duration.between(ready, right),
          statusWrites,
          watches,
          replicas);

      SoftAssertions softly = new SoftAssertions();
      softly.assertThat(pods.pods()).isEqualTo(TUNINGS * PODS_EACH);
      softly.assertThat(pods.untuned()).as("untuned pods").isEmpty();
      softly.assertThat(pods.wrong()).as("pods with a wrong plan").isEmpty();
      softly.assertThat(flips).as("statuses that were not ready").isEmpty();
      softly.assertThat(writes).as("writes when nothing changes").isEmpty();
      softly
          .assertThat(watches.values())
          .as("watches")
          .hasSize(2)
          .allMatch(n -> n > 0 && n <= MOST_WATCHES);
      softly
          .assertThat(replicas)
          .as("connections")
          .allMatch(r -> r.connections() <= MOST_CONNECTIONS);
      softly.assertAll();
    }
    assertThat(Operator.unexplainedRestarts().pods()).as("restarts").isEmpty();
  }
}
