package dev.wstuning.operator.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.observer.Observer;
import dev.wstuning.operator.selection.LabelSelection;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.selection.Ownership;
import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.verdict.Desired;
import dev.wstuning.operator.verdict.ObservedPod;
import dev.wstuning.operator.verdict.ObservedPod.Coverage;
import dev.wstuning.operator.verdict.ObservedPod.Life;
import dev.wstuning.operator.verdict.ObservedPod.Observation;
import dev.wstuning.operator.verdict.PodAssessment;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what is known of the pods that a tuning selects, and who owns them. */
final class Gatherer {

  private final TuningCaches caches;
  private final Observer observer;
  private final String tunerImage;

  Gatherer(TuningCaches caches, Observer observer, String tunerImage) {
    this.caches = caches;
    this.observer = observer;
    this.tunerImage = tunerImage;
  }

  /**
   * @param pods those that the tuning owns
   * @param ownedByOther how many selected pods an older tuning owns, by its name
   * @param contendedBy how many of {@code pods} a newer tuning selects too, by its name
   * @param again when to look again although nothing happened
   */
  record Gathered(
      List<ObservedPod> pods,
      Map<String, Integer> ownedByOther,
      Map<String, Integer> contendedBy,
      Optional<Duration> again) {}

  Gathered gather(
      WebSocketTuning tuning, List<Pod> selected, Desired desired, Optional<Instant> since) {
    List<WebSocketTuning> siblings = caches.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    List<ObservedPod> pods = new ArrayList<>();
    Map<String, Integer> ownedByOther = new HashMap<>();
    Map<String, Integer> contendedBy = new HashMap<>();
    Optional<Duration> again = Optional.empty();
    for (Pod pod : selected) {
      PodFacts facts = PodFacts.of(pod, tunerImage);
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
          .filter(t -> LabelSelection.matches(t.getSpec().selector(), facts.labels()))
          .forEach(t -> contendedBy.merge(t.getMetadata().getName(), 1, Integer::sum));
      Observer.Look look = look(tuning, facts, desired);
      again = earlier(again, look.again());
      pods.add(
          new ObservedPod(
              facts,
              PodAssessment.life(facts, desired.container()),
              PodAssessment.coverage(facts, desired.plan(), since),
              PodAssessment.boot(facts),
              look.observation()));
    }
    return new Gathered(pods, ownedByOther, contendedBy, again);
  }

  private Observer.Look look(WebSocketTuning tuning, PodFacts facts, Desired desired) {
    boolean excluded =
        PodAssessment.coverage(facts, desired.plan(), Optional.empty()) == Coverage.SKIPPED;
    if (excluded || PodAssessment.life(facts, desired.container()) != Life.RUNNING) {
      return new Observer.Look(
          new Observation.Awaited("the server does not run"), Optional.empty());
    }
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    String request = annotations == null ? "" : annotations.getOrDefault(Markers.OBSERVE, "");
    return observer.look(facts, desired.container(), desired.ports(), request);
  }

  /** How many selected pods an older tuning owns. */
  int ownedByOthers(WebSocketTuning tuning, List<Pod> selected) {
    List<WebSocketTuning> siblings = caches.inNamespace(tuning.getMetadata().getNamespace());
    return (int)
        selected.stream()
            .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
            .map(p -> PodFacts.of(p, tunerImage).labels())
            .map(labels -> Ownership.winner(labels, siblings))
            .flatMap(Optional::stream)
            .filter(w -> !w.getMetadata().getName().equals(tuning.getMetadata().getName()))
            .count();
  }

  /** The earlier of two moments to look again. */
  static Optional<Duration> earlier(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() ? b : b.isEmpty() || a.get().compareTo(b.get()) <= 0 ? a : b;
  }
}
