package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.NodeTunings.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.wave.Rollout;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Five thousand nodes: how many writes a second, in which waves, and behind whom. */
class FleetPaceTest {

  private static final int NODES = 5000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final SimulatedApiServer server = new SimulatedApiServer(clock);
  private final NodeFleet fleet =
      new NodeWiring(
              server.client(),
              clock,
              clock::nanoTime,
              new NodeAgentDaemonSet("agent:1", List.of("/var/run/nri/nri.sock")),
              "wstuning-operator-x",
              Deaf.STATUSES,
              Deaf.STATUSES)
          .of(server);

  @Test
  void oneChangeOfSettingsIsWrittenInWavesAtAPaceThatTheApiServerDoesNotFeel() {
    server.nodes(NODES);
    server.refused.add("n00007");
    server.tunings.add(settled(tuning(1, "1000")));
    int seconds = passesUntilQuiet();
    assertThat(server.told("1000")).isEqualTo(NODES - 1);
    assertThat(seconds).as("an object, a label and conditions each").isBetween(280, 340);

    server.tunings.set(
        0, named("t").generation(2).sysctl("k", "2000").settledAs(tuning(1, "1000")).build());
    fleet.converge();
    assertThat(server.told("2000")).as("one node comes first").isEqualTo(1);
    pass(61);
    assertThat(server.told("2000")).as("then a twentieth").isBetween(1L, 251L);
    pass(20);
    assertThat(server.told("2000")).isEqualTo(1 + NODES / 20);
    assertThat(server.told("1000")).isEqualTo(NODES - 2 - NODES / 20);

    pass(4 * 60);
    assertThat(rollout().progress().orElseThrow().wave()).isBetween(4, 5);
    assertThat(server.told("2000")).isBetween(1 + 3L * NODES / 20, 1 + 4L * NODES / 20);
    assertThat(busiestSecond()).isLessThanOrEqualTo(50);
    assertThat(server.daemonSets).containsOnlyKeys("wstuning-node-agent");
    assertThat(Serialization.asJson(server.daemonSets)).doesNotContain("n00001");
  }

  @Test
  void undoingReachesAllNodesWithoutWavesAtTheSamePace() {
    server.nodes(1000);
    server.tunings.add(settled(tuning(1, "1000")));
    passesUntilQuiet();
    server.tunings.clear();

    int seconds = passesUntilQuiet();

    assertThat(server.objects).isEmpty();
    assertThat(server.daemonSets).isEmpty();
    assertThat(server.nodes.values()).noneMatch(n -> n.labels().containsKey("wstuning.dev/agent"));
    assertThat(seconds).isLessThan(120);
    assertThat(busiestSecond()).isLessThanOrEqualTo(50);
  }

  private static WebSocketNodeTuning tuning(long generation, String value) {
    return named("t").generation(generation).sysctl("k", value).build();
  }

  private Rollout rollout() {
    return fleet.last().rollouts().get("t");
  }

  /** One pass a second until nothing more is written; returns how many. */
  private int passesUntilQuiet() {
    for (int second = 1; ; second++) {
      int before = server.writes.size();
      FleetPass pass = fleet.converge();
      clock.pass(Duration.ofSeconds(1));
      if (server.writes.size() == before && pass.again().isEmpty()) {
        return second;
      }
      assertThat(second).isLessThan(1000);
    }
  }

  /** Passes: each second while something is left, otherwise every five. */
  private void pass(int seconds) {
    for (int second = 0; second < seconds; ) {
      int step = fleet.converge().again().isPresent() ? 1 : 5;
      clock.pass(Duration.ofSeconds(step));
      second += step;
    }
  }

  private long busiestSecond() {
    long most = 0;
    int first = 0;
    for (int last = 0; last < server.writes.size(); last++) {
      while (server.writes.get(last) - server.writes.get(first) >= SECOND) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
