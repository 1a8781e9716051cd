package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observer.ObserverLauncher.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends observers, and retries less and less often if they are refused, because a refused request
 * takes a turn from another pod.
 */
final class Dispatch implements Errands.Doer {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /** The change of a pod takes a moment to arrive, and decides whether an observer is due still. */
  private static final Duration ARRIVAL = Duration.ofSeconds(5);

  private final ObserverLauncher launcher;

  /**
   * A policy may be corrected, but seldom is. Policies distinguish pods by what is in their
   * template.
   */
  private final ObserverRefusals refusals;

  /** An API server that does not answer will soon, and is the same for all pods. */
  private final ObserverRefusals failures;

  private final Errands errands;
  private final Consumer<PodFacts> wake;

  Dispatch(ObserverLauncher launcher, Turns turns) {
    this.launcher = launcher;
    this.refusals =
        new ObserverRefusals(
            Duration.ofMinutes(1), Duration.ofHours(1), Dispatch::template, turns.nanoTime());
    this.failures =
        new ObserverRefusals(
            Duration.ofSeconds(5), Duration.ofMinutes(5), pod -> "all", turns.nanoTime());
    this.errands = new Errands(turns, this);
    this.wake = turns.wake();
  }

  private static Object template(PodFacts pod) {
    return List.of(pod.workload(), pod.revision());
  }

  Errands errands() {
    return errands;
  }

  /** What is to be expected of a pod for which an observer is due. */
  Outlook outlook(Errand errand) {
    return refused(errand)
        .or(() -> failures.pending(errand).map(failure -> Outlook.coming(failure.why())))
        .orElseGet(() -> Outlook.coming("the server waits for an observer"));
  }

  /** The same, if the API server refuses the observer at present. */
  Optional<Outlook> refused(Errand errand) {
    return refusals.pending(errand).map(refusal -> Outlook.refused(refusal.why()));
  }

  @Override
  public Optional<Duration> pause(Errand errand) {
    return refusals
        .pending(errand)
        .or(() -> failures.pending(errand))
        .map(RefusedPods.Pending::remaining);
  }

  @Override
  public Optional<Duration> run(Errand errand) {
    Answer answer = launcher.launch(errand);
    if (answer instanceof Answer.PodChanged) {
      return Optional.of(ARRIVAL);
    }
    if (answer instanceof Answer.Failed failed) {
      Duration pause = failures.refused(errand, failed.words(), "no answer");
      wake.accept(errand.pod());
      return Optional.of(pause);
    }
    failures.succeeded(errand);
    if (answer instanceof Answer.Refused refused) {
      return Optional.of(refused(errand, refused.words()));
    }
    refusals.succeeded(errand);
    return Optional.empty();
  }

  private Duration refused(Errand errand, String words) {
    Duration pause = refusals.refused(errand, words, errand.impersonal(words));
    LOG.info(
        "msg=\"observer refused\" namespace={} pod={} again={} problem=\"{}\"",
        errand.pod().namespace(),
        errand.pod().name(),
        pause,
        words);
    wake.accept(errand.pod());
    return pause;
  }

  /** Forgets all pods of a tuning but these. */
  void retain(String tuningUid, Collection<String> podUids) {
    errands.retain(tuningUid, podUids);
    refusals.retain(tuningUid, podUids);
    failures.retain(tuningUid, podUids);
  }
}
