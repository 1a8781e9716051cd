package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observer.ObserverLauncher.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends observers, and retries less and less often if they are refused, because a refused request
 * takes a turn from another pod.
 */
final class Dispatch {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private static final Duration SOON = Duration.ofSeconds(1);

  private final ObserverLauncher launcher;

  /**
   * A policy may be corrected, but seldom is. Policies distinguish pods by what is in their
   * template.
   */
  private final ObserverRefusals refusals;

  /** An API server that does not answer will soon, and is the same for all pods. */
  private final ObserverRefusals failures;

  private final WaitingPods waiting = new WaitingPods();

  Dispatch(ObserverLauncher launcher, LongSupplier nanoTime) {
    this.launcher = launcher;
    this.refusals =
        new ObserverRefusals(
            Duration.ofMinutes(1), Duration.ofHours(1), Dispatch::template, nanoTime);
    this.failures =
        new ObserverRefusals(Duration.ofSeconds(5), Duration.ofMinutes(5), pod -> "all", nanoTime);
  }

  private static Object template(PodFacts pod) {
    return List.of(pod.workload(), pod.revision());
  }

  Look send(Errand errand) {
    Look look =
        refusals
            .pending(errand)
            .map(refusal -> refused(refusal.why(), refusal.remaining()))
            .or(
                () ->
                    failures
                        .pending(errand)
                        .map(failure -> waits(failure.why(), failure.remaining())))
            .orElseGet(() -> ask(errand));
    if (look.again().isPresent()) {
      waiting.add(errand.tuningUid());
    }
    return look;
  }

  private Look ask(Errand errand) {
    Answer answer = launcher.launch(errand);
    if (answer instanceof Answer.Postponed) {
      return waits("the server waits for an observer", SOON);
    }
    if (answer instanceof Answer.Failed failed) {
      return waits(failed.words(), failures.refused(errand, failed.words(), "no answer"));
    }
    failures.succeeded(errand);
    if (answer instanceof Answer.Refused refused) {
      Duration pause =
          refusals.refused(errand, refused.words(), errand.impersonal(refused.words()));
      LOG.info(
          "msg=\"observer refused\" namespace={} pod={} again={} problem=\"{}\"",
          errand.pod().namespace(),
          errand.pod().name(),
          pause,
          refused.words());
      return refused(refused.words(), pause);
    }
    refusals.succeeded(errand);
    return Look.await("the server is being observed");
  }

  private static Look refused(String words, Duration again) {
    return new Look(
        new Observation.Failed("the API server refused the observer: " + words),
        Optional.of(again));
  }

  private static Look waits(String state, Duration again) {
    return new Look(new Observation.Pending(state), Optional.of(again));
  }

  /** How many pods an observer could not be sent to in the last passes. */
  int waiting() {
    return waiting.count();
  }

  /** Ends a pass over a tuning: forgets all its pods but these. */
  void retain(String tuningUid, Collection<String> podUids) {
    waiting.pass(tuningUid);
    refusals.retain(tuningUid, podUids);
    failures.retain(tuningUid, podUids);
  }
}
