package dev.wstuning.operator.pace;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Someone who has turns in a {@link FairQueue}, which guards everything here.
 *
 * @param <T> a request
 */
final class QueueOwner<T> {

  /** All requests, by key. */
  final Map<String, Ticket<T>> tickets = new HashMap<>();

  private final Set<Ticket<T>> urgent = new LinkedHashSet<>();
  private final Set<Ticket<T>> patient = new LinkedHashSet<>();

  /** The request that is under way. */
  Optional<Ticket<T>> served = Optional.empty();

  /** The requests whose time has come, in the order in which it came. */
  Set<Ticket<T>> ready(boolean isUrgent) {
    return isUrgent ? urgent : patient;
  }

  boolean serves(Ticket<T> ticket) {
    return served.filter(other -> other == ticket).isPresent();
  }

  int waiting() {
    return (int) tickets.values().stream().filter(ticket -> ticket.waits).count();
  }
}
