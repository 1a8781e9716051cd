package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.PlanHash;
import dev.wstuning.operator.pod.plan.TuningPlan;
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
    Optional<ContainerFacts> status = pod.status(server.get());
    if (status.filter(ContainerFacts::runs).isPresent()) {
      return Life.RUNNING;
    }
    boolean failing =
        status
            .flatMap(ContainerFacts::waiting)
            .filter(w -> w.reason().equals("CrashLoopBackOff"))
            .isPresent();
    return failing || status.flatMap(ContainerFacts::ended).isPresent()
        ? Life.NOT_RUNNING
        : Life.STARTING;
  }

  /**
   * @param injectingSince since when new pods of this tuning are injected; empty if they are not
   */
  public static Coverage coverage(PodFacts pod, TuningPlan plan, Optional<Instant> injectingSince) {
    if (pod.exclusion().isPresent()) {
      return Coverage.SKIPPED;
    }
    if (!plan.injects()) {
      return uninjected(pod, plan);
    }
    if (pod.plan().isPresent()) {
      return compare(pod, pod.plan().get(), plan);
    }
    if (pod.suspended()) {
      return Coverage.SUSPENDED;
    }
    boolean missed =
        injectingSince.filter(since -> pod.created().isAfter(since.plus(SLACK))).isPresent();
    return missed ? Coverage.MISSED : Coverage.RESTART_PENDING;
  }

  /** A pod that was tuned when more was allowed would lose its settings by a restart. */
  private static Coverage uninjected(PodFacts pod, TuningPlan plan) {
    if (pod.plan().isEmpty()) {
      return Coverage.CURRENT;
    }
    String hash = pod.plan().get();
    boolean wished = hash.equals(plan.hash()) || !PlanHash.isKnown(hash);
    return wished && !plan.notPossible().isEmpty() ? Coverage.IMPROVABLE : Coverage.RESTART_PENDING;
  }

  /**
   * By the hash of the wishes and, because annotations alone prove nothing, by the values that the
   * pod was given. Only other wishes are a reason to restart a pod; if this version does not know
   * the encoding of a hash, it is unknown whether the wishes are other ones.
   */
  private static Coverage compare(PodFacts pod, String hash, TuningPlan plan) {
    boolean wished = hash.equals(plan.hash());
    if (wished ? PlannedValues.carriedBy(pod, plan) : PlannedValues.equalTo(pod, plan)) {
      return Coverage.CURRENT;
    }
    return wished || !PlanHash.isKnown(hash) ? Coverage.IMPROVABLE : Coverage.RESTART_PENDING;
  }
}
