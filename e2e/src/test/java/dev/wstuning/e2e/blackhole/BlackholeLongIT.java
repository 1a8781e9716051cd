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

/** What the kernel's defaults and the well-known keepalive sysctls do: a quarter of an hour. */
@NeedsTheNode
@Tag("long")
class BlackholeLongIT {

  private static final String SYSCTLS_ALONE =
      """
      methods: {privilege: Unprivileged}
      keepalive: {timeSeconds: 300, intervalSeconds: 10, probes: 5}
      """;
  private static final Keepalive KEEPALIVE = new Keepalive(300, 10, 5);

  private static final List<DeadPeerCase> CASES =
      List.of(
          new DeadPeerCase(
              "pings, nothing tuned",
              pinging("server-go", "default"),
              "",
              time(Optional.empty()),
              Duration.ofMinutes(13)),
          new DeadPeerCase(
              "pings, keepalive sysctls 300/10/5",
              pinging("server-go", "on"),
              SYSCTLS_ALONE,
              time(Optional.of(KEEPALIVE)),
              Duration.ofMinutes(7)),
          new DeadPeerCase(
              "idle, keepalive sysctls 300/10/5",
              idle("server-python", "on"),
              SYSCTLS_ALONE,
              time(Optional.of(KEEPALIVE)),
              Duration.ofSeconds(210)));

  private static DeadPeerStory story;

  private static DeadPeerTime time(Optional<Keepalive> keepalive) {
    return DeadPeerTime.of(keepalive, Duration.ZERO, Retransmission.DEFAULT);
  }

  @BeforeAll
  static void open() {
    story = new DeadPeerStory("blackhole-long");
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
