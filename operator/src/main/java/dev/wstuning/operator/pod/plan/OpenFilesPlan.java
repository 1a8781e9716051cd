package dev.wstuning.operator.pod.plan;

/**
 * What is done for the open files limit of a new pod.
 *
 * @param nodeAgent whether an annotation requests the limit from the node agent; it has no effect
 *     on a node without one
 * @param launcher whether the server may be started by the launcher
 * @param preload whether the server may be given the library
 */
public record OpenFilesPlan(
    OpenFiles limits, boolean nodeAgent, boolean launcher, boolean preload) {

  /** What changes the limit inside the pod, up to the hard one. */
  public enum By {
    /** A program that starts the server. */
    LAUNCHER("Launcher"),
    /** A library in LD_PRELOAD of the server's container. */
    PRELOAD("Preload");

    private final String label;

    By(String label) {
      this.label = label;
    }

    /** The name used in status. */
    public String label() {
      return label;
    }
  }

  /** Whether anything in the pod may help. */
  public boolean helped() {
    return launcher || preload;
  }
}
