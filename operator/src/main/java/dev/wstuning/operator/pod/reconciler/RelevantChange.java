package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/** Passes changes of the spec and of annotations, not those of the status, which are our own. */
public final class RelevantChange implements OnUpdateFilter<WebSocketTuning> {

  @Override
  public boolean accept(WebSocketTuning after, WebSocketTuning before) {
    return !Objects.equals(
            after.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            after.getMetadata().getAnnotations(), before.getMetadata().getAnnotations())
        || !Objects.equals(after.getMetadata().getUid(), before.getMetadata().getUid());
  }
}
