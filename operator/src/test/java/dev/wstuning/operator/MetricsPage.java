package dev.wstuning.operator;

import dev.wstuning.operator.fixtures.Scrape;
import dev.wstuning.operator.metrics.Metric;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** The page on metrics: a row for each that a leader exports, with the labels that it has then. */
public final class MetricsPage {

  private static final String INTRODUCTION =
      """
      <!-- Generated from the enum Metric and from what a replica exports. Edit that, then run: make crds -->
      # Metrics

      This page lists every metric that a replica exports, for anyone who monitors the operator.

      Each replica serves them at `/metrics` on port 8082 (`WST_METRICS_PORT`), in Prometheus' text format and without TLS. The
      headless Service `wstuning-metrics` lists the replicas. Scrape each of them: a replica counts what it did itself, and only
      the leader exports what concerns the whole cluster.

      No label names a pod, a tuning or a namespace, so the number of series does not grow with the cluster.

      | Metric | Type | Labels | Meaning | What to do |
      |---|---|---|---|---|
      """;

  private static final String END =
      """

      An admission is `unchanged` if the pod has the plan already, `not_wanted` if the tuning injects nothing, and `not_owned` if
      another tuning owns the pod. For `unknown_tuning` and `failed`, `operatorDown` decides whether the pod starts.
      """;

  private MetricsPage() {}

  public static String render() {
    Scrape scrape = new Scrape(ofALeader().scrape());
    return Arrays.stream(Metric.values())
        .map(metric -> row(metric, scrape))
        .collect(Collectors.joining("", INTRODUCTION, END));
  }

  private static String row(Metric metric, Scrape scrape) {
    String labels =
        scrape.labels(metric.key()).entrySet().stream()
            .map(label -> "`%s`: %s".formatted(label.getKey(), values(label.getValue())))
            .collect(Collectors.joining("; "));
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            metric.key(), scrape.types().get(metric.key()), labels, metric.help(), metric.advice());
  }

  private static String values(SortedSet<String> values) {
    return values.stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
  }

  /** The metrics of a leader of a cluster in which everything occurs. */
  static OperatorMetrics ofALeader() {
    OperatorMetrics metrics = new OperatorMetrics();
    metrics.caches(new CacheWatch(Map::of, () -> 0));
    metrics.leader(() -> true);
    metrics.certificates(() -> Optional.of(Instant.EPOCH), () -> Optional.of(Instant.EPOCH));
    return metrics;
  }
}
