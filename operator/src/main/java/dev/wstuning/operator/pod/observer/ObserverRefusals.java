package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Which pods must wait because the API server refused an observer, tuning by tuning. Earlier
 * refusals do not count when a tuning wants something else: its spec changed, or a user wants
 * another look.
 */
final class ObserverRefusals {

  private final Duration first;
  private final Duration longest;
  private final Function<PodFacts, Object> kindOf;
  private final LongSupplier nanoTime;
  private final Map<String, OfCommand> tunings = new ConcurrentHashMap<>();

  private record OfCommand(ObserveCommand command, RefusedPods pods) {}

  /**
   * @param first the pause after a first refusal, which doubles with each further one
   * @param longest the longest pause
   * @param kindOf which pods of a tuning are alike, so that one is refused if others are
   */
  ObserverRefusals(
      Duration first, Duration longest, Function<PodFacts, Object> kindOf, LongSupplier nanoTime) {
    this.first = first;
    this.longest = longest;
    this.kindOf = kindOf;
    this.nanoTime = nanoTime;
  }

  /** Why {@code errand} has to wait; empty if it may be tried. */
  Optional<RefusedPods.Pending> pending(Errand errand) {
    return of(errand).flatMap(pods -> pods.pending(uid(errand), kind(errand)));
  }

  /**
   * Notes that {@code errand} was refused.
   *
   * @param why the words of the refusal
   * @param cause the same for two refusals if they have the same cause
   * @return how long it has to wait
   */
  Duration refused(Errand errand, String why, String cause) {
    RefusedPods pods =
        of(errand)
            .orElseGet(
                () -> {
                  RefusedPods none = new RefusedPods(first, longest, nanoTime);
                  tunings.put(errand.tuningUid(), new OfCommand(errand.command(), none));
                  return none;
                });
    return pods.refused(uid(errand), kind(errand), why, cause);
  }

  /** Notes that {@code errand} was not refused. */
  void succeeded(Errand errand) {
    of(errand).ifPresent(pods -> pods.succeeded(uid(errand), kind(errand)));
  }

  /** Forgets all pods of a tuning but these. */
  void retain(String tuningUid, Collection<String> podUids) {
    OfCommand known = tunings.get(tuningUid);
    if (known != null && podUids.isEmpty()) {
      tunings.remove(tuningUid);
    } else if (known != null) {
      known.pods().retain(Set.copyOf(podUids));
    }
  }

  private Optional<RefusedPods> of(Errand errand) {
    OfCommand known = tunings.get(errand.tuningUid());
    if (known != null && !known.command().equals(errand.command())) {
      tunings.remove(errand.tuningUid());
      return Optional.empty();
    }
    return Optional.ofNullable(known).map(OfCommand::pods);
  }

  private static String uid(Errand errand) {
    return errand.pod().uid();
  }

  private Object kind(Errand errand) {
    return kindOf.apply(errand.pod());
  }
}
