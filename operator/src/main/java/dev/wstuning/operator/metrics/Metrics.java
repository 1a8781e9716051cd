package dev.wstuning.operator.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of a replica. What it hands out to count with never fails and never waits, so that it
 * can be called anywhere.
 */
public final class Metrics {

  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  /** From what an admission usually takes to what an API server waits for. */
  private static final Duration[] BUCKETS =
      IntStream.of(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Metric, Gauge> gauges = new EnumMap<>(Metric.class);

  private record Gauge(
      MultiGauge meters, Supplier<? extends Map<List<String>, ? extends Number>> source) {}

  /** Counts by the value of the only label. All values are there from the start, with zero. */
  public <E extends Enum<E>> Consumer<E> counter(Metric metric, Class<E> values) {
    Map<E, Counter> counters = new EnumMap<>(values);
    Stream.of(values.getEnumConstants())
        .forEach(
            value ->
                counters.put(
                    value,
                    Counter.builder(metric.key())
                        .description(metric.help())
                        .tags(tags(metric, List.of(Metric.value(value))))
                        .register(registry)));
    return value -> harmless(metric, () -> counters.get(value).increment());
  }

  /** Counts durations, in nanoseconds. */
  public LongConsumer timer(Metric metric) {
    Timer timer =
        Timer.builder(metric.key())
            .description(metric.help())
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    return nanos -> harmless(metric, () -> timer.record(nanos, TimeUnit.NANOSECONDS));
  }

  /**
   * Adds a gauge that is read whenever someone scrapes.
   *
   * @param source the values by those of the labels, in the order of the metric
   */
  public synchronized void gauge(
      Metric metric, Supplier<? extends Map<List<String>, ? extends Number>> source) {
    MultiGauge meters =
        MultiGauge.builder(metric.key()).description(metric.help()).register(registry);
    gauges.put(metric, new Gauge(meters, source));
  }

  /** All metrics in Prometheus' text format. */
  public synchronized String scrape() {
    gauges.forEach((metric, gauge) -> gauge.meters().register(rows(metric, gauge.source()), true));
    return registry.scrape();
  }

  /** None if the source fails: an outdated value would look like a present one. */
  private static List<MultiGauge.Row<?>> rows(
      Metric metric, Supplier<? extends Map<List<String>, ? extends Number>> source) {
    try {
      return source.get().entrySet().stream()
          .<MultiGauge.Row<?>>map(
              row -> MultiGauge.Row.of(tags(metric, row.getKey()), row.getValue()))
          .toList();
    } catch (RuntimeException e) {
      LOG.warn(
          "msg=\"metric cannot be read\" metric={} problem=\"{}\"", metric.key(), e.toString());
      return List.of();
    }
  }

  private static Tags tags(Metric metric, List<String> values) {
    List<String> labels = metric.labels();
    return Tags.of(
        IntStream.range(0, labels.size())
            .boxed()
            .flatMap(i -> Stream.of(labels.get(i), values.get(i)))
            .toArray(String[]::new));
  }

  /** A number that is missing harms less than what is counted going wrong. */
  private static void harmless(Metric metric, Runnable count) {
    try {
      count.run();
    } catch (RuntimeException e) {
      LOG.warn("msg=\"not counted\" metric={} problem=\"{}\"", metric.key(), e.toString());
    }
  }
}
