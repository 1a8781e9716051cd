package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Measures what 100,000 pods of 1,000 tunings take in the memory of a leader, and how much time of
 * a processor an event takes, from the pod that the informer delivers to the status of its tuning.
 * {@code make scale-store} runs it, and it writes its table into docs/scale.md; a system property
 * {@code pods} is another number of pods, and then it only prints.
 */
class StoreBenchmark {

  private static final int FULL = 100_000;
  private static final Path PAGE = Path.of("../docs/scale.md");
  private static final String BEGIN = "<!-- written by StoreBenchmark -->\n";
  private static final String END = "<!-- end -->";

  private static final int PODS_OF_A_TUNING = 100;
  private static final int PODS_OF_A_NODE = 30;
  private static final int ROUNDS = 25;

  /** What else runs on the machine does not count. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Population population = new Population();
  private final Random random = new Random(1);

  @Test
  void measure() throws IOException {
    int pods = Integer.getInteger("pods", FULL);
    int nodes = pods / PODS_OF_A_NODE + 1;
    List<String> teams =
        IntStream.range(0, Math.max(1, pods / PODS_OF_A_TUNING))
            .mapToObj(i -> "team-" + i)
            .toList();
    String table;
    try (SimulatedLeader leader = new SimulatedLeader(tunings(teams))) {
      IntStream.range(0, nodes).mapToObj(StoreBenchmark::node).forEach(leader::hasNode);
      Simulation simulation = new Simulation(leader, nodes);
      table =
          """
          %s, Java %s, time of a processor.

          | Work | Must be | Is | Was in 0.1.0 |
          |---|---|---|---|
          %s%s%s%s"""
              .formatted(
                  LocalDate.now(ZoneOffset.UTC),
                  Runtime.version().feature(),
                  simulation.memory(teams),
                  simulation.events("small", 10, 1, 500, "at most 50 µs until it is judged"),
                  simulation.events("large", 5000, 1, 4, ""),
                  simulation.events("shared", 3000, 300, 50, ""));
    }
    System.out.println(table);
    if (pods == FULL) {
      String page = Files.readString(PAGE);
      int from = page.indexOf(BEGIN) + BEGIN.length();
      Files.writeString(
          PAGE, page.substring(0, from) + table + page.substring(page.indexOf(END, from)));
    }
  }

  private static Map<String, List<WebSocketTuning>> tunings(List<String> teams) {
    Map<String, List<WebSocketTuning>> tunings = new HashMap<>();
    Stream.concat(teams.stream(), Stream.of("small", "large"))
        .forEach(n -> tunings.put(n, List.of(Population.tuning(n, "chat"))));
    tunings.put(
        "shared",
        IntStream.range(0, 300)
            .mapToObj(i -> Population.tuning("shared", "chat-" + i, selector(i)))
            .toList());
    return tunings;
  }

  private static Selector selector(int i) {
    return new Selector(Map.of("app", "chat", "instance", "chat-" + i), null);
  }

  private static String node(int i) {
    return "node-%05d".formatted(i);
  }

  /** Pods in the memory of a leader. */
  private final class Simulation {
    private final SimulatedLeader leader;
    private final int nodes;

    Simulation(SimulatedLeader leader, int nodes) {
      this.leader = leader;
      this.nodes = nodes;
    }

    /** Fills namespaces with pods; returns a row of the table. */
    String memory(List<String> namespaces) {
      fill("small", 10, 1);
      leader.passes();
      long before = Memory.used();
      namespaces.forEach(n -> fill(n, PODS_OF_A_TUNING, 1));
      long stored = Memory.used();
      int passes = leader.passes();
      long judged = Memory.used();
      int pods = namespaces.size() * PODS_OF_A_TUNING;
      return "| %,d pods of %,d tunings, all observed, no two alike | at most 120 MiB | %d MiB; %d bytes a pod in the store, %d with its judgement | 3.5 KiB a pod |\n"
          .formatted(
              pods,
              passes,
              (judged - before) >> 20,
              (stored - before) / pods,
              (judged - before) / pods);
    }

    private void fill(String namespace, int pods, int workloads) {
      IntStream.range(0, pods).forEach(i -> leader.arrives(pod(namespace, i, workloads)));
    }

    private Pod pod(String namespace, int i, int workloads) {
      return population.pod(
          namespace, "chat-" + i % workloads, i, node(i % nodes), random.nextInt(20_000));
    }

    /** One pod after another changes, each of another workload; returns a row of the table. */
    String events(String namespace, int pods, int workloads, int perRound, String must) {
      fill(namespace, pods, workloads);
      leader.passes();
      long[] store = new long[ROUNDS];
      long[] judge = new long[ROUNDS];
      long[] status = new long[ROUNDS];
      for (int round = -ROUNDS; round < ROUNDS; round++) {
        List<Pod> changes =
            IntStream.range(0, perRound)
                .mapToObj(i -> pod(namespace, i % pods, workloads))
                .toList();
        for (Pod pod : changes) {
          long start = THREADS.getCurrentThreadCpuTime();
          leader.arrives(pod);
          long between = THREADS.getCurrentThreadCpuTime();
          int passes = leader.passes();
          long end = THREADS.getCurrentThreadCpuTime();
          if (passes != 1) {
            throw new IllegalStateException(passes + " tunings were concerned");
          }
          if (round >= 0) {
            store[round] += between - start;
            judge[round] += leader.judged() - between;
            status[round] += end - leader.judged();
          }
        }
      }
      return "| a change of one pod, of %,d of %s | %s | %.0f µs until it is judged, and %.0f for a new status | |\n"
          .formatted(
              pods,
              workloads == 1 ? "a tuning" : workloads + " tunings of a namespace",
              must,
              median(store, perRound) + median(judge, perRound),
              median(status, perRound));
    }
  }

  /** Microseconds of one event. */
  private static double median(long[] nanos, int events) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3 / events;
  }
}
