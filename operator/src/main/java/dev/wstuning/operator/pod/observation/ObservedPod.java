package dev.wstuning.operator.pod.observation;

import java.util.Optional;

/**
 * A selected pod with everything that is known about it.
 *
 * @param node what its node's agent reports; empty if there is none
 * @param podsOnNode how many of the tuning's pods run on that node, this one included
 * @param logged the limit in its server's log; empty unless the tuning wants it
 * @param reported what the agent of its node reports of the pod itself
 */
public record ObservedPod(
    PodFacts facts,
    Life life,
    Coverage coverage,
    Boot boot,
    Observation observation,
    Optional<NodeAgentReport> node,
    int podsOnNode,
    Optional<LoggedLimit> logged,
    Optional<PodReport> reported) {

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
    SKIPPED,
    /** Lacks the present wishes, and the agent of its node does not tune pods, or not such ones. */
    NO_AGENT,
    /** Carries none because the agent of its node, which tunes pods, came too late for it. */
    BEFORE_AGENT,
    /** The agent of its node tunes pods, and did not report yet what became of this one. */
    UNREPORTED;

    /** Whether the pod has what the resource wants, if not in the form that it would get now. */
    public boolean hasWishes() {
      return this == CURRENT || this == IMPROVABLE;
    }

    /** Whether a new pod in its place would have what the resource wants, as far as is known. */
    public boolean isOld() {
      return this == RESTART_PENDING || this == MISSED || this == SUSPENDED;
    }

    /** Whether a restart changes nothing, or perhaps nothing. */
    public boolean staysUntuned() {
      return this == NO_AGENT || this == UNREPORTED;
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
        sharing.one(logged),
        reported);
  }

  /** Whether the other one is the same, apart from how many connections there are and were. */
  public boolean sameApartFromCounts(ObservedPod other) {
    return reported.isPresent()
        && other.reported.isPresent()
        && reported.get().sameApartFromCounts(other.reported.get())
        && equals(other.reporting(reported));
  }

  private ObservedPod reporting(Optional<PodReport> report) {
    return new ObservedPod(
        facts, life, coverage, boot, observation, node, podsOnNode, logged, report);
  }

  /** Its connections, if the agent of its node counts them. */
  public Optional<ConnectionCounts> counts() {
    return reported.flatMap(PodReport::counts);
  }

  public boolean running() {
    return life == Life.RUNNING;
  }

  /** Whether the pod's verdict counts: excluded pods are not looked at. */
  public boolean judged() {
    return running() && coverage != Coverage.SKIPPED;
  }
}
