package dev.wstuning.operator.pod.observation;

import java.util.Optional;

/**
 * A selected pod with everything that is known about it.
 *
 * @param node what its node's agent reports; empty if there is none
 * @param podsOnNode how many of the tuning's pods run on that node, this one included
 * @param logged the limit in its server's log; empty unless the tuning wants it
 */
public record ObservedPod(
    PodFacts facts,
    Life life,
    Coverage coverage,
    Boot boot,
    Observation observation,
    Optional<NodeAgentReport> node,
    int podsOnNode,
    Optional<LoggedLimit> logged) {

  /** Whether there is a server process to look at. */
  public enum Life {
    STARTING,
    RUNNING,
    NOT_RUNNING
  }

  /** How the pod stands to the current plan. */
  public enum Coverage {
    /** Has the present wishes, or there is nothing to have. */
    CURRENT,
    /**
     * Has the present wishes, in another form than it would get now: the cluster or the namespace
     * allows more or less than when it was created, or another version of the operator made it.
     */
    IMPROVABLE,
    /** Has other wishes, or was created before there were any. */
    RESTART_PENDING,
    /** Carries none although it was created while pods were being injected. */
    MISSED,
    /** Carries none because tuning of its owner was suspended. */
    SUSPENDED,
    /** Is never tuned. */
    SKIPPED;

    /** Whether the pod has what the resource wants, if not in the form that it would get now. */
    public boolean hasWishes() {
      return this == CURRENT || this == IMPROVABLE;
    }
  }

  /** The same, with one object for what other pods have, too. */
  public ObservedPod sharing(Sharing sharing) {
    return new ObservedPod(
        facts,
        life,
        coverage,
        boot,
        observation,
        sharing.one(node),
        podsOnNode,
        sharing.one(logged));
  }

  public boolean running() {
    return life == Life.RUNNING;
  }

  /** Whether the pod's verdict counts: excluded pods are not looked at. */
  public boolean judged() {
    return running() && coverage != Coverage.SKIPPED;
  }
}
