package dev.wstuning.operator.store;

/** Lists are read page by page. */
public final class Pages {

  /**
   * How many objects a page has. A whole list at once would not fit into the heap of a replica of a
   * large cluster.
   */
  public static final long LIMIT = 500;

  private Pages() {}
}
