package dev.wstuning.e2e.support;

/**
 * Nodes that do not exist, with pods that take no memory. Pods get there by their nodeName; they
 * become Ready in a second, and report what the operator wants to hear.
 */
public final class FakeNodes {

  private FakeNodes() {}

  public static void start(int count) {
    Command.cluster("fake-nodes", String.valueOf(count));
  }

  /** Takes all away. Their pods should be gone. */
  public static void remove() {
    start(0);
  }

  /** The name of the node that pod number {@code i} of many goes to. */
  public static String name(int i, int count) {
    return "fake-%d".formatted(i % count + 1);
  }
}
