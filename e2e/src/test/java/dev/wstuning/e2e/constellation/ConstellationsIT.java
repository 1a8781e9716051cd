package dev.wstuning.e2e.constellation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Section;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In every constellation the status shows the process, its limit, the ports and their keepalive as
 * the host does, or says with a true reason that they cannot be known. With {@code
 * -Dmeasured.write=true} the run writes the table of docs/constellations.md.
 */
@Tag("together")
@NeedsTheNode
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConstellationsIT {

  private static final Section TABLE = Section.of("docs/constellations.md", ConstellationsIT.class);

  private final Constellations constellations = new Constellations();

  @BeforeAll
  void measure() throws InterruptedException {
    constellations.measure();
  }

  @AfterAll
  void delete() {
    constellations.delete();
  }

  static Stream<Constellation> all() {
    return Constellation.ALL.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void statusIsRightOrUnknownForATrueReason(Constellation constellation) throws Exception {
    constellations.cell(constellation).mustAgree();
  }

  @Test
  void tableIsWhatWasFound() throws Exception {
    StringBuilder table =
        new StringBuilder(
            """
            | Processes | User | Ports | Sidecar | Start | On the host | In the status |
            |---|---|---|---|---|---|---|
            """);
    for (Constellation constellation : Constellation.ALL) {
      table.append(row(constellations.cell(constellation)));
    }
    System.out.println(table);

    if (Boolean.getBoolean("measured.write")) {
      TABLE.write(table.toString());
    } else {
      assertThat(table.toString())
          .as("docs/constellations.md has another table; -Dmeasured.write=true writes this one")
          .isEqualTo(TABLE.read());
    }
  }

  private static String row(Cell cell) {
    Constellation of = cell.of();
    return Stream.of(
            of.layout().title,
            of.user().title,
            of.ports().title,
            of.sidecar().title,
            of.startup().title,
            cell.host().text(),
            cell.text())
        .collect(java.util.stream.Collectors.joining(" | ", "| ", " |\n"));
  }
}
