package dev.wstuning.operator.capacity;

/**
 * Calculates from the connections that one pod should hold the open files that it needs: one
 * descriptor each, a tenth more for connections that come and go and for those that the server
 * opens itself, and some for the process: listeners, logs, epoll, libraries, its runtime.
 */
public final class ConnectionTarget {

  public static final long SMALLEST = 1;

  /** Half a terabyte of kernel memory by {@link Capacity}'s model. */
  public static final long LARGEST = 100_000_000;

  private static final long PROCESS_RESERVE = 1024;

  private ConnectionTarget() {}

  /** The open files that {@code perPod} connections need. */
  public static long openFiles(long perPod) {
    requireWithin(perPod);
    return perPod + comingAndGoing(perPod) + PROCESS_RESERVE;
  }

  /**
   * The most connections that need no more than {@code openFiles}; 0 if one connection needs more.
   */
  public static long within(long openFiles) {
    long left = openFiles - PROCESS_RESERVE;
    return left <= 0 ? 0 : Math.min(LARGEST, 10 * (left / 11) + Math.min(9, left % 11));
  }

  private static long comingAndGoing(long perPod) {
    return perPod / 10;
  }

  private static void requireWithin(long perPod) {
    if (perPod < SMALLEST || perPod > LARGEST) {
      throw new IllegalArgumentException(
          "perPod is from %d to %d, not %d".formatted(SMALLEST, LARGEST, perPod));
    }
  }
}
