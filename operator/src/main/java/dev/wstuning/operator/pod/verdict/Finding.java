package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Truth;
import java.util.Comparator;

/**
 * The outcome of a rule.
 *
 * @param next the command or edit that helps; empty where all is well or waiting is enough
 */
public record Finding(Truth truth, TuningReason reason, String message, String next) {

  static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::truth).thenComparing(Finding::reason);

  private static final int MAX_MESSAGE = 500;

  public Finding {
    message = brief(message);
  }

  /**
   * Pods write parts of messages: whatever they write, the status stays small, a message stays one
   * line, and what to do next is said by nobody else.
   */
  public static String brief(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").replace("Next:", "next:");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE - 3) + "...";
  }

  static Finding good(TuningReason reason, String message) {
    return new Finding(Truth.TRUE, reason, message, "");
  }

  static Finding bad(TuningReason reason, String message, String next) {
    return new Finding(Truth.FALSE, reason, message, next);
  }

  static Finding unknown(TuningReason reason, String message, String next) {
    return new Finding(Truth.UNKNOWN, reason, message, next);
  }

  /** The message of a condition: what it is, and what helps. */
  public String text() {
    return next.isEmpty() ? message + "." : message + ". Next: " + next;
  }
}
