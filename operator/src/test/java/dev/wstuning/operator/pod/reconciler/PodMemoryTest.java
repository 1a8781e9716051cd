package dev.wstuning.operator.pod.reconciler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A leader of a hundred thousand pods has little more than a KiB for each: its record, and the
 * judgement on it. {@link StoreBenchmark} measures that number of pods.
 */
class PodMemoryTest {

  private static final int NAMESPACES = 20;
  private static final int PODS_OF_EACH = 200;

  /** With few pods, tables of shared values weigh more than with many. */
  private static final long BYTES_OF_A_POD = 1500;

  @Test
  void aPodTakesLittleMoreThanOneKibibyte() {
    List<String> namespaces = IntStream.range(0, NAMESPACES).mapToObj(i -> "team-" + i).toList();
    Population population = new Population();
    try (SimulatedLeader leader =
        new SimulatedLeader(
            namespaces.stream()
                .collect(Collectors.toMap(n -> n, n -> List.of(Population.tuning(n, "chat")))))) {
      leader.hasNode("node");
      leader.arrives(population.pod("team-0", "chat", PODS_OF_EACH, "node", 1));
      leader.passes();

      long before = Memory.used();
      for (String namespace : namespaces) {
        for (int i = 0; i < PODS_OF_EACH; i++) {
          leader.arrives(population.pod(namespace, "chat", i, "node", i * 31 + 7));
        }
      }
      assertThat(leader.passes()).isEqualTo(NAMESPACES);
      long pods = (long) NAMESPACES * PODS_OF_EACH;

      assertThat((Memory.used() - before) / pods).isLessThan(BYTES_OF_A_POD);
    }
  }
}
