package dev.wstuning.operator;

import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.certificate.ServingCertificate;
import dev.wstuning.operator.guardrail.GuardRailsStore;
import dev.wstuning.operator.management.Liveness;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.pod.admission.AdmissionCaches;
import dev.wstuning.operator.pod.admission.AdmissionListener;
import dev.wstuning.operator.pod.admission.AdmissionServer;
import dev.wstuning.operator.pod.admission.PodAdmission;
import dev.wstuning.operator.pod.admission.WarmUp;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.suspension.LivePods;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What answers API servers about new pods. It needs neither a controller nor a lease, and goes on
 * without them.
 *
 * @param caches what is known of the cluster
 * @param guardRails what the cluster's administrator allows
 * @param authority which every replica reads
 * @param certificate which this replica serves with
 * @param refusals finds out whose tuned pods are refused
 */
record AdmissionPlane(
    AdmissionCaches caches,
    GuardRailsStore guardRails,
    AuthorityStore authority,
    ServingCertificate certificate,
    RefusalWatch refusals) {

  private static final Duration POLL = Duration.ofMillis(100);

  static AdmissionPlane of(
      OperatorConfig config, Clients clients, Clock clock, int kubernetesMinor, Shutdown shutdown) {
    AuthorityStore authority =
        shutdown.closeLater(new AuthorityStore(clients.impatient(), config.namespace(), clock));
    GuardRailsStore guardRails =
        shutdown.closeLater(
            new GuardRailsStore(
                clients.patient(),
                config.namespace(),
                Set.of("kube-system", NodeAgentDaemonSet.NAMESPACE, config.namespace())));
    return new AdmissionPlane(
        shutdown.closeLater(
            new AdmissionCaches(
                clients.patient(), clients.prompt(), kubernetesMinor, guardRails::current)),
        guardRails,
        authority,
        new ServingCertificate(OperatorConfig.WEBHOOK_SERVICE, config.namespace(), clock),
        new RefusalWatch(
            clock, System::nanoTime, config.intervals(), new LivePods(clients.impatient())));
  }

  /**
   * Fills the caches, and then serves until the replica ends.
   *
   * @param changed runs after each change of the authority or of the guard rails
   */
  void serve(
      OperatorConfig config,
      AdmissionListener listener,
      Runnable changed,
      Readiness readiness,
      Liveness liveness,
      Shutdown shutdown)
      throws InterruptedException {
    readiness.waitsFor("the caches");
    caches.start(Framework::cacheStopped);
    guardRails.follow(changed);
    authority.follow(
        a -> {
          certificate.renew(a);
          changed.run();
        });
    while (!(caches.complete() && guardRails.known())) {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
    WarmUp.run();
    AdmissionServer webhook =
        new AdmissionServer(
            config.webhookPort(),
            certificate,
            new PodAdmission(
                caches, new PodMutator(config.tunerImage(), caches::agentMayServe), refusals),
            listener);
    webhook.start();
    liveness.watch("the webhook", webhook.threads());
    shutdown.drainFirst(webhook::drain, webhook);
    readiness.serves(certificate::present);
  }

  /**
   * Looks for pods that were admitted and do not exist.
   *
   * @param complete whether all pods of a namespace are known
   */
  void lookForPods(Predicate<String> complete) {
    refusals.look(
        complete,
        target ->
            caches
                .cached(target.namespace(), target.tuning())
                .filter(t -> t.getMetadata().getUid().equals(target.uid())));
  }

  /** Whether its caches watch, by kind. */
  Map<String, Boolean> watching() {
    return CacheWatch.both(
        caches.watching(),
        Map.of("ConfigMap", guardRails.watching(), "Secret", authority.watching()));
  }
}
