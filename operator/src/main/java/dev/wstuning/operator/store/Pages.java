package dev.wstuning.operator.store;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import java.util.function.Consumer;
import java.util.function.Function;

/** Lists are read page by page. */
public final class Pages {

  /**
   * How many objects a page has. A whole list at once would not fit into the heap of a replica of a
   * large cluster.
   */
  public static final long LIMIT = 500;

  private Pages() {}

  /**
   * Reads a whole list, and keeps one page of it at a time.
   *
   * @param list reads a page, such as {@code client.pods()::list}
   */
  public static <T extends HasMetadata> void forEach(
      Function<ListOptions, ? extends KubernetesResourceList<T>> list, Consumer<T> each) {
    String next = null;
    do {
      KubernetesResourceList<T> page =
          list.apply(new ListOptionsBuilder().withLimit(LIMIT).withContinue(next).build());
      page.getItems().forEach(each);
      next = page.getMetadata() == null ? null : page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
