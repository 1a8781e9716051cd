package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures what 100,000 pods of 1,000 tunings take in the memory of a leader, and how much time of
 * a processor an event takes, from the pod that the informer delivers to the status of its tuning.
 * It is a program to run by hand; an argument is another number of pods.
 */
public final class StoreBenchmark {

  private static final int PODS_OF_A_TUNING = 100;
  private static final int PODS_OF_A_NODE = 30;
  private static final int ROUNDS = 25;

  /** What else runs on the machine does not count. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Population population = new Population();
  private final Random random = new Random(1);
  private final SimulatedLeader leader;
  private final int nodes;

  private StoreBenchmark(Map<String, List<WebSocketTuning>> tunings, int nodes) {
    this.leader = new SimulatedLeader(tunings);
    this.nodes = nodes;
    IntStream.range(0, nodes).mapToObj(StoreBenchmark::node).forEach(leader::hasNode);
  }

  public static void main(String[] arguments) {
    int pods = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
    List<String> teams =
        IntStream.range(0, Math.max(1, pods / PODS_OF_A_TUNING))
            .mapToObj(i -> "team-" + i)
            .toList();
    Map<String, List<WebSocketTuning>> tunings = new HashMap<>();
    Stream.concat(teams.stream(), Stream.of("small", "large"))
        .forEach(n -> tunings.put(n, List.of(Population.tuning(n, "chat"))));
    tunings.put(
        "shared",
        IntStream.range(0, 300)
            .mapToObj(i -> Population.tuning("shared", "chat-" + i, selector(i)))
            .toList());
    StoreBenchmark benchmark = new StoreBenchmark(tunings, pods / PODS_OF_A_NODE + 1);
    benchmark.memory(teams);
    benchmark.events("small", 10, 1, 500);
    benchmark.events("large", 5000, 1, 4);
    benchmark.events("shared", 3000, 300, 50);
    benchmark.leader.close();
  }

  private static Selector selector(int i) {
    return new Selector(Map.of("app", "chat", "instance", "chat-" + i), null);
  }

  private static String node(int i) {
    return "node-%05d".formatted(i);
  }

  private void memory(List<String> namespaces) {
    fill("small", 10, 1);
    leader.passes();
    long before = Memory.used();
    namespaces.forEach(n -> fill(n, PODS_OF_A_TUNING, 1));
    long stored = Memory.used();
    int passes = leader.passes();
    long judged = Memory.used();
    int pods = namespaces.size() * PODS_OF_A_TUNING;
    System.out.printf(
        "%d pods of %d tunings: %d bytes a pod in the store, %d with its judgement; %d MiB%n",
        pods, passes, (stored - before) / pods, (judged - before) / pods, (judged - before) >> 20);
  }

  private void fill(String namespace, int pods, int workloads) {
    IntStream.range(0, pods).forEach(i -> leader.arrives(pod(namespace, i, workloads)));
  }

  private Pod pod(String namespace, int i, int workloads) {
    return population.pod(
        namespace, "chat-" + i % workloads, i, node(i % nodes), random.nextInt(20_000));
  }

  /** One pod after another changes, each of another workload. */
  private void events(String namespace, int pods, int workloads, int perRound) {
    fill(namespace, pods, workloads);
    leader.passes();
    long[] store = new long[ROUNDS];
    long[] judge = new long[ROUNDS];
    long[] status = new long[ROUNDS];
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      List<Pod> changes =
          IntStream.range(0, perRound).mapToObj(i -> pod(namespace, i % pods, workloads)).toList();
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
    System.out.printf(
        "an event in namespace %s, %d pods of %d tunings: %.1f us to store and route it, %.1f us to"
            + " judge, %.1f us for a new status%n",
        namespace,
        pods,
        workloads,
        median(store, perRound),
        median(judge, perRound),
        median(status, perRound));
  }

  /** Microseconds of one event. */
  private static double median(long[] nanos, int events) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3 / events;
  }
}
