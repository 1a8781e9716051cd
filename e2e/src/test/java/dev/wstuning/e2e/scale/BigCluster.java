package dev.wstuning.e2e.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import java.time.Duration;
import java.time.Instant;

/** A thousand tunings in as many namespaces, with ten pods each, unless it is to be smaller. */
final class BigCluster {

  /** To try a part out in a smaller cluster. What is measured there is not kept. */
  static final int PERCENT = Integer.getInteger("scale.percent", 100);

  static final int TUNINGS = 10 * PERCENT;
  static final int PODS_EACH = 10;
  static final int NODES = 20;

  /** For a state that has to come, however long it takes. */
  static final Duration PATIENCE = Duration.ofMinutes(20);

  /** The second look at a pod is due a quarter of an hour after the first. */
  private static final Duration LOOKING = Duration.ofMinutes(30);

  /** Replicas have read everything by then. */
  private static final Duration STARTED = Duration.ofSeconds(60);

  private static final String PACE = "WST_OBSERVERS_PER_SECOND";

  private final Installation cluster;
  private final Fleet fleet;

  BigCluster(Installation cluster) {
    this.cluster = cluster;
    this.fleet = new Fleet(cluster, "scale", TUNINGS, NODES);
  }

  Installation cluster() {
    return cluster;
  }

  Fleet fleet() {
    return fleet;
  }

  /** Makes the namespaces, without tunings and pods. */
  void empty() {
    FakeNodes.start(NODES);
    fleet.settle();
    fleet.untune();
  }

  /** Makes all that is missing. When it returns, every status is right. */
  void fill() {
    FakeNodes.start(NODES);
    fleet.settle();
    try (Statuses statuses = new Statuses(cluster)) {
      fleet.tune(Duration.ZERO);
      statuses.await("ready tunings", TUNINGS, PATIENCE, s -> fleet.owns(s) && s.isReady());
      // The API server has no way to say that it has seen the webhooks.
      Installation.pause(Duration.ofSeconds(1));
      if (statuses.present(this::isRight).size() < TUNINGS) {
        pace("=200");
        fleet.run(PODS_EACH);
        fleet.replaceMissed(TUNINGS * PODS_EACH);
        statuses.await("right statuses", TUNINGS, PATIENCE, this::isRight);
        pace("-");
      }
    }
  }

  /** Returns when no observer is due any more, and the replicas have the usual pace again. */
  void awaitSecondLooks() {
    FleetPods pods = new FleetPods(cluster, "scale");
    if (pods.dueForObservers() == 0) {
      return;
    }
    pace("=200");
    awaitSecondLooks(pods);
    pace("-");
    Installation.pause(STARTED);
  }

  private static void awaitSecondLooks(FleetPods pods) {
    Instant end = Instant.now().plus(LOOKING);
    for (int due = pods.dueForObservers(); due > 0; due = pods.dueForObservers()) {
      assertThat(Instant.now()).as(due + " pods are due for an observer").isBefore(end);
      Installation.pause(Duration.ofSeconds(30));
    }
  }

  boolean isRight(State state) {
    return fleet.owns(state) && state.isRight(PODS_EACH);
  }

  /** Ten thousand pods take half an hour at the usual pace of observers. */
  private void pace(String perSecond) {
    Command.kubectl(
        "-n",
        Operator.NAMESPACE,
        "set",
        "env",
        "deployment/" + Operator.DEPLOYMENT,
        PACE + perSecond);
    Operator.replaced(cluster.client());
  }
}
