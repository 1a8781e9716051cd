package dev.wstuning.e2e.constellation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The cells cover what they are chosen for, and are written in the same words everywhere. */
class ConstellationTest {

  @Test
  void everyValueOfEveryDimensionOccurs() {
    assertThat(Constellation.ALL).hasSizeGreaterThanOrEqualTo(20);
    assertThat(values(Constellation::layout)).containsExactly(Layout.values());
    assertThat(values(Constellation::user)).containsExactly(User.values());
    assertThat(values(Constellation::ports)).containsExactly(Ports.values());
    assertThat(values(Constellation::sidecar)).containsExactly(Sidecar.values());
    assertThat(values(Constellation::startup)).containsExactly(Startup.values());
  }

  @Test
  void noConstellationOccursTwice() {
    assertThat(Constellation.ALL)
        .extracting(Constellation::toString)
        .doesNotHaveDuplicates()
        .doesNotContain("");
  }

  @Test
  void portsThatAreAlikeShareTheirWords() {
    TreeMap<Integer, OptionalInt> keepalive = new TreeMap<>();
    for (int port = 8080; port < 8084; port++) {
      keepalive.put(port, OptionalInt.of(40));
    }
    keepalive.put(9000, OptionalInt.empty());
    keepalive.put(9090, OptionalInt.empty());

    assertThat(Figures.text("worker", 6000, keepalive))
        .isEqualTo("worker 6000; 9000 and 9090: off, 8080 to 8083: 40 s");
  }

  private static <T extends Enum<T>> List<T> values(Function<Constellation, T> dimension) {
    return Constellation.ALL.stream()
        .map(dimension)
        .distinct()
        .sorted(Comparator.comparingInt(Enum::ordinal))
        .toList();
  }
}
