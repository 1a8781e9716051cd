package dev.wstuning.operator.condition;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The outcome of a rule.
 *
 * @param remedy what helps
 */
public record Finding(ConditionStatus status, Reason reason, String message, Remedy remedy) {

  public static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::status).thenComparingInt(f -> f.reason().ordinal());

  private static final int MAX_MESSAGE = 500;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  public Finding {
    message = brief(message);
  }

  /**
   * Makes a text from a pod safe for a message: the status stays small, a message stays one line,
   * and only the operator writes what to do next.
   */
  public static String brief(String text) {
    String line = CONTROL.matcher(text).replaceAll(" ").replace("Next:", "next:");
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE - 3) + "...";
  }

  public static Finding good(Reason reason, String message) {
    return new Finding(ConditionStatus.True, reason, message, new Remedy.None());
  }

  /** All is well, but could be better. */
  public static Finding good(Reason reason, String message, String next) {
    return new Finding(ConditionStatus.True, reason, message, new Remedy.Advice(next));
  }

  public static Finding good(Reason reason, String message, Remedy remedy) {
    return new Finding(ConditionStatus.True, reason, message, remedy);
  }

  public static Finding bad(Reason reason, String message, String next) {
    return bad(reason, message, new Remedy.Advice(next));
  }

  public static Finding bad(Reason reason, String message, Remedy remedy) {
    return new Finding(ConditionStatus.False, reason, message, remedy);
  }

  /** It is not known yet. */
  public static Finding unknown(Reason reason, String message) {
    return unknown(reason, message, new Remedy.None());
  }

  public static Finding unknown(Reason reason, String message, String next) {
    return unknown(reason, message, new Remedy.Advice(next));
  }

  public static Finding unknown(Reason reason, String message, Remedy remedy) {
    return new Finding(ConditionStatus.Unknown, reason, message, remedy);
  }

  /**
   * The worst of findings on things of one kind, with how many of them share its reason.
   *
   * @param findings at least one
   * @param what the kind, in the plural
   */
  public static Finding worst(List<Finding> findings, String what) {
    return findings.stream().min(WORST_FIRST).orElseThrow().among(findings, what);
  }

  /** With how many of these findings, on things of one kind, share its reason. */
  public Finding among(List<Finding> findings, String what) {
    long same = findings.stream().filter(f -> f.reason() == reason).count();
    return new Finding(
        status, reason, "%d of %d %s: %s".formatted(same, findings.size(), what, message), remedy);
  }

  public Finding withStatus(ConditionStatus value) {
    return new Finding(value, reason, message, remedy);
  }

  public Finding withMessage(String value) {
    return new Finding(status, reason, value, remedy);
  }

  public Finding withRemedy(Remedy value) {
    return new Finding(status, reason, message, value);
  }

  /** What helps, as a reader sees it; empty if all is well or waiting is enough. */
  public String next() {
    return remedy.text();
  }

  /** The message of a condition: what it is, and what helps. */
  public String text() {
    return next().isEmpty() ? message + "." : message + ". Next: " + next();
  }
}
