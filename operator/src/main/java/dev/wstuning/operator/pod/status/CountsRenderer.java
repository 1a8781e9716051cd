package dev.wstuning.operator.pod.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.CountedConnections;
import dev.wstuning.operator.pod.observation.ConnectionCounts;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import java.util.List;

/** How many connections pods have, and how the others ended, in the words of the status. */
final class CountsRenderer {

  private static final CountedConnections COUNTED =
      new CountedConnections(null, null, null, null, null, null);

  private CountsRenderer() {}

  /** Keeps pods apart whose connections are counted from others; null for others. */
  static CountedConnections counted(JudgedPod pod) {
    return pod.pod().counts().isPresent() ? COUNTED : null;
  }

  /** Those of all pods of a group together; null if they are not counted. */
  static CountedConnections of(List<JudgedPod> group) {
    return group.stream()
        .flatMap(pod -> pod.pod().counts().stream())
        .reduce(ConnectionCounts::and)
        .map(
            all ->
                new CountedConnections(
                    all.open(),
                    all.endedByPeer(),
                    all.endedByServer(),
                    all.reset(),
                    all.foundDead(),
                    all.since().toString()))
        .orElse(null);
  }
}
