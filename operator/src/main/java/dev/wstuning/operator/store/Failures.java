package dev.wstuning.operator.store;

import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.function.BiConsumer;

/** Informers that stop by themselves: their objects grow old. */
public final class Failures {

  private Failures() {}

  /**
   * @param stopped hears if the informer stops by itself, not if it is stopped
   */
  public static void of(
      SharedIndexInformer<?> informer, BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    informer
        .stopped()
        .whenComplete(
            (end, failure) -> {
              if (failure != null) {
                stopped.accept(informer, failure);
              }
            });
  }
}
