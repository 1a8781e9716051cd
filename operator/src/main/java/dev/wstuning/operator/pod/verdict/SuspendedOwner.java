package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Owner;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.pod.selection.Workload;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * An owner whose pods start untuned at the moment.
 *
 * @param pods whose they are: {@code pods of deployment/chat}
 * @param nextPod the same of the next one
 * @param onTrial whether one of the next pods is tuned, to see what becomes of it
 */
public record SuspendedOwner(
    String pods, String nextPod, Cause cause, String why, String nextTry, boolean onTrial) {

  /** All of them, those that wait before those on trial. */
  public static List<SuspendedOwner> of(List<Suspension> suspensions, Instant now) {
    return suspensions.stream()
        .map(
            s ->
                new SuspendedOwner(
                    s.owner() == null ? "all pods" : "pods" + whose(s.owner()),
                    "one of the next pods" + whose(s.owner()),
                    s.cause(),
                    s.message(),
                    s.nextTry(),
                    !now.isBefore(Instant.parse(s.nextTry()))))
        .sorted(Comparator.comparing(SuspendedOwner::onTrial))
        .toList();
  }

  private static String whose(Owner owner) {
    if (owner == null) {
      return "";
    }
    Workload workload = Workload.of(owner);
    return workload.name().isEmpty() ? " without a controller" : " of " + workload;
  }
}
