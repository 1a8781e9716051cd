package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import dev.wstuning.e2e.support.Parallel;
import dev.wstuning.e2e.support.ProcessTime;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Five thousand pods of one tuning are replaced by others. */
final class Roll implements Part {

  private static final int DEPLOYMENTS = 20;
  private static final int PODS_EACH = 250 * BigCluster.PERCENT / 100;
  private static final int PODS = DEPLOYMENTS * PODS_EACH;
  private static final Duration WINDOW = Duration.ofSeconds(5);

  private final BigCluster big;
  private final Fleet fleet;

  Roll(BigCluster big) {
    this.big = big;
    this.fleet = new Fleet(big.cluster(), "roll", 1, BigCluster.NODES);
  }

  @Override
  public String name() {
    return "roll";
  }

  @Override
  public List<Line> measure() {
    FakeNodes.start(BigCluster.NODES);
    fleet.settle();
    fleet.tune(Duration.ZERO);
    String namespace = fleet.namespaces().get(0);
    big.cluster().awaitInjection(namespace, Fleet.TUNING, true);
    IntStream.range(0, DEPLOYMENTS)
        .forEach(i -> fleet.deploy(namespace, "server-" + i, PODS_EACH, i));
    fleet.awaitReady(PODS);
    fleet.replaceMissed(PODS);
    try (Statuses statuses = new Statuses(big.cluster())) {
      statuses.await(
          "that knows all pods, and is ready",
          1,
          BigCluster.PATIENCE,
          s ->
              fleet.owns(s)
                  && s.isReady()
                  && s.pods().filter(p -> p.running() == PODS).isPresent());
      return List.of(roll(statuses));
    } finally {
      fleet.delete();
    }
  }

  private Line roll(Statuses statuses) {
    AuditLog log = AuditLog.fromNow();
    Instant start = Instant.now();
    Duration operator = ProcessTime.ofTheOperator(big.cluster().client());
    Duration server = ProcessTime.ofProgram("kube-apiserver");
    Parallel.forEach(fleet.deployments(), this::replacePods);
    fleet.awaitReady(PODS);
    Duration took = Duration.between(start, Instant.now());
    Installation.pause(WINDOW.multipliedBy(2));
    operator = ProcessTime.ofTheOperator(big.cluster().client()).minus(operator);
    server = ProcessTime.ofProgram("kube-apiserver").minus(server);
    List<Instant> writes =
        log.changesByTheOperator().stream()
            .filter(w -> w.uri().contains("/namespaces/roll-1/websockettunings/"))
            .map(AuditLog.Write::at)
            .toList();
    List<State> seen = statuses.since(start).stream().filter(fleet::owns).toList();
    long flips = seen.stream().filter(s -> !s.isReady()).count();
    seen.stream().filter(s -> !s.isReady()).limit(5).forEach(System.out::println);
    long most = most(writes);
    for (int i = 1; i < writes.size(); i++) {
      if (writes.get(i).isBefore(writes.get(i - 1).plus(WINDOW).minusMillis(100))) {
        show("written soon after another", seen, writes.get(i - 1), writes.get(i));
      }
    }
    int restarts = Operator.unexplainedRestarts().count();
    return new Line(
        "5,000 pods of one tuning roll, the tuning unchanged",
        "at most 1 status write in 5 s; Ready never flips",
        "",
        String.format(
            Locale.ROOT,
            "%d writes in %.0f s, at most %d in 5 s; %d statuses that were not ready; the operator"
                + " used %.2f of the API server's processor time (%.0f of %.0f s); %d restarts",
            writes.size(),
            Seconds.of(took),
            most,
            flips,
            Seconds.of(operator) / Seconds.of(server),
            Seconds.of(operator),
            Seconds.of(server),
            restarts),
        most <= 1 && flips == 0 && restarts == 0);
  }

  private static void show(String what, List<State> seen, Instant from, Instant to) {
    seen.stream()
        .filter(s -> !s.at().isBefore(from) && s.at().isBefore(to.plusSeconds(1)))
        .forEach(s -> System.out.printf("%s: %s%n", what, s));
  }

  /** The most that any five seconds had; a tenth of a second is the request's own. */
  private static long most(List<Instant> writes) {
    return writes.stream()
        .mapToLong(
            first ->
                writes.stream()
                    .filter(w -> !w.isBefore(first))
                    .filter(w -> w.isBefore(first.plus(WINDOW).minusMillis(100)))
                    .count())
        .max()
        .orElse(0);
  }

  private void replacePods(Deployment deployment) {
    big.cluster().client().apps().deployments().resource(deployment).rolling().restart();
  }
}
