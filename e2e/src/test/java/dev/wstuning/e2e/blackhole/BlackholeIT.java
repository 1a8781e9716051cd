package dev.wstuning.e2e.blackhole;

import static dev.wstuning.e2e.blackhole.DeadPeerCase.Server.idle;
import static dev.wstuning.e2e.blackhole.DeadPeerCase.Server.pinging;

import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.deadpeer.Retransmission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Clients connect, their packets are dropped, and the kernel gives up when the model says, within
 * an eighth and a second. Clients that are back in time are kept.
 */
@Tag("together")
@NeedsTheNode
class BlackholeIT {

  private static final Keepalive GOS_OWN = new Keepalive(15, 15, 9);

  private static final DeadPeerTime DERIVED = time(new Keepalive(30, 7, 3), 50);

  /** Of Go's own values only the idle time is stricter, and stays. */
  private static final DeadPeerTime DERIVED_ON_GO = time(new Keepalive(15, 7, 3), 50);

  private static final List<DeadPeerCase> CASES =
      List.of(
          new DeadPeerCase(
              "idle, keepalive 10/2/3",
              idle("server-python", "on"),
              "keepalive: {timeSeconds: 10, intervalSeconds: 2, probes: 3}",
              time(new Keepalive(10, 2, 3), 0),
              Duration.ofMillis(9600)),
          new DeadPeerCase(
              "idle, Go's own keepalive",
              idle("server-go", "default"),
              "",
              time(GOS_OWN, 0),
              Duration.ofSeconds(90)),
          new DeadPeerCase(
              "idle, Go's own keepalive, user timeout 20 s",
              idle("server-go", "default"),
              "applicationKeepalive: Respect\nuserTimeoutSeconds: 20",
              time(GOS_OWN, 20),
              Duration.ofSeconds(12)),
          new DeadPeerCase(
              "pings, user timeout 20 s",
              pinging("server-go", "default"),
              "userTimeoutSeconds: 20",
              time(GOS_OWN, 20),
              Duration.ofSeconds(9)),
          new DeadPeerCase(
              "pings, tcp_retries2 = 5",
              pinging("server-node", "default"),
              "sysctls: [{name: net.ipv4.tcp_retries2, value: \"5\"}]",
              DeadPeerTime.of(Optional.empty(), Duration.ZERO, new Retransmission(5, 120_000)),
              Duration.ofMillis(5500)),
          within60(idle("server-go", "default"), DERIVED_ON_GO, 36),
          within60(idle("server-node", "default"), DERIVED, 36),
          within60(idle("server-python", "default"), DERIVED, 36),
          within60(pinging("server-go", "default"), DERIVED_ON_GO, 22),
          within60(pinging("server-node", "default"), DERIVED, 22),
          within60(pinging("server-python", "default"), DERIVED, 22));

  private static DeadPeerStory story;

  private static DeadPeerCase within60(
      DeadPeerCase.Server server, DeadPeerTime time, int absenceSeconds) {
    return new DeadPeerCase(
        (server.pings() ? "pings" : "idle") + ", withinSeconds: 60",
        server,
        "deadPeers: {withinSeconds: 60}",
        time,
        Duration.ofSeconds(absenceSeconds));
  }

  private static DeadPeerTime time(Keepalive keepalive, int userTimeoutSeconds) {
    return DeadPeerTime.of(
        Optional.of(keepalive), Duration.ofSeconds(userTimeoutSeconds), Retransmission.DEFAULT);
  }

  @BeforeAll
  static void open() {
    story = new DeadPeerStory("blackhole");
  }

  @TestFactory
  Stream<DynamicTest> aVanishedPeerIsFoundAsPredictedAndOneThatIsBackIsKept() {
    return story.tests(CASES);
  }

  @AfterAll
  static void close() {
    story.close();
  }
}
