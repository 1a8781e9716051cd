package dev.wstuning.operator.pod.reconciler;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tunings of which nothing but counts has changed. If there is traffic everywhere, those change all
 * the time, in all tunings: so the tunings take turns, a few a second. As many statuses are written
 * at most.
 */
final class CountedTunings {

  static final int PER_SECOND = 20;

  private final Set<ResourceID> waiting = new LinkedHashSet<>();

  /** Has the tuning wait for its turn, if it does not wait already. */
  synchronized void add(ResourceID tuning) {
    waiting.add(tuning);
  }

  /** Those that have their turn now. It must be called once a second. */
  synchronized List<ResourceID> next() {
    List<ResourceID> next = new ArrayList<>();
    Iterator<ResourceID> all = waiting.iterator();
    while (all.hasNext() && next.size() < PER_SECOND) {
      next.add(all.next());
      all.remove();
    }
    return next;
  }
}
