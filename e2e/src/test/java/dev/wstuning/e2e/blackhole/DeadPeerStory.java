package dev.wstuning.e2e.blackhole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs cases, all at once: each has a namespace, a server and two clients of its own. */
final class DeadPeerStory implements AutoCloseable {

  private static final Duration LOOK = Duration.ofMillis(200);

  /** Until an echo is acknowledged, which the other end may delay. */
  private static final Duration QUIET = Duration.ofMillis(300);

  private final Installation cluster = Installation.withOperator();
  private final Blackhole blackhole = new Blackhole();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final MeasuredTable measured = new MeasuredTable();
  private final String name;

  DeadPeerStory(String name) {
    this.name = name;
  }

  /** A test for each case. All cases run from now on, in parallel to the waits of the tests. */
  Stream<DynamicTest> tests(List<DeadPeerCase> cases) {
    Map<DeadPeerCase, CompletableFuture<Measurement>> running = new LinkedHashMap<>();
    for (DeadPeerCase dead : cases) {
      running.put(dead, CompletableFuture.supplyAsync(() -> run(dead), threads));
    }
    return running.entrySet().stream()
        .map(e -> dynamicTest(e.getKey().name(), () -> judge(e.getValue().join())));
  }

  private void judge(Measurement measurement) {
    measured.add(measurement);
    Duration predicted = measurement.of().predicted().after();
    Duration tolerance = DeadPeerTime.atMost(predicted).minus(predicted);
    assertThat(measurement.found())
        .as("%s, predicted %s", measurement.of().name(), predicted)
        .isBetween(predicted.minus(tolerance), predicted.plus(tolerance));
  }

  private Measurement run(DeadPeerCase dead) {
    String namespace = cluster.namespace(name);
    try {
      if (!dead.tuning().isEmpty()) {
        cluster.tune(
            namespace,
            "chat",
            "selector: {matchLabels: {app: %s}}\n%s"
                .formatted(dead.server().name(), dead.tuning()));
        cluster.awaitInjection(namespace, "chat", true);
      }
      Servers.deploy(
          cluster.client(), namespace, dead.server().name(), d -> configure(d, dead.server()));
      Pod pod = cluster.readyPod(namespace, dead.server().name());
      if (!dead.tuning().isEmpty()) {
        theStatusPredictsTheSame(dead, namespace);
      }
      return measure(dead, pod, Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT));
    } finally {
      cluster.delete(namespace);
    }
  }

  private void theStatusPredictsTheSame(DeadPeerCase dead, String namespace) {
    WebSocketTuning tuning =
        Tunings.awaitStatus(
            cluster,
            namespace,
            "chat",
            "pod observed",
            t -> t.getStatus().observationsOrEmpty().stream().anyMatch(o -> o.deadPeer() != null));
    DeadPeer told = tuning.getStatus().observations().get(0).deadPeer();
    assertThat(dead.server().pings() ? told.busySeconds() : told.idleSeconds())
        .as("%s: what the status predicts", dead.name())
        .isEqualTo(dead.toldByStatus() ? dead.predicted().seconds() : null);
  }

  private Measurement measure(DeadPeerCase dead, Pod pod, long serverPid) {
    try (Peer vanishing = Peer.connect(pod, serverPid);
        Peer returning = Peer.connect(pod, serverPid)) {
      returning.echo("hello");
      vanishing.echo("hello");
      long lastHeard = System.nanoTime();
      Installation.pause(QUIET);
      vanishing.vanish(blackhole);
      returning.vanish(blackhole);
      CompletableFuture<Void> returned =
          CompletableFuture.runAsync(() -> comeBack(returning, dead), threads);
      Measurement measurement = untilGone(vanishing, dead, lastHeard);
      returned.join();
      return measurement;
    }
  }

  private Measurement untilGone(Peer peer, DeadPeerCase dead, long lastHeard) {
    long vanished = System.nanoTime();
    long countedFrom = lastHeard;
    boolean unacknowledged = false;
    Duration limit = dead.foundAtMostAfter().plusSeconds(30);
    while (true) {
      ServerEnds.End end = peer.serverEnd();
      long now = System.nanoTime();
      if (!end.exists()) {
        return new Measurement(
            dead, Duration.ofNanos(now - countedFrom), Duration.ofNanos(now - vanished));
      }
      if (!unacknowledged && end.unacknowledged() > 0) {
        unacknowledged = true;
        countedFrom = now;
      }
      if (now - vanished > limit.toNanos()) {
        throw new AssertionError(
            "%s: predicted %s, still there after %s"
                .formatted(dead.name(), dead.predicted(), limit));
      }
      Installation.pause(LOOK);
    }
  }

  /** Is away, comes back, and says nothing before it would have been cut. */
  private void comeBack(Peer peer, DeadPeerCase dead) {
    Installation.pause(dead.absence());
    peer.comeBack(blackhole);
    Installation.pause(dead.foundAtMostAfter().minus(dead.absence()));
    assertThat(peer.serverEnd().exists())
        .as("%s: away for %s, and not cut", dead.name(), dead.absence())
        .isTrue();
    peer.echo("back");
  }

  private static void configure(Deployment deployment, DeadPeerCase.Server server) {
    Servers.setKeepalive(deployment, server.keepalive());
    deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
        .filter(e -> e.getName().equals("PING_SECONDS"))
        .forEach(e -> e.setValue(Integer.toString(server.pingSeconds())));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    blackhole.close();
    measured.publish();
  }
}
