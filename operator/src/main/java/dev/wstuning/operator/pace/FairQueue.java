package dev.wstuning.operator.pace;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Requests that wait for their turn. The number of turns a second is limited. The owners of
 * requests have them one after the other, each with one request under way at a time. Patient
 * requests have a turn when no urgent one waits. While nothing is due, nothing happens.
 *
 * <p>A request stays known after its turn, so that it means nothing to put it again, until it is
 * removed.
 *
 * @param <T> a request
 */
public final class FairQueue<T> {

  private final RateLimit turns;
  private final LongSupplier nanoTime;
  private final long origin;

  private final Map<String, QueueOwner<T>> owners = new HashMap<>();

  private final Lines<T> lines = new Lines<>();

  /** Requests whose time has not come. */
  private final TreeSet<Ticket<T>> later =
      new TreeSet<>(Comparator.<Ticket<T>>comparingLong(t -> t.due).thenComparing(t -> t.number));

  private long numbers;
  private boolean closed;

  /**
   * @param perSecond how many turns there are
   * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
   */
  public FairQueue(int perSecond, LongSupplier nanoTime) {
    this.turns = new RateLimit(perSecond, nanoTime);
    this.nanoTime = nanoTime;
    this.origin = nanoTime.getAsLong();
  }

  /**
   * Puts a request, unless its owner has one with this key and name already.
   *
   * @param owner whose share of turns it needs
   * @param key names its target, for which a new request takes the place of another
   * @param name names the request
   * @param in when it may have a turn
   */
  public synchronized void put(
      String owner, String key, Object name, T request, boolean isUrgent, Duration in) {
    QueueOwner<T> of = owners.computeIfAbsent(owner, any -> new QueueOwner<>());
    Ticket<T> before = of.tickets.get(key);
    if (before != null && before.name.equals(name)) {
      before.request = request;
      return;
    }
    if (before != null) {
      withdraw(before, of);
    }
    Ticket<T> ticket = new Ticket<>(owner, key, name, isUrgent, numbers++, request);
    of.tickets.put(key, ticket);
    if (in.compareTo(Duration.ZERO) > 0) {
      postpone(ticket, in);
    } else {
      ready(ticket);
    }
    notifyAll();
  }

  /** Takes the next turn, if it comes within that time. {@link #done} must follow. */
  public synchronized Optional<Ticket<T>> take(Duration patience) {
    long until = now() + patience.toNanos();
    Optional<Ticket<T>> next = next();
    while (next.isEmpty() && !closed && now() < until) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(until, nextAt()) - now());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
      next = next();
    }
    return next;
  }

  private Optional<Ticket<T>> next() {
    wakeDue();
    if (closed || lines.isEmpty() || turns.untilTurn() > 0) {
      return Optional.empty();
    }
    turns.take();
    Optional<Ticket<T>> next = lines.next();
    next.ifPresent(ticket -> ticket.waits = false);
    return next;
  }

  /** Ends a turn. */
  public synchronized void done(Ticket<T> ticket) {
    QueueOwner<T> owner = owners.get(ticket.owner);
    if (owner != null && owner.serves(ticket)) {
      owner.served = Optional.empty();
      lines.stand(owner);
      forgetIfEmpty(ticket.owner);
      notifyAll();
    }
  }

  /**
   * Lets a request have another turn later.
   *
   * @param used whether it made use of the one it had
   */
  public synchronized void putOff(Ticket<T> ticket, Duration pause, boolean used) {
    if (!used) {
      turns.giveBack();
    }
    QueueOwner<T> owner = owners.get(ticket.owner);
    if (owner != null && owner.tickets.get(ticket.key) == ticket) {
      ticket.waits = true;
      postpone(ticket, pause);
    }
  }

  /** Forgets the request with this key, if there is one. */
  public synchronized void remove(String owner, String key) {
    QueueOwner<T> of = owners.get(owner);
    if (of != null && of.tickets.containsKey(key)) {
      withdraw(of.tickets.get(key), of);
      forgetIfEmpty(owner);
    }
  }

  /** Forgets all requests of an owner except those with these keys. */
  public synchronized void retain(String owner, Collection<String> keys) {
    QueueOwner<T> of = owners.get(owner);
    if (of != null) {
      Set<String> kept = Set.copyOf(keys);
      List<Ticket<T>> gone =
          of.tickets.values().stream().filter(t -> !kept.contains(t.key)).toList();
      gone.forEach(ticket -> withdraw(ticket, of));
      forgetIfEmpty(owner);
    }
  }

  /** Forgets all requests. */
  public synchronized void clear() {
    owners.clear();
    lines.clear();
    later.clear();
  }

  /** Forgets all requests and ends all waiting. There are no turns any more. */
  public synchronized void close() {
    closed = true;
    clear();
    notifyAll();
  }

  /** Whether nothing is known, not even what had its turn. */
  public synchronized boolean isEmpty() {
    return owners.isEmpty();
  }

  /** How many requests wait for a turn: their time has come, or they were put off. */
  public synchronized int waiting() {
    wakeDue();
    return owners.values().stream().mapToInt(QueueOwner::waiting).sum();
  }

  private void withdraw(Ticket<T> ticket, QueueOwner<T> owner) {
    owner.tickets.remove(ticket.key);
    later.remove(ticket);
    owner.ready(ticket.urgent).remove(ticket);
    lines.stand(owner);
  }

  private void forgetIfEmpty(String name) {
    QueueOwner<T> owner = owners.get(name);
    if (owner.tickets.isEmpty() && owner.served.isEmpty()) {
      owners.remove(name);
    }
  }

  private void postpone(Ticket<T> ticket, Duration time) {
    ticket.due = now() + time.toNanos();
    later.add(ticket);
  }

  private void ready(Ticket<T> ticket) {
    ticket.waits = true;
    QueueOwner<T> owner = owners.get(ticket.owner);
    owner.ready(ticket.urgent).add(ticket);
    lines.stand(owner);
  }

  private void wakeDue() {
    while (!later.isEmpty() && later.first().due <= now()) {
      ready(later.pollFirst());
    }
  }

  /** When there could be a turn at the earliest. */
  private long nextAt() {
    if (!lines.isEmpty()) {
      return now() + turns.untilTurn();
    }
    return later.isEmpty() ? Long.MAX_VALUE : later.first().due;
  }

  private long now() {
    return nanoTime.getAsLong() - origin;
  }
}
