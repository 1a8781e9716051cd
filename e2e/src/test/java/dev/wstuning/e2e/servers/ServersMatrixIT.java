package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each server, tuned in each way: the status says what ss on the host shows of a client's
 * connection. The run writes what it found into docs/servers.md. Needs the images of make servers.
 */
@NeedsTheNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersMatrixIT {

  /** Pods start at the same time anyway, and each that waits asks the API server. */
  private static final int MEASURED_AT_ONCE = 4;

  private final Installation cluster = Installation.withOperator();
  private final ExecutorService threads = Executors.newFixedThreadPool(MEASURED_AT_ONCE);
  private final Map<Way, Map<Server, Future<Cell>>> cells = new EnumMap<>(Way.class);
  private Map<Server, Future<Seen>> untuned;
  private Map<Server, Future<String>> versions;

  /** The servers of one way are measured while those of the next start. */
  @BeforeAll
  void measure() throws InterruptedException {
    Deque<Measurement> started = new ArrayDeque<>();
    try {
      for (Way way : Way.values()) {
        started.add(new Measurement(cluster, way));
        started.getLast().deploy();
        if (started.size() == 2) {
          measure(started.getFirst());
          started.removeFirst().delete();
        }
      }
      measure(started.getFirst());
    } finally {
      threads.shutdownNow();
      started.forEach(Measurement::delete);
    }
  }

  private void measure(Measurement measurement) throws InterruptedException {
    if (measurement.way().tuned()) {
      cells.put(measurement.way(), ofEach(measurement::cell));
    } else {
      untuned = ofEach(measurement::seen);
      versions = ofEach(measurement::version);
    }
  }

  /** What fails is told by the test that asks for it. */
  private <T> Map<Server, Future<T>> ofEach(Function<Server, T> measured)
      throws InterruptedException {
    List<Future<T>> results =
        threads.invokeAll(
            Server.ALL.stream().map(s -> (Callable<T>) () -> measured.apply(s)).toList());
    Map<Server, Future<T>> row = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      row.put(Server.ALL.get(i), results.get(i));
    }
    return row;
  }

  static Stream<Server> servers() {
    return Server.ALL.stream();
  }

  static Stream<Arguments> tuned() {
    return Way.tunedOnes()
        .flatMap(way -> Server.ALL.stream().map(server -> Arguments.of(server, way)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void aServerDoesByItselfWhatTheTableSays(Server server) throws Exception {
    assertThat(untuned.get(server).get()).isEqualTo(new Seen(server.ownFirstProbe(), false));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("tuned")
  void statusSaysWhatTheHostSays(Server server, Way way) throws Exception {
    Cell cell = cells.get(way).get(server).get();

    Seen seen = cell.seen();
    ObservedPort port = cell.port();
    assertThat(cell.effective().reason()).as("%s", cell).isEqualTo(seen.reason(way));
    assertThat(port.setBy()).as("%s", cell).isEqualTo(seen.setBy(way));
    assertThat(port.keepalive().split("/", 2)[0]).as("%s", cell).isEqualTo(seen.status());
    assertThat(port.userTimeoutSeconds() != null).as("%s", cell).isEqualTo(seen.reached(way));
  }

  @Test
  void tableIsWhatWasFound() throws Exception {
    List<String> header = new ArrayList<>(List.of("Server", "Version", "Its own keepalive"));
    Way.tunedOnes().map(way -> way.title).forEach(header::add);
    Table table = new Table(header);
    for (Server server : Server.ALL) {
      List<String> row =
          new ArrayList<>(List.of(server.title(), versions.get(server).get(), server.own()));
      for (Way way : Way.tunedOnes().toList()) {
        row.add(cells.get(way).get(server).get().text());
      }
      table.add(row);
    }

    String before = table.write();

    assertThat(Table.withoutVersions(table.toString()))
        .as("docs/servers.md had another table; it is written anew: see git diff")
        .isEqualTo(Table.withoutVersions(before));
  }
}
