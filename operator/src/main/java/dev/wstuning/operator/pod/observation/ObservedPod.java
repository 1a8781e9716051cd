package dev.wstuning.operator.pod.observation;

import java.time.Duration;
import java.util.Optional;

/**
 * A selected pod with all that is known of it.
 *
 * @param node what its node's agent says; empty where there is none
 * @param logged what its server's log says; empty where nobody asked
 * @param again after which time this may be different although nothing happened; empty if events
 *     are enough
 */
public record ObservedPod(
    PodFacts facts,
    Life life,
    Coverage coverage,
    Boot boot,
    Observation observation,
    Optional<NodeAgentReport> node,
    Optional<LoggedLimit> logged,
    Optional<Duration> again) {

  /** Whether there is a server process to look at. */
  public enum Life {
    STARTING,
    RUNNING,
    NOT_RUNNING
  }

  /** How the pod stands to the current plan. */
  public enum Coverage {
    /** Carries the current plan, or there is nothing to carry. */
    CURRENT,
    /** Carries another plan, or was created before there was one. */
    RESTART_PENDING,
    /** Carries none although it was created while pods were being injected. */
    MISSED,
    /** Is never tuned. */
    SKIPPED
  }

  public boolean running() {
    return life == Life.RUNNING;
  }

  /** Whether the pod's verdict counts: excluded pods are not looked at. */
  public boolean judged() {
    return running() && coverage != Coverage.SKIPPED;
  }
}
