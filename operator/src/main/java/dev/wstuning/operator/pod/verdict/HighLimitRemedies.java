package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import java.time.Instant;
import java.util.Optional;

/** Explains why an open files limit is too high, and what lowers it. */
final class HighLimitRemedies {

  private static final String HIGHER = "raise spec.openFiles.maximum";
  private static final String INSIDE = "add Launcher or Preload to spec.methods.openFiles";

  private HighLimitRemedies() {}

  /** What stands in the way, as the end of a sentence. */
  static String because(Expectation expectation, Inspection pod) {
    return OpenFilesRemedies.because(expectation, pod)
        + agent(expectation, pod)
            .flatMap(NodeAgentReport::servingSince)
            .map(
                since ->
                    createdBefore(pod, since)
                        ? "; the pod was created before its node agent served"
                        : "; the pod was created while its node agent served, which did not lower it")
            .orElse("");
  }

  static Remedy lower(Expectation expectation, Inspection pod) {
    if (expectation.observeOnly()) {
      return OpenFilesRemedies.OBSERVED;
    }
    if (pod.pod().coverage() != Coverage.CURRENT) {
      return new Remedy.RestartPod();
    }
    Optional<NodeAgentReport> agent = agent(expectation, pod);
    if (agent.isEmpty()) {
      return new Remedy.Advice(withoutAgent(expectation, pod));
    }
    return agent.get().servingSince().filter(since -> !createdBefore(pod, since)).isPresent()
        ? new Remedy.Advice(
            "restart the pod by hand; if the next one has as high a limit, see why its node agent does"
                + " not lower it (kubectl get wsns %s -o yaml, and the log of the agent)"
                    .formatted(agent.get().name()))
        : new Remedy.RestartPod();
  }

  /** The agent that lowers the limit of a new pod. */
  private static Optional<NodeAgentReport> agent(Expectation expectation, Inspection pod) {
    return OpenFilesRemedies.cannotAsk(expectation, pod)
        ? Optional.empty()
        : pod.servingAgent().filter(a -> !a.otherPlugin());
  }

  private static boolean createdBefore(Inspection pod, Instant time) {
    return pod.pod().facts().created().isBefore(time);
  }

  private static String withoutAgent(Expectation expectation, Inspection pod) {
    String agent =
        OpenFilesRemedies.cannotAsk(expectation, pod)
            ? "give the container a shorter name"
            : OpenFilesRemedies.anAgent(pod, "openFiles");
    boolean helped = expectation.plan().openFiles().filter(OpenFilesPlan::helped).isPresent();
    return (pod.pod().facts().noPreload().isPresent() ? "remove what keeps it out, or " : "")
        + agent
        + (helped ? "" : ", or " + INSIDE)
        + ", or "
        + HIGHER;
  }
}
