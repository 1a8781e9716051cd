package dev.wstuning.operator.node.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsPaceTest {

  /** TestReportsOfAFleet simulates the agents of 5,000 nodes with what is wanted of them here. */
  @ParameterizedTest
  @CsvSource({
    "0, 10",
    "625, 10",
    "626, 20",
    "1250, 20",
    "1251, 40",
    "2500, 40",
    "2501, 80",
    "5000, 80",
    "5001, 160",
    "50000, 160",
  })
  void theMoreNodesTheLessOftenEachReports(int nodes, int seconds) {
    assertThat(CountsPace.seconds(nodes, 0)).isEqualTo(seconds);
    assertThat(CountsPace.seconds(nodes, 10)).isEqualTo(seconds);
  }

  /** Clusters grow and shrink by the hour, and each change is written to all nodes. */
  @ParameterizedTest
  @CsvSource({
    "2500, 80, 80", "2001, 80, 80", "2000, 80, 40", "501, 20, 20", "500, 20, 10",
    "1000, 160, 20", "0, 160, 10", "5001, 80, 160", "4001, 160, 160", "4000, 160, 80",
  })
  void aFewNodesMoreOrLessChangeNothing(int nodes, int present, int seconds) {
    assertThat(CountsPace.seconds(nodes, present)).isEqualTo(seconds);
  }

  /** Such an order is of no version of this operator. */
  @ParameterizedTest
  @CsvSource({"11, 20", "33, 40", "600, 160"})
  void otherOrdersAreReadAsTheNextOneOfOurs(int present, int seconds) {
    assertThat(CountsPace.seconds(5000 * seconds / 160, present)).isEqualTo(seconds);
  }

  @Test
  void whatIsDecidedStays() {
    for (int present : new int[] {0, 10, 20, 40, 80, 160}) {
      int before = present;
      assertThat(IntStream.rangeClosed(0, 20_000))
          .allSatisfy(
              nodes -> {
                int seconds = CountsPace.seconds(nodes, before);
                assertThat(CountsPace.seconds(nodes, seconds)).isEqualTo(seconds);
                assertThat(seconds == 160 || nodes <= seconds * 62.5).isTrue();
              });
    }
  }
}
