package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The {@link NodeRules} that judge the agent's report on tuning pods. */
final class PodRules {

  private static final String REMEDY =
      "update what the message names, or narrow spec.nodeSelector; tunings with via: Admission do"
          + " not depend on it";

  private PodRules() {}

  static Optional<Finding> notServing(Wishes wishes, TunedNode state) {
    Optional<PodServing> serving = wishes.toldOfPods(state);
    if (!wishes.podsAllowed(state) || serving.filter(PodServing::isServing).isPresent()) {
      return Optional.empty();
    }
    String why =
        serving
            .map(PodServing::message)
            .orElse("it has not connected to the container runtime yet");
    return Optional.of(
        Finding.bad(
            NodeReason.NotServing,
            "the node agent cannot tune pods: " + why,
            "enable NRI in the node's container runtime, or remove spec.pods; if NRI is enabled, see"
                + " the log of the node agent"));
  }

  /** A part of what tunings may want is not possible there. */
  static Optional<Finding> limited(Wishes wishes, TunedNode state) {
    return wishes
        .toldOfPods(state)
        .map(PodRules::limits)
        .filter(limits -> !limits.isEmpty())
        .map(
            limits ->
                Finding.bad(
                    NodeReason.PodsLimited,
                    "the node agent tunes pods only in part: " + String.join("; ", limits),
                    REMEDY));
  }

  private static List<String> limits(PodServing serving) {
    return Stream.of(
            missing(serving.setsSysctls(), "it cannot set sysctls", serving.sysctlsMessage()),
            missing(
                serving.attachesPrograms(),
                "it cannot attach socket programs",
                serving.programsMessage()),
            Optional.ofNullable(serving.otherProblem()))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The pods have what they should; the status shows less of them. */
  static Optional<Finding> notCounted(Wishes wishes, TunedNode state) {
    return wishes
        .toldOfPods(state)
        .flatMap(PodRules::uncounted)
        .map(
            what ->
                Finding.good(
                    NodeReason.PodsNotCounted, "the node agent tunes pods, but " + what, REMEDY));
  }

  private static Optional<String> uncounted(PodServing serving) {
    return missing(
        serving.countsConnections(),
        "it cannot count the connections of pods",
        serving.countsMessage());
  }

  private static Optional<String> missing(boolean there, String what, String why) {
    return there ? Optional.empty() : Optional.of(why == null ? what : what + " (" + why + ")");
  }

  /** Everything that a report has against tuning pods, in words; empty if there is nothing. */
  static Optional<String> words(PodServing serving) {
    List<String> words =
        serving.isServing()
            ? Stream.concat(limits(serving).stream(), uncounted(serving).stream()).toList()
            : Stream.ofNullable(serving.message()).toList();
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
  }
}
