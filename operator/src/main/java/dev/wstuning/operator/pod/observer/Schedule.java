package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ObserverName.Form;
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
 * @param requested whether a user requests a look
 * @param restarted whether the server's container was started more than once
 * @param runningSince the present start, by the clock of the kubelet
 */
record Schedule(
    List<PastLook> looks,
    int observers,
    boolean requested,
    boolean restarted,
    Instant runningSince) {

  /** Kubernetes never removes an ephemeral container. */
  static final int MOST = 6;

  /** Servers change their limits and open ports after they are ready. */
  static final Duration SECOND_LOOK = Duration.ofMinutes(15);

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
    SECOND_LOOK;

    /** Whether nothing is known without it. */
    boolean urgent() {
      return this != SECOND_LOOK;
    }
  }

  Next next() {
    if (looks.stream().anyMatch(PastLook::underWay)) {
      return new Next.UnderWay();
    }
    Optional<Next.Due> due = due();
    if (due.isPresent() && observers >= MOST) {
      return due.get().occasion().urgent() ? new Next.Exhausted() : new Next.Nothing();
    }
    return due.map(Next.class::cast).orElseGet(Next.Nothing::new);
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
        : secondLook(present);
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

  /** Once in a pod's life, at the start at which the first of these looks was. */
  private Optional<Next.Due> secondLook(List<PastLook> present) {
    if (looks.stream().anyMatch(look -> look.form() == Form.SECOND)
        || present.get(0).form() == Form.OLDER) {
      return Optional.empty();
    }
    return present
        .get(0)
        .ended()
        .map(first -> first.plus(SECOND_LOOK))
        .filter(at -> present.stream().noneMatch(look -> isAtLeast(look, at)))
        .map(at -> new Next.Due(Occasion.SECOND_LOOK, at));
  }

  private static boolean isAtLeast(PastLook look, Instant at) {
    return look.ended().filter(ended -> !ended.isBefore(at)).isPresent();
  }
}
