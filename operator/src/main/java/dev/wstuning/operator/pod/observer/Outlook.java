package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;

/**
 * What is to be expected of a server without a fresh report.
 *
 * @param state why it has none, as part of a sentence
 */
record Outlook(String state, Prospect prospect) {

  /** What is to be expected if that is all that is known of an observer. */
  static Outlook of(Observation shown) {
    return shown instanceof Observation.Pending pending
        ? coming(pending.state())
        : none(shown.failed().orElse("it ended"));
  }

  static Outlook coming(String state) {
    return new Outlook(state, Prospect.COMING);
  }

  static Outlook refused(String words) {
    return new Outlook("the API server refused the observer: " + words, Prospect.REFUSED);
  }

  static Outlook none(String state) {
    return new Outlook(state, Prospect.NONE);
  }
}
