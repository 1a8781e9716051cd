package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads from a pod's facts how it stands: its life and its coverage. */
public final class PodClassifier {

  /** Creation times are whole seconds, and a new entry takes a moment to reach API servers. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  private PodClassifier() {}

  public static Life life(PodFacts pod, Optional<String> askedContainer) {
    if (pod.ended()) {
      return Life.NOT_RUNNING;
    }
    Optional<String> server = pod.serverContainer(askedContainer);
    if (server.isEmpty()) {
      return pod.phase().equals("Running") ? Life.RUNNING : Life.STARTING;
    }
    ContainerState state = pod.status(server.get()).map(ContainerStatus::getState).orElse(null);
    if (state == null) {
      return Life.STARTING;
    }
    if (state.getRunning() != null) {
      return Life.RUNNING;
    }
    boolean failing =
        state.getWaiting() != null && "CrashLoopBackOff".equals(state.getWaiting().getReason());
    return failing || state.getTerminated() != null ? Life.NOT_RUNNING : Life.STARTING;
  }

  /**
   * @param injectingSince since when new pods of this tuning are injected; empty if they are not
   */
  public static Coverage coverage(PodFacts pod, TuningPlan plan, Optional<Instant> injectingSince) {
    if (pod.exclusion().isPresent()) {
      return Coverage.SKIPPED;
    }
    if (!plan.injects()) {
      return pod.plan().isEmpty() ? Coverage.CURRENT : Coverage.RESTART_PENDING;
    }
    if (pod.plan().isPresent()) {
      return carries(pod, plan) ? Coverage.CURRENT : Coverage.RESTART_PENDING;
    }
    boolean missed =
        injectingSince.filter(since -> pod.created().isAfter(since.plus(SLACK))).isPresent();
    return missed ? Coverage.MISSED : Coverage.RESTART_PENDING;
  }

  /** The annotations alone prove nothing: a template may bring them along. */
  private static boolean carries(PodFacts pod, TuningPlan plan) {
    boolean leftOut =
        pod.noPreload().isPresent()
            && (plan.sockets().filter(SocketMechanism.Preload.class::isInstance).isPresent()
                || plan.openFiles().filter(OpenFilesPlan::helped).isPresent());
    return pod.plan().equals(Optional.of(plan.hash()))
        && TunerCommand.fits(plan, pod.tuner().flatMap(InjectedTuner::command), leftOut);
  }
}
