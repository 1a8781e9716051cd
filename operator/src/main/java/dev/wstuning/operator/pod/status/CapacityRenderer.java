package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.CapacityBound;
import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import java.util.Comparator;
import java.util.List;

/** How many connections pods can hold, in the words of the status. */
final class CapacityRenderer {

  private static final int MAX_EXAMPLES = 3;

  private CapacityRenderer() {}

  /** Of the pod of a group that can hold the fewest; null if none was looked at. */
  static WebSocketTuningStatus.Capacity of(List<JudgedPod> group) {
    return group.stream()
        .flatMap(p -> p.inspection().stream())
        .map(Inspection::capacity)
        .min(Comparator.comparingLong(Capacity::connections))
        .map(lowest -> of(lowest, group))
        .orElse(null);
  }

  private static WebSocketTuningStatus.Capacity of(Capacity lowest, List<JudgedPod> group) {
    return new WebSocketTuningStatus.Capacity(
        lowest.connections(),
        lowest.bindsFirst().name(),
        lowest.bounds().stream()
            .map(b -> new CapacityBound(b.limit().name(), b.connections(), b.assumption()))
            .toList(),
        group.stream()
            .filter(p -> p.inspection().filter(CapacityRenderer::isNear).isPresent())
            .map(JudgedPod::name)
            .limit(MAX_EXAMPLES)
            .toList());
  }

  private static boolean isNear(Inspection inspection) {
    long connections = inspection.connections();
    return connections > 0 && inspection.capacity().isNear(connections);
  }
}
