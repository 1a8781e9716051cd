package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The plans of namespaces. If agents tune the pods of one of its tunings, they must know all
 * others, too, to decide whose a pod is. A plan is made once for a spec.
 */
final class NamespacePlans {

  static final Map<String, String> LABELS = Map.of("app.kubernetes.io/managed-by", "wstuning");

  private static final Comparator<HasMetadata> OLDEST_FIRST =
      Comparator.comparing((HasMetadata t) -> t.getMetadata().getCreationTimestamp())
          .thenComparing(t -> t.getMetadata().getName());

  private final Map<Known, WebSocketPodPlan> known = new HashMap<>();

  /** What a plan is made of: the same spec gives the same plan. */
  private record Known(String uid, Long generation) {

    static Known of(WebSocketTuning tuning) {
      return new Known(tuning.getMetadata().getUid(), tuning.getMetadata().getGeneration());
    }
  }

  /** Forgets all tunings but these. */
  void retain(Collection<WebSocketTuning> tunings) {
    known.keySet().retainAll(tunings.stream().map(Known::of).collect(Collectors.toSet()));
  }

  /**
   * Those that the namespace should have, in the order in which they must be written: no agent may
   * know a tuning without the older ones that own some of its pods.
   *
   * @param tunings all of one namespace
   */
  List<WebSocketPodPlan> of(Collection<WebSocketTuning> tunings) {
    return tunings.stream().anyMatch(t -> t.getSpec().viaOrDefault() == Via.NodeAgent)
        ? tunings.stream()
            .filter(t -> !t.getSpec().selector().isNothing())
            .sorted(OLDEST_FIRST)
            .map(t -> known.computeIfAbsent(Known.of(t), k -> plan(t)))
            .toList()
        : List.of();
  }

  private static WebSocketPodPlan plan(WebSocketTuning tuning) {
    WebSocketPodPlan plan = new WebSocketPodPlan();
    plan.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(tuning.getMetadata().getNamespace())
            .withName(tuning.getMetadata().getName())
            .withLabels(LABELS)
            .withOwnerReferences(owner(tuning))
            .build());
    plan.setSpec(asReadBack(NodePlan.of(tuning)));
    return plan;
  }

  /**
   * Empty parts are not written. Without this, the plan would never equal the one that there is.
   */
  private static WebSocketPodPlanSpec asReadBack(WebSocketPodPlanSpec spec) {
    return Serialization.unmarshal(Serialization.asJson(spec), WebSocketPodPlanSpec.class);
  }

  private static OwnerReference owner(WebSocketTuning tuning) {
    return new OwnerReferenceBuilder()
        .withApiVersion(tuning.getApiVersion())
        .withKind(tuning.getKind())
        .withName(tuning.getMetadata().getName())
        .withUid(tuning.getMetadata().getUid())
        .withController(true)
        .build();
  }

  /** Whether an object is what it should be, so that nothing needs to be written. */
  static boolean alike(WebSocketPodPlan wanted, WebSocketPodPlan present) {
    WebSocketPodPlanSpec spec = present.getSpec();
    return wanted.getSpec().equals(spec)
        && present.notUnderstood().nothing()
        && uids(wanted).equals(uids(present))
        && Objects.requireNonNullElse(present.getMetadata().getLabels(), Map.<String, String>of())
            .entrySet()
            .containsAll(LABELS.entrySet());
  }

  private static List<String> uids(WebSocketPodPlan plan) {
    return plan.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList();
  }
}
