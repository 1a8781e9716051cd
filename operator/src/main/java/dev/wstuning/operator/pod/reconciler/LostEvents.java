package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.controller.ControllerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;

/**
 * Repeats events that the framework loses: a creation that arrives while it reconciles the deletion
 * of another tuning with the same name, and a deletion that arrives, with another event, during a
 * reconciliation that fails.
 */
final class LostEvents {

  private volatile ControllerEventSource<WebSocketTuning> primaries;

  /** Remembers the source of primary events, which is to be had in a reconciliation only. */
  void follow(ControllerEventSource<WebSocketTuning> source) {
    primaries = source;
  }

  /**
   * @param tunings those that there are
   * @param known those that were reconciled
   */
  void repeat(IndexerResourceCache<WebSocketTuning> tunings, ReconciledTunings known) {
    ControllerEventSource<WebSocketTuning> source = primaries;
    if (source == null) {
      return;
    }
    tunings
        .list(t -> !known.isCurrent(t))
        .forEach(t -> source.eventReceived(ResourceAction.ADDED, t, null, null));
    known
        .without(id -> tunings.get(id).isPresent())
        .forEach(
            id ->
                known
                    .uid(id)
                    .ifPresent(
                        uid ->
                            source.eventReceived(
                                ResourceAction.DELETED, gone(id, uid), null, true)));
  }

  private static WebSocketTuning gone(ResourceID id, String uid) {
    WebSocketTuning gone = new WebSocketTuning();
    gone.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(id.getNamespace().orElseThrow())
            .withName(id.getName())
            .withUid(uid)
            .build());
    return gone;
  }
}
