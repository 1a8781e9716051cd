package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pace.FairQueue;
import dev.wstuning.operator.pace.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does errands when their turns come. Only the replica that leads does any; one that ceases to lead
 * forgets them.
 */
final class Errands {

  private static final Logger LOG = LoggerFactory.getLogger(Errands.class);

  /** One that waits for an answer holds up no other tuning. */
  private static final int WORKERS = 4;

  /** Less than the time after which another replica may lead. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration MOMENT = Duration.ofSeconds(2);

  private static final Duration AFTER_A_BUG = Duration.ofMinutes(1);

  private final FairQueue<Errand> queue;
  private final Doer doer;
  private final BooleanSupplier leading;
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean closed;

  /** Does one kind of errands. */
  interface Doer {

    /** How long an errand has to wait, because others like it were refused. */
    Optional<Duration> pause(Errand errand);

    /** Does an errand. Returns when it must be done again; empty if it is done. */
    Optional<Duration> run(Errand errand);
  }

  Errands(Turns turns, Doer doer) {
    this.queue = new FairQueue<>(turns.perSecond(), turns.nanoTime());
    this.leading = turns.leading();
    this.doer = doer;
  }

  /** Begins to do errands, on threads of its own. */
  void start(String name) {
    for (int i = 0; i < WORKERS; i++) {
      Thread worker = new Thread(this::work, name + "-" + i);
      worker.setDaemon(true);
      worker.start();
      workers.add(worker);
    }
  }

  private void work() {
    while (!closed) {
      turn(PATIENCE);
    }
  }

  /** Ends the threads; waits a moment for what is under way. */
  void close() {
    closed = true;
    queue.close();
    for (Thread worker : workers) {
      try {
        worker.join(MOMENT.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Does the next errand, if its turn comes within that time. */
  boolean turn(Duration patience) {
    Optional<Ticket<Errand>> ticket = queue.take(patience);
    if (!queue.isEmpty() && !leading.getAsBoolean()) {
      queue.clear();
      return false;
    }
    ticket.ifPresent(this::serve);
    return ticket.isPresent();
  }

  private void serve(Ticket<Errand> ticket) {
    try {
      Optional<Duration> pause = doer.pause(ticket.request());
      if (pause.isPresent()) {
        queue.putOff(ticket, pause.get(), false);
      } else {
        doer.run(ticket.request()).ifPresent(again -> queue.putOff(ticket, again, true));
      }
    } catch (RuntimeException e) {
      LOG.error("msg=\"errand failed\" pod={}", ticket.request().pod().name(), e);
      queue.putOff(ticket, AFTER_A_BUG, true);
    } finally {
      queue.done(ticket);
    }
  }

  /**
   * Wants an errand to be done.
   *
   * @param urgent whether it goes before those that are not
   * @param in when it may be done
   */
  void want(Errand errand, boolean urgent, Duration in) {
    want(errand, errand.name(), urgent, in);
  }

  /**
   * The same; with another name, it takes the place of what was wanted before.
   *
   * @param name names what is wanted, and under which condition
   */
  void want(Errand errand, Object name, boolean urgent, Duration in) {
    queue.put(errand.tuningUid(), errand.pod().uid(), name, errand, urgent, in);
  }

  /** Wants nothing of a pod any more. */
  void drop(String tuningUid, String podUid) {
    queue.remove(tuningUid, podUid);
  }

  /** Wants nothing of the pods of a tuning any more, except of these. */
  void retain(String tuningUid, Collection<String> podUids) {
    queue.retain(tuningUid, podUids);
  }

  /** How many wait for their turn, or to be tried again. */
  int waiting() {
    return queue.waiting();
  }
}
