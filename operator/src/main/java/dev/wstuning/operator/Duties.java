package dev.wstuning.operator;

import dev.wstuning.operator.admission.AuthorityStore;
import dev.wstuning.operator.admission.SelfTest;
import dev.wstuning.operator.admission.ServingCertificate;
import dev.wstuning.operator.admission.WebhookRegistration;
import dev.wstuning.operator.fleet.Fleet;
import dev.wstuning.operator.reconciler.TuningCaches;
import dev.wstuning.operator.reconciler.TuningReconciler;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be done from time to time whether or not anything happens. */
final class Duties implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Duties.class);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "duties");
            thread.setDaemon(true);
            return thread;
          });
  private final Leadership leadership;
  private final AuthorityStore authority;
  private final ServingCertificate certificate;
  private final SelfTest selfTest;
  private final WebhookRegistration registration;
  private final TuningCaches caches;
  private final TuningReconciler reconciler;
  private final Fleet fleet;
  private boolean swept;

  Duties(
      Leadership leadership,
      AuthorityStore authority,
      ServingCertificate certificate,
      SelfTest selfTest,
      WebhookRegistration registration,
      TuningCaches caches,
      TuningReconciler reconciler,
      Fleet fleet) {
    this.leadership = leadership;
    this.authority = authority;
    this.certificate = certificate;
    this.selfTest = selfTest;
    this.registration = registration;
    this.caches = caches;
    this.reconciler = reconciler;
    this.fleet = fleet;
  }

  void start() {
    schedule("renew certificates", this::certificates, 1, 30);
    schedule("sweep", this::sweepOnce, 2, 5);
    schedule("catch up", this::catchUp, 10, 10);
    schedule("self-test", this::test, 5, 15);
    schedule("tend nodes", this::tendNodes, 3, 5);
  }

  private void schedule(String name, Runnable duty, int afterSeconds, int everySeconds) {
    executor.scheduleWithFixedDelay(
        () -> {
          try {
            duty.run();
          } catch (RuntimeException e) {
            LOG.warn("msg=\"duty failed, will be tried again\" duty=\"{}\"", name, e);
          }
        },
        afterSeconds,
        everySeconds,
        TimeUnit.SECONDS);
  }

  private void certificates() {
    if (leadership.held()) {
      authority.maintain();
    }
    certificate.renew(authority);
  }

  /** Once on gaining leadership: deletions that no replica was there to see. */
  private void sweepOnce() {
    if (leadership.held() && !swept) {
      registration.sweep(caches.uids());
      swept = true;
    }
  }

  private void catchUp() {
    if (leadership.held()) {
      reconciler.catchUp();
    }
  }

  private void test() {
    if (leadership.held()) {
      selfTest.run();
    }
  }

  /** What node tunings left behind outlives them, and replacing agents has its pace. */
  private void tendNodes() {
    if (leadership.held()) {
      fleet.tend();
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
