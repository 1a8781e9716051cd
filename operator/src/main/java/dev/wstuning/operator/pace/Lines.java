package dev.wstuning.operator.pace;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The owners whose requests could have a turn, in the order of their turns: a line for urgent
 * requests, and one for patient ones, which moves when the other is empty.
 *
 * @param <T> a request
 */
final class Lines<T> {

  private final Set<QueueOwner<T>> urgent = new LinkedHashSet<>();
  private final Set<QueueOwner<T>> patient = new LinkedHashSet<>();

  boolean isEmpty() {
    return urgent.isEmpty() && patient.isEmpty();
  }

  void clear() {
    urgent.clear();
    patient.clear();
  }

  /** Puts an owner at the end, unless it stands there, or has a request under way. */
  void stand(QueueOwner<T> owner) {
    if (owner.served.isEmpty()) {
      stand(owner, true);
      stand(owner, false);
    }
  }

  private void stand(QueueOwner<T> owner, boolean isUrgent) {
    if (owner.ready(isUrgent).isEmpty()) {
      line(isUrgent).remove(owner);
    } else {
      line(isUrgent).add(owner);
    }
  }

  /** The next request; its owner leaves both lines. */
  Optional<Ticket<T>> next() {
    if (isEmpty()) {
      return Optional.empty();
    }
    boolean isUrgent = !urgent.isEmpty();
    QueueOwner<T> owner = line(isUrgent).iterator().next();
    Ticket<T> ticket = owner.ready(isUrgent).iterator().next();
    owner.ready(isUrgent).remove(ticket);
    owner.served = Optional.of(ticket);
    urgent.remove(owner);
    patient.remove(owner);
    return Optional.of(ticket);
  }

  private Set<QueueOwner<T>> line(boolean isUrgent) {
    return isUrgent ? urgent : patient;
  }
}
