package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/** Passes changes of the spec, not those of the status, which are our own. */
public final class RelevantNodeChange implements OnUpdateFilter<WebSocketNodeTuning> {

  @Override
  public boolean accept(WebSocketNodeTuning after, WebSocketNodeTuning before) {
    return !Objects.equals(
            after.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(after.getMetadata().getUid(), before.getMetadata().getUid());
  }
}
