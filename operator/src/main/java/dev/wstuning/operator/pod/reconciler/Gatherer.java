package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.rollout.RefusedReplicaSet;
import dev.wstuning.operator.pod.selection.Ownership;
import dev.wstuning.operator.pod.verdict.Rivals;
import dev.wstuning.operator.selector.LabelSelectors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects from caches which of the selected pods a tuning owns. */
final class Gatherer {

  private final TuningView tunings;

  Gatherer(TuningView tunings) {
    this.tunings = tunings;
  }

  /**
   * Which tunings own the pods that a tuning selects.
   *
   * @param owned those that the tuning owns
   */
  record Owners(List<PodRecord> owned, Rivals rivals) {}

  /**
   * Whose pods with certain labels are.
   *
   * @param winner the name of their owner; empty if no tuning selects them any more
   * @param others the names of other tunings than the one that asks, which select them, too
   */
  private record Claims(Optional<String> winner, List<String> others) {}

  Owners owners(WebSocketTuning tuning, List<PodRecord> selected) {
    List<WebSocketTuning> siblings = tunings.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    // Pods of one workload share their labels, and there may be hundreds of siblings.
    Map<Map<String, String>, Claims> known = new IdentityHashMap<>();
    List<PodRecord> owned = new ArrayList<>();
    Map<String, Integer> ownedByOther = new HashMap<>();
    Map<String, Integer> contendedBy = new HashMap<>();
    for (PodRecord pod : selected) {
      PodFacts facts = pod.facts();
      if (facts.deleting()) {
        continue;
      }
      Claims claims =
          known.computeIfAbsent(facts.labels(), labels -> claims(labels, siblings, name));
      if (claims.winner().isPresent() && !claims.winner().get().equals(name)) {
        ownedByOther.merge(claims.winner().get(), 1, Integer::sum);
        continue;
      }
      claims.others().forEach(other -> contendedBy.merge(other, 1, Integer::sum));
      owned.add(pod);
    }
    return new Owners(owned, new Rivals(ownedByOther, contendedBy));
  }

  private static Claims claims(
      Map<String, String> labels, List<WebSocketTuning> siblings, String name) {
    return new Claims(
        Ownership.winner(labels, siblings).map(t -> t.getMetadata().getName()),
        siblings.stream()
            .filter(t -> !t.getMetadata().getName().equals(name))
            .filter(t -> LabelSelectors.matches(t.getSpec().selector(), labels))
            .map(t -> t.getMetadata().getName())
            .toList());
  }

  /** Those whose pods the tuning owns; they carry the labels of their pods. */
  List<RefusedReplicaSet> owned(WebSocketTuning tuning, List<RefusedReplicaSet> selected) {
    List<WebSocketTuning> siblings = tunings.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    return selected.stream()
        .filter(
            r ->
                Ownership.winner(r.labels(), siblings)
                    .filter(winner -> !winner.getMetadata().getName().equals(name))
                    .isEmpty())
        .toList();
  }
}
