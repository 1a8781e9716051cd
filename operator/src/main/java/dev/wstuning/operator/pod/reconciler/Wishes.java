package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.plan.PlanContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the pods of each tuning are measured against, planned once for a spec in a namespace. */
final class Wishes {

  /** By the uid of the tuning. */
  private final Map<String, Planned> planned = new ConcurrentHashMap<>();

  /**
   * @param generation of the spec
   */
  private record Planned(long generation, PlanContext context, Expectations expectations) {}

  Expectations of(WebSocketTuning tuning, PlanContext context) {
    return planned
        .compute(
            tuning.getMetadata().getUid(),
            (uid, before) ->
                before != null
                        && before.generation() == tuning.getMetadata().getGeneration()
                        && before.context().equals(context)
                    ? before
                    : new Planned(
                        tuning.getMetadata().getGeneration(),
                        context,
                        Expectations.of(tuning, context)))
        .expectations();
  }

  void forget(String tuningUid) {
    planned.remove(tuningUid);
  }
}
