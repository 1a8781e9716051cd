package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica is lost with its node, which is the modern one, while ten pods a second are created.
 * That node is too slow for a replica of a big cluster, so this is a small one.
 */
final class NodeLoss implements Part {

  private static final Duration MISSING = Duration.ofSeconds(60);
  private static final Duration WATCHED = Duration.ofSeconds(150);

  private final BigCluster big;

  NodeLoss(BigCluster big) {
    this.big = big;
  }

  @Override
  public String name() {
    return "node-loss";
  }

  @Override
  public boolean onlyIfNamed() {
    return true;
  }

  @Override
  public List<Line> measure() {
    FakeNodes.start(BigCluster.NODES);
    ModernNode.join();
    Operator.scale(0);
    Operator.scale(2);
    awaitReplicaThere();
    try (SoakPods pods = new SoakPods(big)) {
      Installation.pause(Duration.ofSeconds(20));
      Instant lost = Instant.now();
      ModernNode.losePower();
      Installation.pause(WATCHED);
      pods.stop();
      List<String> problems = new ArrayList<>(Operator.unexplainedRestarts().pods());
      problems.addAll(pods.problems(List.of(lost), MISSING));
      problems.forEach(System.out::println);
      return List.of(
          new Line(
              "a replica is lost with its node, ten creations a second, without other tunings",
              "pods missed only within 60 s, and each counted; with Reject none; no wrong plan",
              "",
              "%d pods and %d with Reject; %d missed, the last %s after the loss"
                  .formatted(
                      pods.start().count(),
                      pods.reject().count(),
                      pods.start().count(Outcome.UNTUNED),
                      pods.latestMiss()),
              problems.isEmpty()));
    } finally {
      Command.cluster("down", "--modern");
      Operator.rolledOut();
    }
  }

  private void awaitReplicaThere() {
    boolean there =
        Operator.replicas(big.cluster().client()).stream()
            .anyMatch(p -> ModernNode.NAME.equals(p.getSpec().getNodeName()));
    if (!there) {
      throw new AssertionError("no replica runs on " + ModernNode.NAME);
    }
  }
}
