package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Measures how much time of a processor a pass takes over 10,000 pods that all differ: their
 * arrival, which is once, the first pass, and one after which nothing changed. It is a program to
 * run by hand.
 */
public final class PassBenchmark {

  private static final int PODS = 10_000;
  private static final int WARM_UP = 20;
  private static final int PASSES = 15;

  /** What else runs on the machine does not count. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private PassBenchmark() {}

  public static void main(String[] arguments) {
    Crowd crowd = new Crowd(PODS);
    long[] read = new long[PASSES];
    long[] first = new long[PASSES];
    long[] second = new long[PASSES];
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      for (int i = -WARM_UP; i < PASSES; i++) {
        TuningPass pass = crowd.pass(client, PodJudge.RULES);
        long start = THREADS.getCurrentThreadCpuTime();
        crowd.read(PodReader.STRICT);
        long arrived = THREADS.getCurrentThreadCpuTime();
        pass.over(Crowd.TUNING, crowd.selected());
        long between = THREADS.getCurrentThreadCpuTime();
        pass.over(Crowd.TUNING, crowd.selected());
        long end = THREADS.getCurrentThreadCpuTime();
        if (i >= 0) {
          read[i] = arrived - start;
          first[i] = between - arrived;
          second[i] = end - between;
        }
      }
    }
    print("their arrival", read);
    print("the first pass", first);
    print("the next one", second);
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%d pods, %s: %d ms (median of %d, from %d to %d)%n",
        PODS,
        what,
        nanos[PASSES / 2] / 1_000_000,
        PASSES,
        nanos[0] / 1_000_000,
        nanos[PASSES - 1] / 1_000_000);
  }
}
