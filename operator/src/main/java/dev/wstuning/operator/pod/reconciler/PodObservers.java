package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodClassifier;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.observer.Look;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Observes the pods of a tuning: sends observers and reads logs when that is due. */
final class PodObservers {

  private final Observer observer;
  private final ServerLog serverLog;
  private final TuningView view;

  PodObservers(TuningView view, Observer observer, ServerLog serverLog) {
    this.view = view;
    this.observer = observer;
    this.serverLog = serverLog;
  }

  /** How many pods wait for an observer. */
  int waiting() {
    return observer.waiting();
  }

  /** Forgets what is kept of the pods of a tuning. */
  void forget(String tuningUid) {
    retain(tuningUid, List.of());
  }

  private void retain(String tuningUid, List<String> podUids) {
    observer.retain(tuningUid, podUids);
    serverLog.retain(tuningUid, podUids);
  }

  /**
   * Looks at the pods of a tuning, and forgets what is kept of others that it had.
   *
   * @param since since when new pods are injected; empty if they are not
   */
  List<ObservedPod> observe(
      WebSocketTuning tuning,
      List<PodRecord> owned,
      Expectations expectations,
      Optional<Instant> since) {
    String uid = tuning.getMetadata().getUid();
    ObserveCommand command = command(tuning, expectations.plain());
    Map<String, Long> podsPerNode =
        owned.stream()
            .map(PodRecord::facts)
            .filter(facts -> !facts.ended())
            .flatMap(facts -> facts.node().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<ObservedPod> observed =
        owned.stream()
            .map(
                pod -> {
                  PodFacts facts = pod.facts();
                  long onNode = facts.node().map(podsPerNode::get).orElse(1L);
                  return observe(uid, pod, (int) onNode, expectations.of(facts), since, command);
                })
            .toList();
    retain(uid, owned.stream().map(pod -> pod.facts().uid()).toList());
    return observed;
  }

  private ObservedPod observe(
      String tuningUid,
      PodRecord pod,
      int podsOnNode,
      Expectation expectation,
      Optional<Instant> since,
      ObserveCommand command) {
    PodFacts facts = pod.facts();
    Life life = PodClassifier.life(facts, expectation.container());
    Look look = look(tuningUid, facts, life, expectation, command);
    ServerLog.Reading log = read(tuningUid, facts, look.observation(), expectation, command);
    return new ObservedPod(
        facts,
        life,
        coverage(facts, expectation, since),
        pod.boot(),
        look.observation(),
        facts.node().flatMap(view::node),
        podsOnNode,
        log.logged(),
        earlier(look.again(), log.again()));
  }

  /** If it is not known what the tuning wants, it is not known either that a pod lacks it. */
  private static Coverage coverage(
      PodFacts facts, Expectation expectation, Optional<Instant> since) {
    return expectation.readable() || facts.exclusion().isPresent()
        ? PodClassifier.coverage(facts, expectation.plan(), since)
        : Coverage.CURRENT;
  }

  private ServerLog.Reading read(
      String tuningUid,
      PodFacts facts,
      Observation observation,
      Expectation expectation,
      ObserveCommand command) {
    Optional<String> container =
        expectation.serverLog() && observation.reported().isPresent()
            ? facts.serverContainer(expectation.container())
            : Optional.empty();
    return container
        .map(name -> serverLog.of(tuningUid, facts, name, command))
        .orElseGet(() -> new ServerLog.Reading(Optional.empty(), Optional.empty()));
  }

  private Look look(
      String tuningUid,
      PodFacts facts,
      Life life,
      Expectation expectation,
      ObserveCommand command) {
    if (facts.exclusion().isPresent() || life != Life.RUNNING) {
      return new Look(new Observation.Pending("the server does not run"), Optional.empty());
    }
    return observer.look(tuningUid, facts, expectation.container(), command);
  }

  private static ObserveCommand command(WebSocketTuning tuning, Expectation expectation) {
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    String request = annotations == null ? "" : annotations.getOrDefault(Markers.OBSERVE, "");
    return new ObserveCommand(expectation.ports(), expectation.probe(), request);
  }

  /** The earlier of two moments to look again. */
  static Optional<Duration> earlier(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() ? b : b.isEmpty() || a.get().compareTo(b.get()) <= 0 ? a : b;
  }
}
