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

  Owners owners(WebSocketTuning tuning, List<PodRecord> selected) {
    List<WebSocketTuning> siblings = tunings.inNamespace(tuning.getMetadata().getNamespace());
    String name = tuning.getMetadata().getName();
    List<PodRecord> owned = new ArrayList<>();
    Map<String, Integer> ownedByOther = new HashMap<>();
    Map<String, Integer> contendedBy = new HashMap<>();
    for (PodRecord pod : selected) {
      PodFacts facts = pod.facts();
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
      owned.add(pod);
    }
    return new Owners(owned, new Rivals(ownedByOther, contendedBy));
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
