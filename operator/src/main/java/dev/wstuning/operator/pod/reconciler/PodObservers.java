package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.NodeCoverage;
import dev.wstuning.operator.pod.observation.NodeTuned;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.observation.PodClassifier;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.Question;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ReportReader;
import dev.wstuning.operator.store.Interner;
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
  private final NodeTuned nodeTuned;

  PodObservers(TuningView view, Observer observer, ServerLog serverLog) {
    this.view = view;
    this.nodeTuned = new NodeTuned(ReportReader.STRICT, new Interner()::shared);
    this.observer = observer;
    this.serverLog = serverLog;
  }

  /** Begins to send observers, and to read logs. */
  void start() {
    observer.start();
    serverLog.start();
  }

  /** Ends that. */
  void close() {
    observer.close();
    serverLog.close();
  }

  /** How many pods wait for an observer. */
  int waiting() {
    return observer.waiting();
  }

  /** Forgets what is kept of the pods of a tuning. */
  void forget(String tuningUid) {
    observer.retain(tuningUid, List.of());
    serverLog.retain(tuningUid, List.of());
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
    Question question = question(tuning, expectations.plain());
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
                  return observe(uid, pod, (int) onNode, expectations.of(facts), since, question);
                })
            .toList();
    List<String> uids = owned.stream().map(pod -> pod.facts().uid()).toList();
    observer.retain(uid, uids);
    serverLog.retain(uid, expectations.plain().serverLog() ? uids : List.of());
    return observed;
  }

  private ObservedPod observe(
      String tuningUid,
      PodRecord record,
      int podsOnNode,
      Expectation expectation,
      Optional<Instant> since,
      Question question) {
    Optional<PodReport> reported = view.reported(record.facts());
    Optional<NodeAgentReport> node = record.facts().node().flatMap(view::node);
    PodRecord pod =
        reported.map(r -> nodeTuned.record(record, r, expectation.plan())).orElse(record);
    PodFacts facts = pod.facts();
    Life life = PodClassifier.life(facts, expectation.container());
    Observation observation = look(tuningUid, facts, life, expectation, question);
    return new ObservedPod(
        facts,
        life,
        coverage(facts, expectation, since, node, reported),
        pod.boot(),
        observation,
        node,
        podsOnNode,
        read(tuningUid, facts, observation, expectation, question),
        reported);
  }

  /** If it is not known what the tuning wants, it is not known either that a pod lacks it. */
  private static Coverage coverage(
      PodFacts facts,
      Expectation expectation,
      Optional<Instant> since,
      Optional<NodeAgentReport> node,
      Optional<PodReport> reported) {
    if (!expectation.readable() && facts.exclusion().isEmpty()) {
      return Coverage.CURRENT;
    }
    Coverage compared = PodClassifier.coverage(facts, expectation.plan(), since);
    return expectation.plan().byNode() && expectation.plan().injects()
        ? NodeCoverage.of(compared, facts, node, reported)
        : compared;
  }

  private Optional<LoggedLimit> read(
      String tuningUid,
      PodFacts facts,
      Observation observation,
      Expectation expectation,
      Question question) {
    Optional<String> container =
        expectation.serverLog() && observation.reported().isPresent()
            ? facts.serverContainer(expectation.container())
            : Optional.empty();
    return container.flatMap(name -> serverLog.of(tuningUid, facts, name, question));
  }

  private Observation look(
      String tuningUid, PodFacts facts, Life life, Expectation expectation, Question question) {
    if (expectation.untouched().isPresent()) {
      observer.rest(tuningUid, facts);
      return new Observation.Pending("pods of this namespace are not looked at");
    }
    if (facts.exclusion().isPresent() || life != Life.RUNNING) {
      observer.rest(tuningUid, facts);
      return new Observation.Pending("the server does not run");
    }
    return observer.look(tuningUid, facts, expectation.container(), question);
  }

  private static Question question(WebSocketTuning tuning, Expectation expectation) {
    Map<String, String> annotations = tuning.getMetadata().getAnnotations();
    String request = annotations == null ? "" : annotations.getOrDefault(Markers.OBSERVE, "");
    return Question.of(expectation.question(request));
  }
}
