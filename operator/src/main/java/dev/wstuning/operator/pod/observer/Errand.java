package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that a tuning wants to know of a pod's server, and that costs a request.
 *
 * @param container the name of the container that runs the server
 * @param patience how long an observer waits at most until the server listens
 * @param name names what is to be done at this pod, such as the observer that is to be added
 */
record Errand(
    String tuningUid,
    PodFacts pod,
    String container,
    ObserveCommand command,
    Duration patience,
    ObserverName name) {

  /** The arguments of the observer. */
  List<String> arguments() {
    return command.arguments(name.startText(), pod.declaredPorts(container), pod.alone(), patience);
  }

  /**
   * {@code words} without the names that no other errand has, so that what two pods were answered
   * can be compared.
   */
  String impersonal(String words) {
    String names =
        Stream.of(pod.uid(), name.text(), pod.name())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return words.replaceAll("(?<![A-Za-z0-9-])(" + names + ")(?![A-Za-z0-9-])", "");
  }
}
