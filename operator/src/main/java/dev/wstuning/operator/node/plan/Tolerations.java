package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Toleration;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.TolerationOperator;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Whether taints keep a node from being selected, with the meaning that they have for pods. */
final class Tolerations {

  private static final Set<String> REPELLING_EFFECTS = Set.of("NoSchedule", "NoExecute");

  /**
   * The taints that Kubernetes sets because of the node's condition or because it is cordoned. They
   * come and go, and a node must keep its settings in the meantime.
   */
  private static final String CONDITION_TAINT_PREFIX = "node.kubernetes.io/";

  private Tolerations() {}

  static boolean of(List<Toleration> tolerations, List<Taint> taints) {
    return taints.stream()
        .filter(t -> REPELLING_EFFECTS.stream().anyMatch(e -> e.equals(t.getEffect())))
        .filter(t -> !t.getKey().startsWith(CONDITION_TAINT_PREFIX))
        .allMatch(taint -> tolerations.stream().anyMatch(t -> tolerates(t, taint)));
  }

  private static boolean tolerates(Toleration toleration, Taint taint) {
    boolean effect =
        toleration.effect() == null || toleration.effect().name().equals(taint.getEffect());
    boolean key = toleration.key() == null || toleration.key().equals(taint.getKey());
    boolean value =
        toleration.operatorOrDefault() == TolerationOperator.Exists
            || Objects.requireNonNullElse(toleration.value(), "")
                .equals(Objects.requireNonNullElse(taint.getValue(), ""));
    return effect && key && value;
  }
}
