package dev.wstuning.e2e.scale;

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

  /** Of each tuning, a few for itself, and one when a pod comes, runs and was observed. */
  private static final long MOST_WRITES = TUNINGS * (5 + 3 * PODS_EACH);

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
      fill(statuses);
      SoftAssertions softly = new SoftAssertions();
      softly
          .assertThat(fleet.unready(statuses, start))
          .as("statuses that were not ready")
          .isEmpty();
      checkPods(softly);
      checkWrites(softly, log);
      checkReplicas(softly, log);
      softly.assertAll();
    }
  }

  private void fill(Statuses statuses) {
    Instant start = Instant.now();
    fleet.tune(Duration.ZERO);
    statuses.await("ready tunings", TUNINGS, Deadline.STATE, s -> fleet.owns(s) && s.isRight(0));
    Instant tuned = Instant.now();
    // The API server has no way to say that it has seen the webhooks.
    Installation.pause(Duration.ofSeconds(1));
    fleet.run(PODS_EACH);
    Instant ready = Instant.now();
    statuses.await(
        "right statuses", TUNINGS, Deadline.STATE, s -> fleet.owns(s) && s.isRight(PODS_EACH));
    System.out.printf(
        "%d tunings ready after %s, %d pods ready after %s more, all statuses right %s later%n",
        TUNINGS,
        Duration.between(start, tuned),
        TUNINGS * PODS_EACH,
        Duration.between(tuned, ready),
        Duration.between(ready, Instant.now()));
  }

  private void checkPods(SoftAssertions softly) {
    FleetPods.Findings pods = new FleetPods(cluster, "fleet").check();
    softly.assertThat(pods.pods()).as("pods").isEqualTo(TUNINGS * PODS_EACH);
    softly.assertThat(pods.untuned()).as("untuned pods").isEmpty();
    softly.assertThat(pods.wrong()).as("pods with a wrong plan").isEmpty();
  }

  /** Few while it fills, and none when nothing changes. */
  private void checkWrites(SoftAssertions softly, AuditLog log) {
    // Numbers of a status may follow within five seconds.
    Installation.pause(Duration.ofSeconds(10));
    long statuses =
        log.changesByTheOperator().stream()
            .filter(w -> w.uri().contains("/websockettunings/chat/status"))
            .count();
    softly.assertThat(statuses).as("status writes").isBetween(1L * TUNINGS, MOST_WRITES);
    AuditLog quiet = AuditLog.fromNow();
    Installation.pause(QUIET);
    softly.assertThat(quiet.changesByTheOperator()).as("writes when nothing changes").isEmpty();
    System.out.printf("%d status writes%n", statuses);
  }

  private void checkReplicas(SoftAssertions softly, AuditLog log) {
    List<Footprint> replicas = Operator.footprints(cluster.client());
    softly.assertThat(replicas).as("replicas").hasSize(2);
    for (Footprint replica : replicas) {
      int watches = log.openWatches(replica.replica());
      softly.assertThat(watches).as("watches").isBetween(1, ColdStart.MOST_WATCHES);
      softly
          .assertThat(replica.connections())
          .as("connections")
          .isBetween(1, ColdStart.MOST_CONNECTIONS);
      System.out.printf("%d watches, %s%n", watches, replica);
    }
    softly.assertThat(Operator.unexplainedRestarts().pods()).as("restarts").isEmpty();
  }
}
