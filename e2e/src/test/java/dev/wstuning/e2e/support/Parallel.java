package dev.wstuning.e2e.support;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Does the same for many, some at once. */
public final class Parallel {

  /** The API server has two cores: more would only wait there. */
  private static final int AT_ONCE = 20;

  private Parallel() {}

  /** Returns when all are done; the first that fails is the failure of all. */
  public static <T> void forEach(Collection<T> items, Consumer<T> action) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> all = new ArrayList<>();
      items.forEach(item -> all.add(threads.submit(() -> action.accept(item))));
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("one of many failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
