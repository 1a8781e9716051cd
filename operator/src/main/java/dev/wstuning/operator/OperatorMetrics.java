package dev.wstuning.operator;

import dev.wstuning.operator.management.MetricsServer;
import dev.wstuning.operator.metrics.Metric;
import dev.wstuning.operator.metrics.Metrics;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.pod.admission.AdmissionListener;
import dev.wstuning.operator.pod.admission.AdmissionOutcome;
import dev.wstuning.operator.pod.observer.ObserverOutcome;
import dev.wstuning.operator.pod.reconciler.PodListeners;
import dev.wstuning.operator.pod.reconciler.Totals;
import dev.wstuning.operator.pod.rollout.RolloutListener;
import dev.wstuning.operator.pod.rollout.RolloutListener.Outcome;
import dev.wstuning.operator.publish.StatusWrites;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which parts of the operator fill which metrics. */
final class OperatorMetrics {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMetrics.class);

  /** The kinds whose status the operator writes. */
  enum Kind {
    WebSocketTuning,
    WebSocketNodeTuning,
    WebSocketNodeState
  }

  private final Metrics metrics = new Metrics();
  private final Consumer<AdmissionOutcome> admissions =
      metrics.counter(Metric.ADMISSIONS, AdmissionOutcome.class);
  private final LongConsumer admissionNanos = metrics.timer(Metric.ADMISSION_SECONDS);
  private final Consumer<ObserverOutcome> observers =
      metrics.counter(Metric.OBSERVERS, ObserverOutcome.class);
  private final Consumer<Outcome> evictions = metrics.counter(Metric.EVICTIONS, Outcome.class);
  private final Consumer<Outcome> restarts = metrics.counter(Metric.RESTARTS, Outcome.class);
  private final Consumer<Kind> statusWrites = metrics.counter(Metric.STATUS_WRITES, Kind.class);
  private final Consumer<Kind> putOff = metrics.counter(Metric.STATUS_WRITES_PUT_OFF, Kind.class);

  AdmissionListener admissions() {
    return (outcome, nanos) -> {
      admissions.accept(outcome);
      admissionNanos.accept(nanos);
    };
  }

  PodListeners pods() {
    return new PodListeners(
        observers,
        new RolloutListener() {
          @Override
          public void evicted(Outcome outcome) {
            evictions.accept(outcome);
          }

          @Override
          public void restarted(Outcome outcome) {
            restarts.accept(outcome);
          }
        },
        statuses(Kind.WebSocketTuning));
  }

  StatusWrites statuses(Kind kind) {
    return new StatusWrites() {
      @Override
      public void written() {
        statusWrites.accept(kind);
      }

      @Override
      public void putOff() {
        putOff.accept(kind);
      }
    };
  }

  void controllers(BooleanSupplier run) {
    metrics.gauge(Metric.CONTROLLERS, () -> bit(run));
  }

  void leader(BooleanSupplier leads) {
    metrics.gauge(Metric.LEADER, () -> bit(leads));
  }

  private static Map<List<String>, Integer> bit(BooleanSupplier value) {
    return Map.of(List.of(), value.getAsBoolean() ? 1 : 0);
  }

  void caches(CacheWatch caches) {
    metrics.gauge(Metric.CACHE_NOT_WATCHING, caches::secondsNotWatching);
  }

  void certificates(Supplier<Optional<Instant>> serving, Supplier<Optional<Instant>> authority) {
    metrics.gauge(
        Metric.CERTIFICATE_EXPIRY,
        () -> {
          Map<List<String>, Long> expiry = new HashMap<>();
          serving.get().ifPresent(at -> expiry.put(List.of("serving"), at.getEpochSecond()));
          authority.get().ifPresent(at -> expiry.put(List.of("authority"), at.getEpochSecond()));
          return expiry;
        });
  }

  /**
   * @param totals empty if this replica does not lead
   */
  void tunings(Supplier<Optional<Totals>> totals) {
    metrics.gauge(
        Metric.TUNINGS,
        () ->
            labelled(
                totals.get().map(Totals::tunings),
                ready -> List.of(ready.reason(), ready.status().name())));
    metrics.gauge(
        Metric.PODS, () -> labelled(totals.get().map(Totals::pods), c -> List.of(Metric.value(c))));
    metrics.gauge(
        Metric.SUSPENDED,
        () -> labelled(totals.get().map(Totals::suspended), cause -> List.of(cause.name())));
    metrics.gauge(
        Metric.OBSERVERS_WAITING,
        () -> labelled(totals.get().map(t -> Map.of("", t.waiting())), all -> List.of()));
  }

  /**
   * @param agents empty if this replica does not lead
   */
  void agents(Supplier<Optional<Stream<AgentPod>>> agents) {
    metrics.gauge(
        Metric.AGENTS,
        () ->
            labelled(
                agents
                    .get()
                    .map(
                        all ->
                            all.collect(
                                Collectors.partitioningBy(AgentPod::ready, Collectors.counting()))),
                ready -> List.of(ready.toString())));
  }

  private static <K> Map<List<String>, Number> labelled(
      Optional<? extends Map<K, ? extends Number>> numbers, Function<K, List<String>> labels) {
    Map<List<String>, Number> labelled = new HashMap<>();
    numbers.ifPresent(all -> all.forEach((key, number) -> labelled.put(labels.apply(key), number)));
    return labelled;
  }

  /** Serves until the replica ends. Without metrics it works all the same. */
  void serve(int port, Shutdown shutdown) {
    try {
      shutdown.closeLater(new MetricsServer(port, this::scrape)).start();
    } catch (IOException e) {
      LOG.warn("msg=\"metrics are not served\" port={}", port, e);
    }
  }

  String scrape() {
    return metrics.scrape();
  }
}
