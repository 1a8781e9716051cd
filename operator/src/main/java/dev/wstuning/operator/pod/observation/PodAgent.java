package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether the agent of a node tunes pods.
 *
 * @param offered whether a node tuning allows it
 * @param serving whether it does so now
 * @param message why it does not; empty if it does, or if it does not report why
 * @param since since when the operator knows that it does; empty if it does not
 */
public record PodAgent(
    boolean offered, boolean serving, Optional<String> message, Optional<Instant> since) {

  /** No node tuning allows it. */
  public static final PodAgent NONE =
      new PodAgent(false, false, Optional.empty(), Optional.empty());

  static PodAgent of(WebSocketNodeState node) {
    boolean offered = node.getSpec() != null && node.getSpec().pods() != null;
    Optional<PodServing> told =
        Optional.ofNullable(node.getStatus()).map(WebSocketNodeStateStatus::pods);
    return offered
        ? new PodAgent(
            true,
            told.filter(PodServing::isServing).isPresent(),
            told.map(PodServing::message),
            NodeConditions.since(node, NodeConditions.SERVING_PODS))
        : NONE;
  }

  /** Whether the agent reports that it tunes pods, be its pod ready or not. */
  public static boolean reportsServing(WebSocketNodeState node) {
    return of(node).serving();
  }

  /** What of a node's orders matters here. */
  static WebSocketNodeStateSpec trimmed(WebSocketNodeStateSpec spec) {
    return spec == null || spec.pods() == null
        ? null
        : new WebSocketNodeStateSpec(List.of(), null, spec.pods());
  }

  /** The same if its pod is not ready: its last report does not hold any more. */
  PodAgent gone(String why) {
    return new PodAgent(offered, false, Optional.of(why), Optional.empty());
  }

  /** Why it tunes no pods, in words about a pod of its node. */
  public String whyNot() {
    return offered
        ? message.orElse("its node agent does not tune pods")
        : "no WebSocketNodeTuning with pods: Allowed selects the node";
  }
}
