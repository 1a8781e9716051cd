package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.publish.SpecChanged;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/** Passes changes of the spec, and of annotations, by which users request something. */
public final class SpecOrRequestChanged implements OnUpdateFilter<WebSocketTuning> {

  private final SpecChanged<WebSocketTuning> spec = new SpecChanged<>();

  @Override
  public boolean accept(WebSocketTuning after, WebSocketTuning before) {
    return spec.accept(after, before)
        || !Objects.equals(
            after.getMetadata().getAnnotations(), before.getMetadata().getAnnotations());
  }
}
