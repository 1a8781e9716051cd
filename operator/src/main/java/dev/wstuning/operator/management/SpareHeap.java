package dev.wstuning.operator.management;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.Optional;

/**
 * Gives memory back that a burst of work took. The serial collector shrinks the heap only when it
 * collects all of it, which it does only when the heap is full: what a start needed would stay with
 * the replica for days. Smaller ratios of free heap all the time would cost a start a quarter of
 * its processor time.
 */
public final class SpareHeap {

  /** A collection of the whole heap stops a replica for some 0.2 s, so it has to be worth it. */
  private static final long WORTH_IT = 16L << 20;

  /** Less than this between two looks, and the burst is over. */
  private static final long CALM = 1L << 20;

  /** What a collection leaves, in percent of the old generation. */
  private static final int LEAST_FREE = 10;

  private static final int MOST_FREE = 20;

  private final Optional<MemoryPoolMXBean> oldGeneration;
  private final Runnable collection;
  private long usedBefore;

  public SpareHeap() {
    this(
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findAny(),
        SpareHeap::collect);
  }

  SpareHeap(Optional<MemoryPoolMXBean> oldGeneration, Runnable collection) {
    this.oldGeneration = oldGeneration;
    this.collection = collection;
  }

  /**
   * Collects if much may be free, and little was added since the last call. To be called every few
   * seconds.
   */
  public void giveBack() {
    oldGeneration.ifPresent(this::giveBack);
  }

  private void giveBack(MemoryPoolMXBean old) {
    MemoryUsage now = old.getUsage();
    boolean calm = now.getUsed() - usedBefore < CALM;
    usedBefore = now.getUsed();
    MemoryUsage last = old.getCollectionUsage();
    long spare = now.getCommitted() - (last == null ? 0 : last.getUsed());
    if (calm && spare > WORTH_IT + now.getCommitted() * MOST_FREE / 100) {
      collection.run();
    }
  }

  /** The JVM lets these two options be changed while it runs. */
  private static void collect() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    String least = options.getVMOption("MinHeapFreeRatio").getValue();
    String most = options.getVMOption("MaxHeapFreeRatio").getValue();
    options.setVMOption("MinHeapFreeRatio", String.valueOf(LEAST_FREE));
    options.setVMOption("MaxHeapFreeRatio", String.valueOf(MOST_FREE));
    System.gc();
    options.setVMOption("MaxHeapFreeRatio", most);
    options.setVMOption("MinHeapFreeRatio", least);
  }
}
