package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Objects;
import java.util.Optional;

/** Which changes of an object make no difference. */
final class Likeness {

  private Likeness() {}

  /** Whether only the status changed. */
  static boolean butStatus(HasMetadata after, HasMetadata before) {
    ObjectMeta now = after.getMetadata();
    ObjectMeta then = before.getMetadata();
    return Objects.equals(now.getUid(), then.getUid())
        && Objects.equals(now.getGeneration(), then.getGeneration());
  }

  /** Whether only the conditions changed, which the operator itself writes. */
  static boolean butConditions(WebSocketNodeState after, WebSocketNodeState before) {
    ObjectMeta now = after.getMetadata();
    ObjectMeta then = before.getMetadata();
    return butStatus(after, before)
        && Objects.equals(now.getAnnotations(), then.getAnnotations())
        && Objects.equals(now.getOwnerReferences(), then.getOwnerReferences())
        && report(after).equals(report(before));
  }

  private static Optional<WebSocketNodeStateStatus> report(WebSocketNodeState object) {
    return Optional.ofNullable(object.getStatus()).map(WebSocketNodeStateStatus::report);
  }
}
