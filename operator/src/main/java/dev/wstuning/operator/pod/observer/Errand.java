package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One look that a tuning wants at one start of a pod's server.
 *
 * @param container the name of the container that runs the server
 * @param start names the start
 */
record Errand(
    String tuningUid, PodFacts pod, String container, ObserveCommand command, String start) {

  /** The name of the ephemeral container that is sent. */
  String observer() {
    return Markers.OBSERVER_PREFIX + start;
  }

  /**
   * {@code words} without the names that no other errand has, so that what two pods were answered
   * can be compared.
   */
  String impersonal(String words) {
    String names =
        Stream.of(pod.uid(), observer(), pod.name())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return words.replaceAll("(?<![A-Za-z0-9-])(" + names + ")(?![A-Za-z0-9-])", "");
  }
}
