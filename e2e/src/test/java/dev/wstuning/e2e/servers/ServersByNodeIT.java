package dev.wstuning.e2e.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.PodsOffer;
import dev.wstuning.e2e.support.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The two columns of the matrix in which the node's agent tunes: the status has every value that
 * the server's own sockets have. The run writes what it found into docs/servers.md. Needs the
 * images of make servers.
 */
@NeedsTheNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServersByNodeIT {

  private final PodsOffer offer = new PodsOffer(Installation.withOperator(), Site.NODE);
  private final Matrix matrix = new Matrix(Place.NODE);

  @BeforeAll
  void measure() throws InterruptedException {
    offer.make();
    matrix.measure(Way.byNode());
  }

  @AfterAll
  void withdraw() {
    offer.withdraw();
  }

  static Stream<Arguments> tuned() {
    return Way.byNode()
        .flatMap(way -> Server.ALL.stream().map(server -> Arguments.of(server, way)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("tuned")
  void statusHasWhatTheSocketsOfTheServerHave(Server server, Way way) throws Exception {
    matrix.cell(server, way).mustAgree(server, way);
  }

  @Test
  void tableIsWhatWasFound() throws Exception {
    List<String> header = new ArrayList<>(List.of("Server", "Its own keepalive"));
    Way.byNode().map(way -> way.title).forEach(header::add);
    Table table = new Table(header);
    for (Server server : Server.ALL) {
      List<String> row = new ArrayList<>(List.of(server.title(), server.own()));
      for (Way way : Way.byNode().toList()) {
        row.add(matrix.cell(server, way).measuredText());
      }
      table.add(row);
    }

    assertThat(table.write(ServersByNodeIT.class))
        .as("docs/servers.md had another table; it is written again: see git diff")
        .isEqualTo(table.toString());
  }
}
