package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A selected pod with all that is known of it.
 *
 * @param node what its node's agent says; empty where there is none
 * @param logged what its server's log says; empty where nobody asked
 */
public record ObservedPod(
    PodFacts facts,
    Life life,
    Coverage coverage,
    Boot boot,
    Observation observation,
    Optional<NodeAgentReport> node,
    Optional<LoggedLimit> logged) {

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

  /** What the init container reported. */
  public sealed interface Boot {
    /** The pod has no init container of ours, or it did not end yet. */
    record None() implements Boot {}

    record Succeeded(BootReport report) implements Boot {}

    /**
     * The kernel refused something, or kept other values.
     *
     * @param given the limit of open files that the pod's containers were given
     * @param problems with sysctls
     * @param sockets why accepted sockets do not get their options; empty if they do
     * @param openFiles why nothing in the pod changes the limit of open files; empty if it does
     */
    record Failed(
        OpenFilesLimit given,
        List<String> problems,
        Optional<String> sockets,
        Optional<String> openFiles)
        implements Boot {}

    record Unreadable(String problem) implements Boot {}

    /** The limit of open files that it was given, as the pod's other containers were. */
    default Optional<OpenFilesLimit> openFilesGiven() {
      if (this instanceof Succeeded succeeded) {
        return Optional.of(succeeded.report().nofile());
      }
      return this instanceof Failed failed ? Optional.of(failed.given()) : Optional.empty();
    }
  }

  /** What the observer reported of the present start of the server container. */
  public sealed interface Observation {
    /** Nothing yet; a report may still come. */
    record Pending(String state) implements Observation {}

    record Reported(ServerReport report, Instant at) implements Observation {}

    /** No report, and none will come. */
    record Failed(String problem) implements Observation {}

    /** Which container runs the server cannot be told. */
    record Ambiguous() implements Observation {}
  }

  public boolean running() {
    return life == Life.RUNNING;
  }

  /** Whether the pod's verdict counts: excluded pods are not looked at. */
  public boolean judged() {
    return running() && coverage != Coverage.SKIPPED;
  }
}
