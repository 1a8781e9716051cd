package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.ServerReport;

/**
 * What is known of how a server waits for its sockets. An event loop that is made of select(2)
 * fails at descriptor {@link #FD_SETSIZE}: below that limit of open files it refuses clients, above
 * it loses all of them.
 */
public final class EventLoop {

  /** The descriptors of an fd_set: a constant of the C library. */
  public static final long FD_SETSIZE = 1024;

  /** ReactPHP and Workerman use select(2) unless an extension is installed. */
  private static final String PHP = "php";

  private EventLoop() {}

  /** Whether it may be select(2), and descriptors may come that it cannot hold. */
  public static boolean unclear(ServerReport report) {
    return report.process().comm().startsWith(PHP) && report.nofile().soft() > FD_SETSIZE;
  }
}
