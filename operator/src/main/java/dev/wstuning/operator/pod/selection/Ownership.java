package dev.wstuning.operator.pod.selection;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.selector.LabelSelectors;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Who owns a pod that several tunings select: the oldest, so that a newcomer changes nothing. */
public final class Ownership {

  private static final Comparator<WebSocketTuning> OLDEST_FIRST =
      Comparator.comparing((WebSocketTuning t) -> t.getMetadata().getCreationTimestamp())
          .thenComparing(t -> t.getMetadata().getName());

  private Ownership() {}

  /**
   * The tuning that owns a pod with these labels.
   *
   * @param tunings the tunings of the pod's namespace, in any order
   */
  public static Optional<WebSocketTuning> winner(
      Map<String, String> labels, Collection<WebSocketTuning> tunings) {
    return tunings.stream()
        .filter(t -> LabelSelectors.matches(t.getSpec().selector(), labels))
        .min(OLDEST_FIRST);
  }
}
