package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.Admissions;
import dev.wstuning.e2e.support.Creations;
import dev.wstuning.e2e.support.FakeNodes;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ReferencePod;
import dev.wstuning.e2e.support.ReferencePod.Outcome;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Ten real pods each second, on fake nodes: every fifth in a namespace whose tuning rejects pods
 * that would start untuned. One that is tuned lives for half a minute; the others stay, so that the
 * status has to count them.
 */
final class SoakPods implements AutoCloseable {

  private static final Duration LIFE = Duration.ofSeconds(30);
  private static final int REJECTED_EACH = 5;

  private final BigCluster big;
  private final String start;
  private final String reject;
  private final ReferencePod whole;
  private final ReferencePod wholeOfReject;
  private final Creations creations;
  private final ScheduledExecutorService deletions = Executors.newScheduledThreadPool(4);
  private final AtomicInteger count = new AtomicInteger();
  private final List<Creations.Creation> all = new ArrayList<>();
  private final List<Instant> kills = new ArrayList<>();
  private boolean counted;

  SoakPods(BigCluster big) {
    this.big = big;
    Installation cluster = big.cluster();
    this.start = cluster.namespace("soak");
    this.reject = cluster.namespace("soak-reject");
    this.whole = ReferencePod.in(cluster, start);
    this.wholeOfReject = ReferencePod.in(cluster, reject, "onFailure: {operatorDown: Reject}\n");
    this.creations = Creations.inBursts(this::create);
  }

  private Pod create() {
    int number = count.getAndIncrement();
    boolean rejects = number % REJECTED_EACH == 0;
    Pod pod =
        ReferencePod.createOn(
            big.cluster(), rejects ? reject : start, FakeNodes.name(number, BigCluster.NODES));
    if ((rejects ? wholeOfReject : whole).outcome(pod) == Outcome.WHOLE) {
      deletions.schedule(() -> delete(pod), LIFE.toSeconds(), TimeUnit.SECONDS);
    }
    return pod;
  }

  /** One that cannot be deleted goes with its namespace. */
  private void delete(Pod pod) {
    try {
      big.cluster().client().pods().resource(pod).delete();
    } catch (KubernetesClientException e) {
      // The API server is away at times.
    }
  }

  /** Creates no more, and waits until the status counts those that were missed. */
  void stop() {
    all.addAll(creations.stop());
    int missed = Math.toIntExact(start().count(Outcome.UNTUNED));
    Tunings.awaitStatus(
        big.cluster(),
        start,
        ReferencePod.TUNING,
        "%d pods counted as missed".formatted(missed),
        t -> t.getStatus().pods().missed() == missed);
    counted = true;
  }

  /** What became of the pods whose tuning lets them start untuned. */
  Admissions start() {
    return new Admissions(whole, of(start));
  }

  /** The same where they are rejected. */
  Admissions reject() {
    return new Admissions(wholeOfReject, of(reject));
  }

  private List<Creations.Creation> of(String namespace) {
    return all.stream()
        .filter(
            c -> c.pod().filter(p -> p.getMetadata().getNamespace().equals(namespace)).isPresent())
        .toList();
  }

  boolean counted() {
    return counted;
  }

  /**
   * What must not be: each group of pods that are alike in words.
   *
   * @param kills when a replica was killed
   * @param missing for how long pods may be missed then
   */
  List<String> problems(List<Instant> kills, Duration missing) {
    this.kills.addAll(kills);
    return Stream.of(
            reject().unlike(Outcome.WHOLE),
            start().unlike(Outcome.WHOLE, Outcome.UNTUNED),
            missed()
                .filter(creation -> sinceKill(creation).compareTo(missing) > 0)
                .map(creation -> "missed at %s".formatted(creation.at()))
                .toList())
        .flatMap(List::stream)
        .toList();
  }

  /** How long after a kill the last pod was missed. */
  String latestMiss() {
    return missed()
        .map(this::sinceKill)
        .max(Duration::compareTo)
        .map(longest -> "%.1f s".formatted(Seconds.of(longest)))
        .orElse("never");
  }

  private Stream<Creations.Creation> missed() {
    return start().creations().stream()
        .filter(c -> whole.outcome(c.pod().orElseThrow()) == Outcome.UNTUNED);
  }

  /** None at all, if the request was under way then. */
  private Duration sinceKill(Creations.Creation creation) {
    return kills.stream()
        .filter(kill -> !kill.isAfter(creation.ended()))
        .map(kill -> Duration.between(kill, creation.at()))
        .map(time -> time.isNegative() ? Duration.ZERO : time)
        .min(Duration::compareTo)
        .orElse(Duration.ofDays(1));
  }

  @Override
  public void close() {
    creations.close();
    deletions.shutdownNow();
    big.cluster().delete(start);
    big.cluster().delete(reject);
  }
}
