package dev.wstuning.operator.pod.nodeplan;

import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import java.util.Collection;
import java.util.Optional;

/** The plans that there are in the cluster, and how they are written. */
interface Plans {

  /** Those that were there a moment ago; empty until all of them were read once. */
  Optional<Collection<WebSocketPodPlan>> list();

  void apply(WebSocketPodPlan plan);

  void delete(WebSocketPodPlan plan);
}
