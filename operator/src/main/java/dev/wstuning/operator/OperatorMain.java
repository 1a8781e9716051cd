package dev.wstuning.operator;

import dev.wstuning.operator.OperatorMetrics.Kind;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.certificate.ServingCertificate;
import dev.wstuning.operator.management.HealthServer;
import dev.wstuning.operator.management.Liveness;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.reconciler.NodeFleet;
import dev.wstuning.operator.node.reconciler.NodeTuningInformers;
import dev.wstuning.operator.node.reconciler.NodeWiring;
import dev.wstuning.operator.pod.admission.AdmissionHandler;
import dev.wstuning.operator.pod.admission.AdmissionServer;
import dev.wstuning.operator.pod.admission.PodAdmission;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.reconciler.PodWiring;
import dev.wstuning.operator.pod.reconciler.SelectedPods;
import dev.wstuning.operator.pod.reconciler.TuningInformers;
import dev.wstuning.operator.pod.reconciler.TuningReconciler;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the operator together and runs it. */
public final class OperatorMain {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  /** The Lease that the leader holds. */
  private static final String LEASE = "wstuning";

  private final OperatorConfig config;
  private final Clock clock = Clock.systemUTC();
  private final Readiness readiness = new Readiness();
  private final Shutdown shutdown = new Shutdown(readiness, Shutdown.DRAIN);

  private OperatorMain(OperatorConfig config) {
    this.config = config;
  }

  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--warm-up")) {
      ClassArchiveTraining.run();
      return;
    }
    try {
      new OperatorMain(OperatorConfig.from(System.getenv())).run();
    } catch (IllegalArgumentException e) {
      LOG.error("msg=\"bad configuration\" problem=\"{}\"", e.getMessage());
      System.exit(2);
    } catch (Exception e) {
      LOG.error("msg=\"cannot start\"", e);
      System.exit(1);
    }
  }

  private void run() throws Exception {
    Liveness liveness = shutdown.closeLater(new Liveness(System::nanoTime));
    HealthServer health =
        shutdown.closeLater(
            new HealthServer(config.healthPort(), liveness::problem, readiness::problem));
    liveness.start();
    health.start();
    shutdown.install();
    OperatorMetrics metrics = new OperatorMetrics();
    metrics.serve(config.metricsPort(), shutdown);

    Clients clients = shutdown.closeLater(Clients.create());
    readiness.waitsFor("the API server");
    int minor = ApiServer.awaitMinorVersion(clients.impatient());
    NodeTuningInformers nodeInformers = new NodeTuningInformers();
    AuthorityStore authority =
        shutdown.closeLater(new AuthorityStore(clients.impatient(), config.namespace(), clock));
    ServingCertificate certificate =
        new ServingCertificate(OperatorConfig.WEBHOOK_SERVICE, config.namespace(), clock);
    WebhookRegistration registration =
        new WebhookRegistration(
            clients.impatient(),
            config.namespace(),
            OperatorConfig.WEBHOOK_SERVICE,
            System::nanoTime);
    TuningInformers informers =
        new TuningInformers(clients.prompt(), minor, registration, nodeInformers::agentRuns);
    nodeInformers.onAgent(informers::requestOnNode);
    WebhookProbe webhookProbe =
        new WebhookProbe(
            clients.impatient(),
            config.namespace(),
            authority,
            registration,
            informers::requestAll);
    Leadership leadership =
        shutdown.closeLater(
            new Leadership(
                clients.punctual(),
                new LeaseLock(config.namespace(), LEASE, config.instance()),
                Leadership.Timing.USUAL,
                () -> {
                  try {
                    webhookProbe.begin();
                  } finally {
                    informers.requestAll();
                    nodeInformers.requestAll();
                  }
                }));
    BooleanSupplier leading = () -> leadership.held() && webhookProbe.begun();

    SelectedPods pods = PodWiring.pods(clients.patient(), informers, Framework::cacheStopped);
    TuningReconciler reconciler =
        new PodWiring(
                clients.impatient(),
                clock,
                config.tunerImage(),
                config.namespace(),
                config.instance(),
                config.observersPerSecond(),
                metrics.pods())
            .create(informers, pods, registration, authority, webhookProbe, leading);
    NodeWiring nodeWiring =
        new NodeWiring(
            clients.impatient(),
            clock,
            new NodeAgentDaemonSet(config.nodeAgentImage(), config.nriSockets(), false),
            config.instance(),
            metrics.statuses(Kind.WebSocketNodeTuning),
            metrics.statuses(Kind.WebSocketNodeState));
    NodeFleet fleet = nodeWiring.fleet(nodeInformers);
    Operator operator = Framework.operator(clients);
    operator.register(reconciler);
    operator.register(nodeWiring.reconciler(nodeInformers, fleet, leading));

    authority.follow(
        a -> {
          certificate.renew(a);
          if (leadership.held()) {
            informers.requestAll();
          }
        });
    CacheWatch caches =
        new CacheWatch(() -> CacheWatch.watching(operator, pods, authority), System::nanoTime);
    metrics.caches(caches);
    metrics.certificates(certificate::expires, authority::expires);
    metrics.leader(leadership::held);
    metrics.tunings(reconciler::totals);
    metrics.agents(
        () -> leading.getAsBoolean() ? Optional.of(nodeInformers.agents()) : Optional.empty());
    readiness.waitsFor("the caches");
    shutdown.closeLater(pods);
    shutdown.closeLater(operator::stop);
    operator.start();
    Synchronisation.await(operator);

    AdmissionHandler.exercise();
    AdmissionServer webhook =
        new AdmissionServer(
            config.webhookPort(),
            certificate,
            new PodAdmission(informers, new PodMutator(config.tunerImage())),
            metrics.admissions());
    webhook.start();
    liveness.watch("the webhook", webhook.threads());
    shutdown.drainFirst(webhook::drain, webhook);

    PeriodicTasks tasks = shutdown.closeLater(new PeriodicTasks(leadership));
    tasks.ofLeader("make certificates", seconds(1), seconds(30), authority::maintain);
    tasks.ofAll("renew certificate", seconds(2), seconds(30), () -> certificate.renew(authority));
    tasks.ofNewLeader(
        "sweep",
        seconds(2),
        seconds(5),
        () -> registration.sweep(informers.uids(), informers::readUids));
    tasks.ofAll("follow pods", seconds(10), seconds(10), pods::follow);
    tasks.ofLeader("catch up", seconds(10), seconds(10), reconciler::catchUp);
    tasks.ofLeader("self-test", seconds(5), seconds(15), webhookProbe::run);
    tasks.ofAll("watch caches", seconds(5), seconds(5), caches::secondsNotWatching);
    // Restoring nodes goes on after a tuning is deleted, and agents are replaced one after the
    // other.
    tasks.ofLeader("tend nodes", seconds(3), seconds(5), fleet::tend);
    leadership.start();
    readiness.serves(certificate::present);
    LOG.info("msg=\"started\" namespace={} replica={}", config.namespace(), config.instance());
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
