package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.condition.Truth;
import dev.wstuning.operator.pod.verdict.Finding;
import java.util.Comparator;

/**
 * The outcome of a rule on nodes.
 *
 * @param next the command or edit that helps; empty where all is well
 */
public record NodeFinding(Truth truth, NodeReason reason, String message, String next) {

  public static final Comparator<NodeFinding> WORST_FIRST =
      Comparator.comparing(NodeFinding::truth).thenComparing(NodeFinding::reason);

  public NodeFinding {
    message = Finding.brief(message);
  }

  static NodeFinding good(NodeReason reason, String message) {
    return new NodeFinding(Truth.TRUE, reason, message, "");
  }

  static NodeFinding bad(NodeReason reason, String message, String next) {
    return new NodeFinding(Truth.FALSE, reason, message, next);
  }

  static NodeFinding unknown(NodeReason reason, String message, String next) {
    return new NodeFinding(Truth.UNKNOWN, reason, message, next);
  }

  /** The message of a condition: what it is, and what helps. */
  public String text() {
    return next.isEmpty() ? message + "." : message + ". Next: " + next;
  }
}
