package dev.wstuning.operator;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.fixtures.Scrape;
import dev.wstuning.operator.metrics.Metric;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.reconciler.Totals;
import dev.wstuning.operator.pod.reconciler.Totals.Ready;
import dev.wstuning.operator.pod.verdict.TuningReason;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

      An admission is `unchanged` if the pod has the plan already, `not_wanted` if the tuning injects nothing or its namespace is
      never touched, and `not_owned` if another tuning owns the pod. For `unknown_tuning` and `failed`, `operatorDown` decides whether the pod starts.

      `reason` is one of [those of a tuning](status.md#reasons). It is `NotReconciled` if a tuning has no status yet, and `Other` if
      another version of the operator wrote it. Reasons that no tuning has are left out.
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

  /** There are many reasons, which have a page of their own. */
  private static String values(SortedSet<String> values) {
    return values.contains(TuningReason.Effective.name())
        ? "see below"
        : values.stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
  }

  /** The metrics of a leader of a cluster in which everything occurs. */
  static OperatorMetrics ofALeader() {
    OperatorMetrics metrics = new OperatorMetrics();
    metrics.caches(new CacheWatch(Map::of, () -> 0));
    metrics.controllers(() -> true);
    metrics.leader(() -> true);
    metrics.certificates(() -> Optional.of(Instant.EPOCH), () -> Optional.of(Instant.EPOCH));
    metrics.tunings(() -> Optional.of(everything()));
    metrics.agents(() -> Optional.of(Stream.of(agent(true), agent(false))));
    return metrics;
  }

  private static Totals everything() {
    Map<Ready, Long> tunings = new LinkedHashMap<>();
    Stream.concat(
            Arrays.stream(TuningReason.values()).map(Enum::name),
            Stream.of(Ready.NOT_RECONCILED, Ready.OTHER))
        .forEach(
            reason ->
                List.of(ConditionStatus.values())
                    .forEach(status -> tunings.put(new Ready(reason, status), 1L)));
    Map<Coverage, Long> pods =
        Arrays.stream(Coverage.values()).collect(Collectors.toMap(Function.identity(), c -> 1L));
    Map<Cause, Long> suspended =
        Arrays.stream(Cause.values()).collect(Collectors.toMap(Function.identity(), c -> 1L));
    return new Totals(tunings, pods, suspended, 1);
  }

  private static AgentPod agent(boolean ready) {
    return new AgentPod(
        "agent", "node", false, Optional.empty(), Optional.empty(), ready, Optional.empty());
  }
}
