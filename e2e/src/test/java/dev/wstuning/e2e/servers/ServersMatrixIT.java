package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.NeedsTheNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each server, tuned in each way: the status says what ss on the host shows of a client's
 * connection. The run writes what it found into docs/servers.md. Needs the images of make servers.
 */
@Tag("together")
@NeedsTheNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersMatrixIT {

  private final Matrix matrix = new Matrix(Place.NODE);

  @BeforeAll
  void measure() throws InterruptedException {
    matrix.measure(Stream.concat(Stream.of(Way.UNTUNED), Way.atAdmission()));
  }

  static Stream<Server> servers() {
    return Server.ALL.stream();
  }

  static Stream<Arguments> tuned() {
    return Way.atAdmission()
        .flatMap(way -> Server.ALL.stream().map(server -> Arguments.of(server, way)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void aServerDoesByItselfWhatTheTableSays(Server server) throws Exception {
    assertThat(matrix.untuned(server)).isEqualTo(new Seen(server.ownFirstProbe(), false));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("tuned")
  void statusSaysWhatTheHostSays(Server server, Way way) throws Exception {
    matrix.cell(server, way).mustAgree(server, way);
  }

  @Test
  void tableIsWhatWasFound() throws Exception {
    List<String> header = new ArrayList<>(List.of("Server", "Version", "Its own keepalive"));
    Way.atAdmission().map(way -> way.title).forEach(header::add);
    Table table = new Table(header);
    for (Server server : Server.ALL) {
      List<String> row =
          new ArrayList<>(List.of(server.title(), matrix.version(server), server.own()));
      for (Way way : Way.atAdmission().toList()) {
        row.add(matrix.cell(server, way).text());
      }
      table.add(row);
    }

    String before = table.write(ServersMatrixIT.class);

    assertThat(Table.withoutVersions(table.toString()))
        .as("docs/servers.md had another table; it is written anew: see git diff")
        .isEqualTo(Table.withoutVersions(before));
  }
}
