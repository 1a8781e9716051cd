package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Parallel;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.ReferencePod;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/**
 * How long the creation of a pod takes that is tuned, and of one that is not, by turns, as dry
 * runs. One creation at a time, or enough to keep both cores busy.
 */
final class AdmissionLatency implements Part {

  private static final int WARM_UP = 500;

  private final BigCluster big;
  private final int atOnce;
  private final int pairs;

  /**
   * @param atOnce how many creations are under way
   * @param pairs of a tuned and an untuned pod, for each of these
   */
  private AdmissionLatency(BigCluster big, int atOnce, int pairs) {
    this.big = big;
    this.atOnce = atOnce;
    this.pairs = pairs;
  }

  static AdmissionLatency idle(BigCluster big) {
    return new AdmissionLatency(big, 1, 3000);
  }

  static AdmissionLatency busy(BigCluster big) {
    return new AdmissionLatency(big, 16, 400);
  }

  @Override
  public String name() {
    return atOnce == 1 ? "admission-idle" : "admission-busy";
  }

  @Override
  public List<Line> measure() {
    big.fill();
    if (atOnce == 1) {
      big.awaitSecondLooks();
    }
    Installation cluster = big.cluster();
    String namespace = cluster.namespace("latency");
    try {
      ReferencePod.in(cluster, namespace);
      sample(namespace, WARM_UP / atOnce);
      return List.of(line(sample(namespace, pairs)));
    } finally {
      cluster.delete(namespace);
    }
  }

  private Line line(Samples samples) {
    double tuned50 = samples.tuned(0.5);
    double tuned99 = samples.tuned(0.99);
    double untuned50 = samples.untuned(0.5);
    double untuned99 = samples.untuned(0.99);
    String is =
        String.format(
            Locale.ROOT,
            "p50 %.1f ms beyond %.1f, p99 %.1f beyond %.1f, a ratio of %.1f (%d pairs)",
            tuned50 - untuned50,
            untuned50,
            tuned99 - untuned99,
            untuned99,
            tuned99 / untuned99,
            samples.tuned.size());
    return atOnce == 1
        ? new Line(
            "admission of a tuned pod beyond an untuned one, API server otherwise idle",
            "p50 ≤ 4 ms, p99 ≤ 20 ms",
            "p50 8 to 10 ms",
            is,
            tuned50 - untuned50 <= 4 && tuned99 - untuned99 <= 20)
        : new Line(
            "the same while both cores are busy with creations, %d at a time".formatted(atOnce),
            "p99 ≤ twice the untuned one's",
            "462 ms against 185",
            is,
            tuned99 <= 2 * untuned99);
  }

  /** Milliseconds. */
  private record Samples(Queue<Double> tuned, Queue<Double> untuned) {

    double tuned(double quantile) {
      return quantile(tuned, quantile);
    }

    double untuned(double quantile) {
      return quantile(untuned, quantile);
    }

    private static double quantile(Queue<Double> samples, double quantile) {
      return samples.stream()
          .sorted()
          .skip(Math.round(quantile * (samples.size() - 1)))
          .findFirst()
          .orElseThrow();
    }
  }

  private Samples sample(String namespace, int count) {
    Samples samples = new Samples(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    Parallel.forEach(
        IntStream.range(0, atOnce).boxed().toList(),
        t -> {
          for (int i = 0; i < count; i++) {
            // Neither is always the one after the other.
            boolean first = i % 2 == 0;
            add(samples, namespace, first);
            add(samples, namespace, !first);
          }
        });
    return samples;
  }

  private void add(Samples samples, String namespace, boolean tuned) {
    Pod pod = Pods.withoutToken(tuned ? "reference" : "untuned").build();
    long start = System.nanoTime();
    Pod created =
        big.cluster().client().pods().inNamespace(namespace).resource(pod).dryRun().create();
    double took = (System.nanoTime() - start) / 1e6;
    if (created.getSpec().getInitContainers().isEmpty() == tuned) {
      throw new AssertionError("a pod is not what it should be: " + created.getMetadata());
    }
    (tuned ? samples.tuned : samples.untuned).add(took);
  }
}
