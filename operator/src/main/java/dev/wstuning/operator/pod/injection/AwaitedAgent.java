package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Whether the init container of a pod waits where the agent of its node may come too late.
 * Admission does not know the node: the tuner itself sees whether there is anything to wait for.
 *
 * @param mayServe whether an agent may serve the node that the pod will run on
 */
record AwaitedAgent(Predicate<Pod> mayServe) {

  private static final String ALWAYS = "Always";

  /** The open files for which it waits; empty if it does not. */
  OptionalLong openFiles(Pod pod, TuningPlan plan, ServerAdditions additions) {
    OptionalLong minimum =
        plan.openFiles()
            .filter(OpenFilesPlan::nodeAgent)
            .map(OpenFilesPlan::limits)
            .map(OpenFiles::minimum)
            .orElse(OptionalLong.empty());
    boolean requested =
        additions
            .server()
            .filter(server -> server.getName().length() <= Markers.LONGEST_REQUESTED_NAME)
            .isPresent();
    return minimum.isPresent() && requested && startsAgain(pod) && mayServe.test(pod)
        ? minimum
        : OptionalLong.empty();
  }

  /**
   * With OnFailure the containers that wait would count as failures of a Job, and with Never the
   * pod would fail.
   */
  private static boolean startsAgain(Pod pod) {
    return ALWAYS.equals(Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), ALWAYS));
  }
}
