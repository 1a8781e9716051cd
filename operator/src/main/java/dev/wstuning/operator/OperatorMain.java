package dev.wstuning.operator;

import dev.wstuning.operator.admission.AdmissionHandler;
import dev.wstuning.operator.admission.AdmissionServer;
import dev.wstuning.operator.admission.AuthorityStore;
import dev.wstuning.operator.admission.PodAdmission;
import dev.wstuning.operator.admission.SelfTest;
import dev.wstuning.operator.admission.ServingCertificate;
import dev.wstuning.operator.admission.WebhookRegistration;
import dev.wstuning.operator.fleet.Fleet;
import dev.wstuning.operator.fleet.FleetCaches;
import dev.wstuning.operator.fleet.FleetFactory;
import dev.wstuning.operator.management.HealthServer;
import dev.wstuning.operator.mutation.PodMutator;
import dev.wstuning.operator.node.NodeAgentDaemonSet;
import dev.wstuning.operator.reconciler.ReconcilerFactory;
import dev.wstuning.operator.reconciler.TuningCaches;
import dev.wstuning.operator.reconciler.TuningReconciler;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the operator together and runs it. */
public final class OperatorMain {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  /** Endpoints of a replica that ends stay in use for a moment; it goes on serving meanwhile. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final OperatorConfig config;
  private final Leadership leadership = new Leadership();
  private volatile boolean started;
  private volatile boolean ending;

  private OperatorMain(OperatorConfig config) {
    this.config = config;
  }

  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--warm-up")) {
      WarmUp.run();
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
    Clock clock = Clock.systemUTC();
    KubernetesClient client = new KubernetesClientBuilder().build();
    KubernetesClient impatient = withoutRetries(client);
    FleetCaches fleetCaches = new FleetCaches();
    TuningCaches caches = new TuningCaches(client, minorVersion(client), fleetCaches::agentRuns);

    AuthorityStore authority = new AuthorityStore(client, config.namespace(), clock);
    ServingCertificate certificate =
        new ServingCertificate(OperatorConfig.WEBHOOK_SERVICE, config.namespace(), clock);
    WebhookRegistration registration =
        new WebhookRegistration(impatient, config.namespace(), OperatorConfig.WEBHOOK_SERVICE);
    SelfTest selfTest =
        new SelfTest(impatient, config.namespace(), authority, registration, caches::requestAll);
    AdmissionServer webhook =
        new AdmissionServer(
            config.webhookPort(),
            certificate,
            new PodAdmission(caches, new PodMutator(config.tunerImage())));

    Operator operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .withLeaderElectionConfiguration(
                        LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration("wstuning")
                            .withLeaseNamespace(config.namespace())
                            .withIdentity(config.instance())
                            .withLeaderCallbacks(leadership.callbacks(this::endUnlessEnding))
                            .withExitOnStopLeading(false)
                            .build()));
    TuningReconciler reconciler =
        new ReconcilerFactory(
                impatient,
                clock,
                config.tunerImage(),
                config.namespace(),
                config.instance(),
                config.observersPerSecond())
            .create(caches, registration, authority, selfTest);
    operator.register(reconciler);
    FleetFactory fleets =
        new FleetFactory(
            impatient,
            clock,
            new NodeAgentDaemonSet(config.nodeAgentImage(), config.nriSocket(), false),
            config.instance());
    Fleet fleet = fleets.fleet(fleetCaches);
    operator.register(fleets.reconciler(fleetCaches, fleet));

    HealthServer health =
        new HealthServer(
            config.healthPort(), () -> unhealthy(operator), () -> unready(certificate));
    health.start();
    authority.follow(
        a -> {
          certificate.renew(a);
          caches.requestAll();
        });
    operator.start();
    AdmissionHandler.exercise();
    webhook.start();
    Duties duties =
        new Duties(
            leadership, authority, certificate, selfTest, registration, caches, reconciler, fleet);
    duties.start();
    started = true;
    LOG.info("msg=\"started\" namespace={} replica={}", config.namespace(), config.instance());

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending = true;
                  LOG.info("msg=\"ending\"");
                  duties.close();
                  operator.stop();
                  pause(DRAIN);
                  webhook.close();
                  authority.close();
                  health.close();
                  client.close();
                },
                "shutdown"));
  }

  /** A replica that lost the lease while running starts afresh: its caches may be cut off. */
  private void endUnlessEnding() {
    if (!ending) {
      new Thread(() -> System.exit(3), "lease-lost").start();
    }
  }

  private Optional<String> unhealthy(Operator operator) {
    return !started || operator.getRuntimeInfo().allEventSourcesAreHealthy()
        ? Optional.empty()
        : Optional.of("an informer does not work: see the log");
  }

  private Optional<String> unready(ServingCertificate certificate) {
    if (ending) {
      return Optional.of("ending");
    }
    if (!started) {
      return Optional.of("caches are not filled yet");
    }
    return certificate.present()
        ? Optional.empty()
        : Optional.of("no certificate yet: the leader makes the authority");
  }

  /**
   * The client repeats what ends with 429 or 5xx for most of a minute, in the middle of a
   * reconciliation; for that the framework has retries of its own.
   */
  private static KubernetesClient withoutRetries(KubernetesClient client) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(client.getConfiguration()).withRequestRetryBackoffLimit(0).build())
        .build();
  }

  /** The y of 1.y; some vendors write it as "y+". */
  private static int minorVersion(KubernetesClient client) {
    return Integer.parseInt(client.getKubernetesVersion().getMinor().replaceAll("\\D.*", ""));
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
