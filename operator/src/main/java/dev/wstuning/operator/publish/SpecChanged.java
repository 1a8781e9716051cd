package dev.wstuning.operator.publish;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import java.util.Objects;

/** Passes changes of the spec, not those of the status, which are our own. */
public final class SpecChanged<R extends HasMetadata> implements OnUpdateFilter<R> {

  @Override
  public boolean accept(R after, R before) {
    return !Objects.equals(
            after.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(after.getMetadata().getUid(), before.getMetadata().getUid());
  }
}
