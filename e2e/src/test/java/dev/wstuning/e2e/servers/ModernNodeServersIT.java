package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.NeedsTheModernNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The main job on a node with systemd and cgroup v2 alone, by the socket programs and by the
 * library: the status says what ss in the guest shows of a client's connection.
 */
@NeedsTheModernNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModernNodeServersIT {

  /** The programs where they have most to do, the library where it is all there is. */
  private static final List<Way> WAYS = List.of(Way.PRIVILEGED_OVERRIDE, Way.RESTRICTED_RESPECT);

  private final Matrix matrix = new Matrix(Place.MODERN_NODE);

  @BeforeAll
  void measure() throws InterruptedException {
    matrix.measure(WAYS.stream());
  }

  static Stream<Arguments> tuned() {
    return WAYS.stream()
        .flatMap(
            way -> Place.MODERN_NODE.servers().stream().map(server -> Arguments.of(server, way)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("tuned")
  void statusSaysWhatTheGuestSays(Server server, Way way) throws Exception {
    matrix.cell(server, way).mustAgree(way);
  }
}
