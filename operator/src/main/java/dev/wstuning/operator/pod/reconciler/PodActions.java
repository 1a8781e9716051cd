package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.rollout.MissedGrants;
import dev.wstuning.operator.pod.rollout.Progress;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.suspension.Suspending;
import java.util.List;

/**
 * What is done to pods and workloads: those that are stuck, or missed a grant, are replaced, old
 * ones restarted.
 */
record PodActions(
    Suspending suspending, Evictions evictions, Restarter restarter, MissedGrants missedGrants) {

  /** Replaces pods that are stuck, and takes the next step of a restart. */
  Progress act(
      WebSocketTuning tuning,
      Expectations expectations,
      List<ObservedPod> pods,
      Suspending.Decision decision) {
    String uid = tuning.getMetadata().getUid();
    List<Intent> announced = announced(tuning);
    Progress replaced =
        evictions.replace(decision.replace(), announced, pod -> suspending.replaced(uid, pod));
    boolean restarts =
        expectations.plain().plan().injects()
            && tuning.notUnderstood().nothing()
            && tuning.getSpec().existingPodsOrDefault() == ExistingPods.Restart
            && !tuning.getSpec().rolloutPaused();
    if (!restarts) {
      return replaced;
    }
    List<ObservedPod> tuned =
        pods.stream().filter(p -> !decision.suspends(p.facts().workload())).toList();
    String plan = expectations.plain().plan().hash();
    return replaced
        .and(restarter.advance(tuned, plan, announced))
        .and(missedGrants.advance(uid, plan, expectations, tuned, announced));
  }

  private static List<Intent> announced(WebSocketTuning tuning) {
    return tuning.getStatus() == null ? List.of() : tuning.getStatus().intentsOrEmpty();
  }
}
