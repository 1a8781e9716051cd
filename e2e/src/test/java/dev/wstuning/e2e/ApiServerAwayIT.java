package dev.wstuning.e2e;

import dev.wstuning.e2e.support.Admissions;
import dev.wstuning.e2e.support.ApiServer;
import dev.wstuning.e2e.support.Creations;
import dev.wstuning.e2e.support.Footprint;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.ReferencePod;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import dev.wstuning.e2e.support.Restarts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The API server goes away for a minute, in a cluster with 300 tunings, and comes back. */
@NeedsTheNode
class ApiServerAwayIT {

  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final Duration WATCHED = Duration.ofSeconds(10);

  /** Of a replica to the API server: a watch each, and some that are reused. */
  private static final int MOST_CONNECTIONS = 40;

  private final Installation cluster = Installation.withOperator();
  private Crowd crowd;
  private String namespace;
  private ReferencePod reference;

  @BeforeEach
  void tune() {
    crowd = new Crowd(cluster, 20, 15);
    namespace = cluster.namespace("away");
    reference = ReferencePod.in(cluster, namespace);
  }

  @AfterEach
  void restore() {
    ApiServer.start();
    Operator.rolledOut();
    cluster.delete(namespace);
    crowd.delete();
  }

  /** From the first answer of the API server on: a webhook that serves is called at once. */
  @Test
  void noReplicaRestartsAndEveryPodHasTheWholePlan() {
    Duration statuses = crowd.create();
    Restarts early = Operator.unexplainedRestarts();
    Instant stopped;
    Instant started;
    Instant ready;
    Instant updated;
    Restarts late;
    Admissions all;
    try (Creations creations = Creations.start(cluster, namespace)) {
      Installation.pause(WATCHED);
      stopped = Instant.now();
      ApiServer.stop();
      Installation.pause(AWAY);
      started = Instant.now();
      ApiServer.start();
      ready = Instant.now();
      Installation.pause(WATCHED);
      late = Operator.unexplainedRestarts();
      updated = Instant.now();
      Operator.restart();
      Installation.pause(WATCHED);
      all = new Admissions(reference, creations.stop());
    }
    List<Footprint> replicas = Operator.footprints(cluster.client());

    Admissions before = all.until(stopped);
    Admissions ending = all.since(stopped).until(started);
    Admissions starting = all.since(started).until(ready);
    Admissions after = all.since(ready).until(updated);
    Admissions update = all.since(updated);
    System.out.printf(
        "%d tunings, all with a status after %s; before: %s; while it ends: %s; while it starts:"
            + " %s, the first whole one %s after the first of all; after: %s; rolling update: %s;"
            + " restarts: %d before, %d while it was away; replicas: %s%n",
        crowd.size(),
        statuses,
        before,
        ending,
        starting,
        all.since(started).untilFirstWhole().map(Duration::toString).orElse("never"),
        after,
        update,
        early.count(),
        late.count(),
        replicas);
    SoftAssertions softly = new SoftAssertions();
    softly.assertThat(early.pods()).as("restarts before").isEmpty();
    softly.assertThat(late.pods()).as("restarts while it was away").isEmpty();
    softly.assertThat(before.unlike(Outcome.WHOLE)).as("before").isEmpty();
    softly.assertThat(ending.unlike(Outcome.WHOLE)).as("while it ends").isEmpty();
    softly.assertThat(starting.unlike(Outcome.WHOLE)).as("while it starts").isEmpty();
    softly.assertThat(after.unlike(Outcome.WHOLE)).as("after it is ready").isEmpty();
    softly.assertThat(update.unlike(Outcome.WHOLE)).as("rolling update").isEmpty();
    for (Admissions phase : List.of(before, after, update)) {
      softly.assertThat(phase.count()).as("pods of a phase").isGreaterThan(50);
    }
    softly
        .assertThat(replicas)
        .as("connections do not grow with the number of tunings")
        .hasSize(2)
        .allMatch(r -> r.connections() <= MOST_CONNECTIONS);
    softly.assertAll();
  }
}
