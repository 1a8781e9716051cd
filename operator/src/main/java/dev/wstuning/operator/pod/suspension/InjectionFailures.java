package dev.wstuning.operator.pod.suspension;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.ContainerFacts.Waiting;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Recognises pods that cannot start because of what the operator injected. */
public final class InjectionFailures {

  private static final Set<String> WAITING =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "ErrImageNeverPull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private InjectionFailures() {}

  /** A pod that cannot start because of us. */
  public record Stuck(PodFacts pod, String why) {}

  /** Those of {@code pods} that cannot start because of us. */
  public static List<Stuck> among(List<ObservedPod> pods) {
    List<Stuck> stuck = new ArrayList<>();
    for (ObservedPod pod : pods) {
      of(pod).ifPresent(why -> stuck.add(new Stuck(pod.facts(), why)));
    }
    return stuck;
  }

  /** Why {@code pod} cannot start because of us; empty if it can, or if it is not our fault. */
  static Optional<String> of(ObservedPod pod) {
    PodFacts facts = pod.facts();
    if (!pod.coverage().hasWishes() || facts.plan().isEmpty() || facts.deleting()) {
      return Optional.empty();
    }
    // A privileged init container writes sysctls itself: then the pod's own are refused.
    if (!facts.privilegedTuner() && facts.failure().equals("SysctlForbidden")) {
      return Optional.of("the kubelet refuses a sysctl of pod %s".formatted(facts.name()));
    }
    Optional<String> launcher = allRun(facts) ? Optional.empty() : launcherFails(facts);
    if (launcher.isPresent()) {
      return launcher;
    }
    Optional<Waiting> waiting = facts.tunerWaits();
    if (facts.tuner().isEmpty() || waiting.isEmpty()) {
      return Optional.empty();
    }
    String reason = waiting.get().reason();
    if (WAITING.contains(reason)) {
      return Optional.of(
          "the init container of pod %s does not start: %s, %s"
              .formatted(facts.name(), reason, waiting.get().message()));
    }
    boolean crashed = reason.equals("CrashLoopBackOff") && !heldAsTold(pod);
    return crashed
        ? Optional.of("the init container of pod %s crashes".formatted(facts.name()))
        : Optional.empty();
  }

  /**
   * A report of what failed explains the crashes, unless the pod was to start anyway; one that it
   * waits for its node's agent does, too.
   */
  private static boolean heldAsTold(ObservedPod pod) {
    return pod.boot().problems().report().isEmpty()
        && (pod.facts().holdsOnFailure() || pod.boot().problems().openFiles().isEmpty());
  }

  private static boolean allRun(PodFacts facts) {
    for (ContainerFacts status : facts.statuses()) {
      if (!status.runs()) {
        return false;
      }
    }
    return true;
  }

  /**
   * The container runtime could not execute the launcher, for example if volumes are mounted
   * noexec. The messages of the server's own container do not count.
   */
  private static Optional<String> launcherFails(PodFacts facts) {
    return facts.statuses().stream()
        .filter(s -> !s.runs())
        .flatMap(InjectionFailures::startErrors)
        .filter(message -> message.contains(Markers.LAUNCHER))
        .findFirst()
        .map(
            message ->
                "the launcher in pod %s does not start: %s".formatted(facts.name(), message));
  }

  private static Stream<String> startErrors(ContainerFacts status) {
    return Stream.concat(
        status.waiting().filter(w -> WAITING.contains(w.reason())).map(Waiting::message).stream(),
        status.ends().flatMap(e -> e.startError().stream()));
  }
}
