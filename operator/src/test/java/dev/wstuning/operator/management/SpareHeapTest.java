package dev.wstuning.operator.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpareHeapTest {

  private static final long LIVE = 60;

  private long used;
  private long committed;
  private Long afterLastCollection;
  private int collections;
  private final SpareHeap heap = new SpareHeap(Optional.of(pool()), this::collect);

  @Test
  void whatABurstTookIsGivenBackWhenItIsOverAndOnce() {
    committed = 120;
    look(30);
    look(90);
    assertThat(collections).as("it still grows").isZero();

    look(90);
    assertThat(collections).isEqualTo(1);

    look(LIVE);
    look(LIVE);
    assertThat(collections).as("nothing was taken since").isEqualTo(1);
  }

  @Test
  void aHeapThatIsFreeAfterACollectionIsGivenBackToo() {
    committed = 120;
    afterLastCollection = LIVE;
    used = LIVE;

    look(LIVE);
    look(LIVE);

    assertThat(collections).isEqualTo(1);
  }

  @Test
  void aLittleIsNotWorthAPause() {
    committed = 90;
    afterLastCollection = LIVE;

    for (int i = 0; i < 10; i++) {
      look(75);
    }

    assertThat(collections).isZero();
  }

  @Test
  void anotherCollectorNeedsNoHelp() {
    SpareHeap none = new SpareHeap(Optional.empty(), this::collect);

    assertThatCode(none::giveBack).doesNotThrowAnyException();
    assertThat(collections).isZero();
  }

  /** In a JVM of its own, because this one has another collector. */
  @Test
  void theSerialCollectorGivesItBack() throws Exception {
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:-ShrinkHeapInSteps",
                "-Xms8m",
                "-Xmx200m",
                "-cp",
                System.getProperty("java.class.path"),
                Burst.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes());

    assertThat(jvm.waitFor()).as(output).isZero();
  }

  /** Fills the old generation, forgets all of it, and gives it back. */
  static final class Burst {

    public static void main(String[] arguments) throws Exception {
      MemoryPoolMXBean old =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getName().equals("Tenured Gen"))
              .findAny()
              .orElseThrow();
      List<byte[]> burst = new ArrayList<>();
      while (old.getUsage().getUsed() < 80 << 20) {
        burst.add(new byte[100_000]);
      }
      long before = old.getUsage().getCommitted();
      burst.clear();
      SpareHeap heap = new SpareHeap();
      heap.giveBack();
      heap.giveBack();
      long after = old.getUsage().getCommitted();
      System.out.println(before + " bytes before, " + after + " after");
      System.exit(before > 80 << 20 && after < 40 << 20 ? 0 : 1);
    }
  }

  private void look(long mebibytes) {
    used = mebibytes;
    heap.giveBack();
  }

  private void collect() {
    collections++;
    used = LIVE;
    afterLastCollection = LIVE;
    committed = 75;
  }

  private MemoryPoolMXBean pool() {
    return (MemoryPoolMXBean)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {MemoryPoolMXBean.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getUsage" -> usage(used, committed);
                  case "getCollectionUsage" ->
                      afterLastCollection == null ? null : usage(afterLastCollection, committed);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static MemoryUsage usage(long mebibytes, long committed) {
    return new MemoryUsage(0, mebibytes << 20, committed << 20, -1);
  }
}
