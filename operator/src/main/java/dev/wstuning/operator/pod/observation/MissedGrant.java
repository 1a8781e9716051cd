package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Whether a pod lacks something that the agent of its node gives new pods now. */
public enum MissedGrant {
  /** It has enough, did not ask, or no agent serves that grants enough. */
  NONE,
  /** It was created before the agent served: a new pod gets them. */
  BEFORE_AGENT,
  /** It was created while the agent served: a new pod may lack them, too. */
  DESPITE_AGENT,
  /** It is not known yet when the agent began to serve. */
  UNDATED;

  public static MissedGrant of(Expectation expectation, ObservedPod pod) {
    return pod.coverage() == Coverage.BEFORE_AGENT
        ? dated(pod, pod.node().flatMap(a -> a.pods().since()))
        : ofOpenFiles(expectation, pod);
  }

  private static MissedGrant ofOpenFiles(Expectation expectation, ObservedPod pod) {
    OptionalLong minimum = expectation.openFilesMinimum();
    Optional<NodeAgentReport> agent =
        pod.node()
            .filter(a -> a.serving() && !a.otherPlugin())
            .filter(a -> a.limit().orElse(0) >= minimum.orElse(Long.MAX_VALUE))
            .filter(a -> a.pods().serving() || !expectation.plan().byNode());
    if (agent.isEmpty() || !asked(expectation, pod) || !lacks(pod, agent.get(), minimum)) {
      return NONE;
    }
    return dated(pod, agent.get().servingSince());
  }

  private static MissedGrant dated(ObservedPod pod, Optional<Instant> since) {
    if (since.isEmpty()) {
      return UNDATED;
    }
    return pod.facts().created().isBefore(since.get()) ? BEFORE_AGENT : DESPITE_AGENT;
  }

  private static boolean asked(Expectation expectation, ObservedPod pod) {
    return pod.facts()
        .serverContainer(expectation.container())
        .filter(name -> pod.facts().annotations().containsKey(Markers.ULIMITS_OF + name))
        .isPresent();
  }

  /** What a server has now counts, if that is known: it may have raised its limit itself. */
  private static boolean lacks(ObservedPod pod, NodeAgentReport agent, OptionalLong minimum) {
    long wanted = minimum.getAsLong();
    Optional<OpenFilesLimit> given = pod.boot().openFilesGiven();
    if (given.filter(g -> g.soft() >= wanted).isPresent()) {
      return false;
    }
    Optional<Observation.Reported> reported = pod.observation().reported();
    if (reported.isEmpty()) {
      return given.filter(g -> g.hard() < wanted).isPresent();
    }
    return reported
        .flatMap(r -> r.report().limit())
        .filter(seen -> !seen.reaches(wanted))
        .filter(seen -> given.isPresent() || untouched(seen, agent, wanted))
        .isPresent();
  }

  /** Without an init container as a witness, the server may have lowered what it was given. */
  private static boolean untouched(OpenFilesLimit seen, NodeAgentReport agent, long wanted) {
    return seen.hard() < wanted || seen.soft() <= agent.runtimeSoft().orElse(0);
  }
}
