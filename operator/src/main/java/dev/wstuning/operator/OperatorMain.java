package dev.wstuning.operator;

import dev.wstuning.operator.management.HealthServer;
import dev.wstuning.operator.management.Liveness;
import dev.wstuning.operator.management.SpareHeap;
import dev.wstuning.operator.pod.suspension.HeldLease;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the operator together and runs it. */
public final class OperatorMain {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

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
    if (arguments.length > 0 && arguments[0].equals(ImportCommand.NAME)) {
      System.exit(
          ImportCommand.ofProcess().run(Arrays.asList(arguments).subList(1, arguments.length)));
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
    AdmissionPlane plane = AdmissionPlane.of(config, clients, clock, minor, shutdown);
    Restarting<Controllers> controllers =
        new Restarting<>(
            "controllers",
            failure -> new Controllers(config, clients, clock, plane, metrics, failure),
            Restarting.USUAL,
            System::nanoTime);
    CacheWatch caches =
        new CacheWatch(
            () ->
                CacheWatch.both(
                    plane.watching(),
                    controllers.current().map(Controllers::watching).orElse(Map.of())),
            System::nanoTime);
    metrics.caches(caches);
    metrics.certificates(plane.certificate()::expires, plane.authority()::expires);
    metrics.controllers(() -> controllers.current().filter(Controllers::running).isPresent());
    metrics.leader(() -> controllers.current().filter(Controllers::holdsLease).isPresent());
    metrics.tunings(() -> controllers.current().flatMap(Controllers::totals));
    metrics.agents(() -> controllers.current().flatMap(Controllers::agents));

    PeriodicTasks tasks = shutdown.closeLater(new PeriodicTasks());
    tasks.add(
        "renew certificate",
        Duration.ofSeconds(2),
        Duration.ofSeconds(30),
        () -> plane.certificate().renew(plane.authority()));
    tasks.add(
        "watch caches", Duration.ofSeconds(5), Duration.ofSeconds(5), caches::secondsNotWatching);
    tasks.add(
        "give spare heap back",
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        new SpareHeap()::giveBack);
    HeldLease held =
        new HeldLease(clients.impatient(), config.namespace(), config.instance(), plane.refusals());
    tasks.add(
        "look for refused pods",
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        () -> {
          plane.lookForPods(
              namespace -> controllers.current().filter(c -> c.knowsPods(namespace)).isPresent());
          held.write();
        });
    plane.serve(
        config,
        metrics.admissions(),
        () -> controllers.current().ifPresent(Controllers::requestTunings),
        readiness,
        liveness,
        shutdown);
    shutdown.closeLater(controllers).start();
    LOG.info("msg=\"started\" namespace={} replica={}", config.namespace(), config.instance());
  }
}
