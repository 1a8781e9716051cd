package dev.wstuning.operator.condition;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import java.util.Comparator;

/**
 * The outcome of a rule.
 *
 * @param next the command or edit that helps; empty where all is well or waiting is enough
 */
public record Finding(ConditionStatus status, Reason reason, String message, String next) {

  public static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::status).thenComparingInt(f -> f.reason().ordinal());

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

  public static Finding good(Reason reason, String message) {
    return new Finding(ConditionStatus.True, reason, message, "");
  }

  public static Finding bad(Reason reason, String message, String next) {
    return new Finding(ConditionStatus.False, reason, message, next);
  }

  public static Finding unknown(Reason reason, String message, String next) {
    return new Finding(ConditionStatus.Unknown, reason, message, next);
  }

  /** The message of a condition: what it is, and what helps. */
  public String text() {
    return next.isEmpty() ? message + "." : message + ". Next: " + next;
  }
}
