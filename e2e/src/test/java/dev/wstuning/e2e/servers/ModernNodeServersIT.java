package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.NodeAgent;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Site;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The main job on a node with systemd and cgroup v2 alone, whose runtime may raise hard limits: the
 * status says what /proc and ss in the guest show of each server.
 */
@NeedsTheModernNode
class ModernNodeServersIT {

  private static final Host.Limit OTHER = new Host.Limit(2048, 32_768);
  private static final String GO = "server-go";
  private static final String NODE_JS = "server-node";
  private static final String PYTHON = "server-python";

  private final NodeAgent agent = new NodeAgent(Installation.withOperator());

  @AfterEach
  void giveBack() {
    agent.remove();
    ModernNode.runtimeGives(ModernNode.SHIPPED);
  }

  /** Go and Node.js raise their limit to the hard one, Go to one less. */
  @Test
  void byTheProgramsAndByTheAgentAboveTheRuntimesHardLimit() throws Exception {
    agent.grantUpTo(1_048_576);

    Map<String, OpenFilesLimit> seen =
        measured(Place.MODERN_NODE.asking("openFiles: {minimum: 700000}"), Way.PRIVILEGED_OVERRIDE);

    assertThat(seen.values()).extracting(OpenFilesLimit::hard).containsOnly(700_000L);
    assertThat(seen.values()).extracting(OpenFilesLimit::mechanism).containsOnly("NodeAgent");
  }

  @Test
  void byTheNodeInARestrictedNamespace() throws Exception {
    PodsOffer offer = new PodsOffer(Installation.withOperator(), Site.MODERN_NODE);
    offer.make();
    try {
      measured(Place.MODERN_NODE, Way.NODE_OVERRIDE);
    } finally {
      offer.withdraw();
    }
  }

  @Test
  void byTheLibraryUnderAnotherLimitOfTheRuntime() throws Exception {
    ModernNode.runtimeGives(OTHER);

    Map<String, OpenFilesLimit> seen =
        measured(Place.MODERN_NODE.asking("openFiles: {minimum: 15000}"), Way.RESTRICTED_RESPECT);

    assertThat(seen.values()).extracting(OpenFilesLimit::hard).containsOnly(OTHER.hard());
    assertThat(seen.get(PYTHON).mechanism()).isEqualTo("Preload");
    assertThat(seen.get(PYTHON).soft()).isEqualTo(15_000);
    assertThat(seen.get(GO).mechanism()).isEqualTo("Server");
  }

  @Test
  void byTheLauncherUnderAnotherLimitOfTheRuntime() throws Exception {
    ModernNode.runtimeGives(OTHER);

    Map<String, OpenFilesLimit> seen =
        measured(
            Place.MODERN_NODE
                .statingCommands()
                .asking("openFiles: {minimum: 15000}")
                .allowingTheLauncher(),
            Way.RESTRICTED_RESPECT);

    assertThat(seen.values()).extracting(OpenFilesLimit::hard).containsOnly(OTHER.hard());
    assertThat(seen.get(PYTHON).mechanism()).isEqualTo("Launcher");
    assertThat(seen.get(PYTHON).soft()).isEqualTo(15_000);
    assertThat(seen.get(NODE_JS).soft()).isEqualTo(OTHER.hard());
  }

  /** What the status says of the open files of each server, which the guest says, too. */
  private static Map<String, OpenFilesLimit> measured(Place place, Way way) throws Exception {
    Matrix matrix = new Matrix(place);
    matrix.measure(Stream.of(way));
    Map<String, OpenFilesLimit> seen = new HashMap<>();
    for (Server server : place.servers()) {
      Cell cell = matrix.cell(server, way);
      System.out.printf(
          "modern node, %s, %s: keepalive %s; %d:%d open files, by %s%n",
          server,
          way,
          cell.text(),
          cell.limit().soft(),
          cell.limit().hard(),
          cell.openFiles().mechanism());
      cell.mustAgree(server, way);
      seen.put(server.app(), cell.openFiles());
    }
    return seen;
  }
}
