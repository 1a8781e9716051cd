package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Measures how much time of a processor a pass takes over 10,000 pods that all differ, from what
 * the API server has to the status. It is a program to run by hand.
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
    long[] millis = new long[PASSES];
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      for (int i = -WARM_UP; i < PASSES; i++) {
        TuningPass pass = crowd.pass(client, PodReader.STRICT, PodJudge.RULES);
        long start = THREADS.getCurrentThreadCpuTime();
        pass.over(Crowd.TUNING, crowd.selected());
        if (i >= 0) {
          millis[i] = (THREADS.getCurrentThreadCpuTime() - start) / 1_000_000;
        }
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        "%d pods: %d ms a pass (median of %d, from %d to %d)%n",
        PODS, millis[PASSES / 2], PASSES, millis[0], millis[PASSES - 1]);
  }
}
