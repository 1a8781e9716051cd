package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ObserverName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When a pod's server is looked at next. All of it follows from the pod, so that any replica
 * decides the same at any time.
 *
 * @param looks at this server, in the order in which they came
 * @param observers how many observers the pod has, also for another container
 * @param most how many it may have
 * @param requested whether a user requests a look
 * @param restarted whether the server's container was started more than once
 * @param runningSince the present start, by the clock of the kubelet
 */
record Schedule(
    List<PastLook> looks,
    int observers,
    int most,
    boolean requested,
    boolean restarted,
    Instant runningSince) {

  /** Kubernetes never removes an ephemeral container. */
  static final int MOST = 6;

  /** The last look is kept for a restart or a request. */
  private static final int KEPT = 1;

  /** Servers change their limits and open ports after they are ready. */
  static final Duration SECOND_LOOK = Duration.ofMinutes(15);

  /** A server that listens on no port may still be starting. */
  static final Duration THIRD_LOOK = Duration.ofHours(1);

  /** A server that is not ready then may never be. */
  static final Duration UNREADY = Duration.ofMinutes(2);

  /** How long a server that just started has until it listens; the longest that the tuner waits. */
  private static final Duration WHILE_STARTING = Duration.ofMinutes(5);

  /** How long one has that runs for some time. */
  private static final Duration WHILE_RUNNING = Duration.ofMinutes(1);

  /** A server that restarts again and again must not use up all looks. */
  static final Duration BETWEEN_RESTARTS = Duration.ofDays(1);

  /** A server that restarted may do so again at once. */
  static final Duration STABLE = Duration.ofSeconds(5);

  /** What comes next. */
  sealed interface Next {

    /** A look is due. */
    record Due(Occasion occasion, Instant at) implements Next {}

    /** An observer was sent and did not end yet. */
    record UnderWay() implements Next {}

    /** A look would be due, but the pod had as many as it may have. */
    record Exhausted() implements Next {}

    /** Nothing is due. */
    record Nothing() implements Next {}
  }

  /** Why a look is due. */
  enum Occasion {
    FIRST,
    RESTART,
    REQUEST,
    OTHER_QUESTION,
    LATER_LOOK;

    /** Whether nothing is known without it. */
    boolean urgent() {
      return this != LATER_LOOK;
    }

    /** How long an observer waits at most until the server listens. */
    Duration patience() {
      return this == FIRST || this == RESTART ? WHILE_STARTING : WHILE_RUNNING;
    }

    /**
     * Whether it is worth a look at a server that is not ready. One that never becomes ready may be
     * restarted again and again, and must not use up all looks.
     */
    boolean evenIfNotReady() {
      return this == FIRST || this == REQUEST;
    }
  }

  Next next() {
    if (looks.stream().anyMatch(PastLook::underWay)) {
      return new Next.UnderWay();
    }
    Optional<Next.Due> due = due();
    if (due.isEmpty()) {
      return new Next.Nothing();
    }
    boolean urgent = due.get().occasion().urgent();
    if (observers >= (urgent ? most : most - KEPT)) {
      return urgent ? new Next.Exhausted() : new Next.Nothing();
    }
    return due.get();
  }

  /** Whether no look for the user's present request has ended. */
  boolean isRequestOpen() {
    return requested && looks.stream().noneMatch(look -> look.requested() && !look.underWay());
  }

  private Optional<Next.Due> due() {
    if (looks.isEmpty()) {
      return now(Occasion.FIRST);
    }
    if (requested && looks.stream().noneMatch(PastLook::requested)) {
      return now(Occasion.REQUEST);
    }
    List<PastLook> present = looks.stream().filter(PastLook::present).toList();
    if (present.isEmpty()) {
      return Optional.of(new Next.Due(Occasion.RESTART, afterRestart()));
    }
    return present.stream().noneMatch(PastLook::answers)
        ? now(Occasion.OTHER_QUESTION)
        : laterLook(present);
  }

  private Optional<Next.Due> now(Occasion occasion) {
    return Optional.of(new Next.Due(occasion, stable()));
  }

  private Instant stable() {
    return restarted && !looks.isEmpty() ? runningSince.plus(STABLE) : Instant.EPOCH;
  }

  /** A day after the last look at a start other than the first. */
  private Instant afterRestart() {
    Set<Integer> starts = new HashSet<>(Set.of(looks.get(0).start()));
    return looks.stream()
        .filter(look -> starts.add(look.start()))
        .flatMap(look -> look.ended().stream())
        .map(ended -> ended.plus(BETWEEN_RESTARTS))
        .reduce(stable(), (a, b) -> a.isAfter(b) ? a : b);
  }

  /**
   * One in a pod's life, at the start at which the first of these looks was. If nothing listened
   * when the server was looked at last, up to two for its start.
   */
  private Optional<Next.Due> laterLook(List<PastLook> present) {
    if (present.stream().anyMatch(PastLook::silent)) {
      long later = present.stream().filter(Schedule::isLater).count();
      return later > 1 ? Optional.empty() : again(present, later == 0 ? SECOND_LOOK : THIRD_LOOK);
    }
    if (looks.stream().anyMatch(Schedule::isLater)
        || present.get(0).number() == ObserverName.OLDER) {
      return Optional.empty();
    }
    return present
        .get(0)
        .ended()
        .map(first -> first.plus(SECOND_LOOK))
        .filter(at -> present.stream().noneMatch(look -> isAtLeast(look, at)))
        .map(at -> new Next.Due(Occasion.LATER_LOOK, at));
  }

  private static boolean isLater(PastLook look) {
    return look.number() > ObserverName.FIRST;
  }

  /** That long after the last of these looks. */
  private static Optional<Next.Due> again(List<PastLook> present, Duration pause) {
    return present
        .get(present.size() - 1)
        .ended()
        .map(last -> new Next.Due(Occasion.LATER_LOOK, last.plus(pause)));
  }

  private static boolean isAtLeast(PastLook look, Instant at) {
    return look.ended().filter(ended -> !ended.isBefore(at)).isPresent();
  }
}
