package dev.wstuning.operator.pod.plan;

import java.util.Optional;

/**
 * What is done for the open files limit of a new pod. The node agent is always asked, by an
 * annotation: on a node without one that does nothing. As a string it is what goes into the plan's
 * hash.
 *
 * @param container the server's container as the resource names it; empty if the pod decides
 * @param launcher whether the server may be started by the launcher
 * @param preload whether the server may be given the library
 */
public record OpenFilesPlan(
    OpenFiles limits, Optional<String> container, boolean launcher, boolean preload) {

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

  @Override
  public String toString() {
    return limits
        + container.map(name -> " in " + name).orElse("")
        + (launcher ? " by launcher" : "")
        + (preload ? " by preload" : "");
  }
}
