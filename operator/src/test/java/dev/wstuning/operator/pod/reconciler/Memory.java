package dev.wstuning.operator.pod.reconciler;

/** How much of the heap is in use, after what is garbage was collected. */
final class Memory {

  private static final int COLLECTIONS = 4;

  private Memory() {}

  static long used() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
