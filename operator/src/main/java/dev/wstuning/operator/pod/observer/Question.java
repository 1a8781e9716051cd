package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.SentCommand;

/**
 * What a tuning wants to know of its pods, with what follows from that for all of them.
 *
 * @param sent what observers are sent for
 * @param number names the question
 */
public record Question(ObserveCommand command, SentCommand sent, int number) {

  public static Question of(ObserveCommand command) {
    SentCommand sent = command.sent();
    return new Question(command, sent, Markers.number(sent.question(command.request())));
  }

  String request() {
    return command.request();
  }

  /** Whether the report of an observer shows all that is wanted. */
  boolean isAnsweredBy(SentCommand other) {
    return sent.equals(other) || command.isAnsweredBy(other);
  }
}
