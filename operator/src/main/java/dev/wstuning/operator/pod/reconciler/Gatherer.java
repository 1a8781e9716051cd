package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodClassifier;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.Ownership;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.selector.LabelSelectors;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Collects what is known of the pods that a tuning selects, and who owns them. */
final class Gatherer {

  private final TuningInformers informers;
  private final PodReader reader;
  private final Observer observer;
  private final ServerLog serverLog;

  Gatherer(TuningInformers informers, PodReader reader, Observer observer, ServerLog serverLog) {
    this.informers = informers;
    this.reader = reader;
    this.observer = observer;
    this.serverLog = serverLog;
  }

  /**
   * Who owns the pods that a tuning selects.
   *
   * @param owned those that the tuning owns
   * @param ownedByOther how many selected pods an older tuning owns, by its name
   * @param contendedBy how many of {@code owned} a newer tuning selects too, by its name
   */
  record Owners(
      List<PodFacts> owned, Map<String, Integer> ownedByOther, Map<String, Integer> contendedBy) {

    int others() {
      return ownedByOther.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * @param again when to look again although nothing happened
   */
  record Gathered(List<ObservedPod> pods, Optional<Duration> again) {}

  Owners owners(WebSocketTuning tuning, List<Pod> selected) {
    List<WebSocketTuning> siblings = informers.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    List<PodFacts> owned = new ArrayList<>();
    Map<String, Integer> ownedByOther = new HashMap<>();
    Map<String, Integer> contendedBy = new HashMap<>();
    for (Pod pod : selected) {
      PodFacts facts = reader.facts(pod);
      if (facts.deleting()) {
        continue;
      }
      Optional<String> winner =
          Ownership.winner(facts.labels(), siblings).map(t -> t.getMetadata().getName());
      if (winner.isPresent() && !winner.get().equals(name)) {
        ownedByOther.merge(winner.get(), 1, Integer::sum);
        continue;
      }
      siblings.stream()
          .filter(t -> !t.getMetadata().getName().equals(name))
          .filter(t -> LabelSelectors.matches(t.getSpec().selector(), facts.labels()))
          .forEach(t -> contendedBy.merge(t.getMetadata().getName(), 1, Integer::sum));
      owned.add(facts);
    }
    return new Owners(owned, ownedByOther, contendedBy);
  }

  /** Those whose pods the tuning owns; they carry the labels of their pods. */
  List<ReplicaSet> owned(WebSocketTuning tuning, List<ReplicaSet> selected) {
    List<WebSocketTuning> siblings = informers.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    return selected.stream()
        .filter(
            r ->
                Ownership.winner(
                        Objects.requireNonNullElse(r.getMetadata().getLabels(), Map.of()), siblings)
                    .filter(winner -> !winner.getMetadata().getName().equals(name))
                    .isEmpty())
        .toList();
  }

  /** Forgets what is kept of all pods of a tuning but these. */
  void retain(String tuningUid, List<String> podUids) {
    observer.retain(tuningUid, podUids);
    serverLog.retain(tuningUid, podUids);
  }

  Gathered gather(
      WebSocketTuning tuning,
      List<PodFacts> owned,
      Expectation expectation,
      Optional<Instant> since) {
    String uid = tuning.getMetadata().getUid();
    ObserveCommand command = command(tuning, expectation);
    List<ObservedPod> pods = new ArrayList<>();
    Optional<Duration> again = Optional.empty();
    for (PodFacts facts : owned) {
      Life life = PodClassifier.life(facts, expectation.container());
      Observer.Look look = look(uid, facts, life, expectation, command);
      ServerLog.Reading log = read(uid, facts, look.observation(), expectation, command);
      again = earlier(again, look.again());
      again = earlier(again, log.again());
      pods.add(
          new ObservedPod(
              facts,
              life,
              coverage(facts, expectation, since),
              reader.boot(facts),
              look.observation(),
              facts.node().flatMap(informers::node),
              log.logged()));
    }
    return new Gathered(pods, again);
  }

  /** Where it is not known what is asked for, it is not known either that a pod lacks it. */
  private static Coverage coverage(
      PodFacts facts, Expectation expectation, Optional<Instant> since) {
    return expectation.readable() || facts.exclusion().isPresent()
        ? PodClassifier.coverage(facts, expectation.in(facts).plan(), since)
        : Coverage.CURRENT;
  }

  private ServerLog.Reading read(
      String tuningUid,
      PodFacts facts,
      Observation observation,
      Expectation expectation,
      ObserveCommand command) {
    Optional<String> container =
        expectation.serverLog() && observation.reported().isPresent()
            ? facts.serverContainer(expectation.container())
            : Optional.empty();
    return container
        .map(name -> serverLog.of(tuningUid, facts, name, command))
        .orElseGet(() -> new ServerLog.Reading(Optional.empty(), Optional.empty()));
  }

  private Observer.Look look(
      String tuningUid,
      PodFacts facts,
      Life life,
      Expectation expectation,
      ObserveCommand command) {
    if (facts.exclusion().isPresent() || life != Life.RUNNING) {
      return new Observer.Look(
          new Observation.Pending("the server does not run"), Optional.empty());
    }
    return observer.look(tuningUid, facts, expectation.container(), command);
  }

  private static ObserveCommand command(WebSocketTuning tuning, Expectation expectation) {
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    String request = annotations == null ? "" : annotations.getOrDefault(Markers.OBSERVE, "");
    return new ObserveCommand(expectation.ports(), expectation.probe(), request);
  }

  /** The earlier of two moments to look again. */
  static Optional<Duration> earlier(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() ? b : b.isEmpty() || a.get().compareTo(b.get()) <= 0 ? a : b;
  }
}
