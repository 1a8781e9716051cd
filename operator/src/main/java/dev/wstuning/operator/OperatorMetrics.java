package dev.wstuning.operator;

import dev.wstuning.operator.management.MetricsServer;
import dev.wstuning.operator.metrics.Metric;
import dev.wstuning.operator.metrics.Metrics;
import dev.wstuning.operator.pod.admission.AdmissionListener;
import dev.wstuning.operator.pod.admission.AdmissionOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which parts of the operator fill which metrics. */
final class OperatorMetrics {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMetrics.class);

  private final Metrics metrics = new Metrics();
  private final Consumer<AdmissionOutcome> admissions =
      metrics.counter(Metric.ADMISSIONS, AdmissionOutcome.class);
  private final LongConsumer admissionNanos = metrics.timer(Metric.ADMISSION_SECONDS);

  AdmissionListener admissions() {
    return (outcome, nanos) -> {
      admissions.accept(outcome);
      admissionNanos.accept(nanos);
    };
  }

  void leader(BooleanSupplier leads) {
    metrics.gauge(Metric.LEADER, () -> Map.of(List.of(), leads.getAsBoolean() ? 1 : 0));
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
