package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObserverFacts;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ReportParser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Recognises which looks at its server a pod shows.
 *
 * @param server the container that runs the server; it runs
 * @param question what the tuning wants to know
 * @param observers those that looked at the server, the latest last
 */
record PastLooks(
    PodFacts pod, ContainerFacts server, Question question, List<ObserverFacts> observers) {

  /** The kubelet shares 12 KiB among the messages of a pod's containers. */
  private static final int UNCUT = 12 * 1024 / ReportParser.MAX_BYTES;

  static PastLooks of(PodFacts pod, ContainerFacts server, Question question) {
    return new PastLooks(
        pod,
        server,
        question,
        pod.observers().stream().filter(o -> o.target().equals(server.name())).toList());
  }

  /** The last one that left a report. */
  Optional<ObserverFacts> lastReported() {
    return observers.stream()
        .filter(o -> o.observation().reported().isPresent())
        .reduce((earlier, later) -> later);
  }

  /** The last one that reported a server that listened. */
  Optional<ObserverFacts> lastListening() {
    return observers.stream()
        .filter(o -> o.observation().reported().filter(r -> r.report().listens()).isPresent())
        .reduce((earlier, later) -> later);
  }

  /** What is known of an observer that did not end yet. */
  Optional<Observation> underWay() {
    return observers.stream().filter(o -> !o.ended()).map(ObserverFacts::observation).findFirst();
  }

  /** What was wrong with the last report that is of no use. */
  String problem() {
    return observers.stream()
        .flatMap(o -> o.observation().failed().stream())
        .reduce("no report is expected", (earlier, later) -> later);
  }

  /** What comes next. */
  Schedule schedule() {
    return new Schedule(
        observers.stream().map(this::look).toList(),
        pod.observers().size(),
        most(),
        !question.request().isEmpty(),
        server.restarts() > 0,
        since());
  }

  /**
   * How many observers the pod may have: with more containers in all, the kubelet would cut the
   * reports of all of them.
   */
  private int most() {
    return Math.max(1, Math.min(Schedule.MOST, UNCUT - pod.otherContainers()));
  }

  /** The name of an observer that is due. */
  ObserverName name(Schedule.Next.Due due) {
    int before = observers.stream().mapToInt(o -> o.name().look()).max().orElse(0);
    return new ObserverName(
        start(),
        question.number(),
        due.occasion() == Schedule.Occasion.LATER_LOOK
            ? Math.max(before, ObserverName.FIRST) + 1
            : ObserverName.FIRST);
  }

  /**
   * When the server is looked at although it is not ready: what keeps it from that may be a limit.
   */
  Instant unready(Instant due) {
    Instant late = since().plus(Schedule.UNREADY);
    return late.isAfter(due) ? late : due;
  }

  /** Each start has a container id of its own. */
  private int start() {
    return Markers.number(containerId());
  }

  private String containerId() {
    return server.id().orElseGet(() -> since().toString());
  }

  private Instant since() {
    return server.runningSince().orElseThrow();
  }

  PastLook look(ObserverFacts observer) {
    ObserverName name = observer.name();
    boolean older = name.look() == ObserverName.OLDER;
    boolean present =
        (older ? isOlderNameOfPresent(observer) : name.start() == start())
            || observer.endedAt().filter(this::isSinceTheStart).isPresent();
    return new PastLook(
        present ? start() : name.start(),
        present,
        observer.endedAt(),
        !observer.ended(),
        !question.request().isEmpty()
            && (older
                ? name.start() == olderName(observer, question.request())
                : name.question()
                    == Markers.number(observer.command().question(question.request()))),
        answers(observer),
        observer.observation().reported().filter(r -> r.report().silent()).isPresent(),
        name.look());
  }

  /** A name of version 0.2.0 can only be compared with the one that it would give. */
  private boolean isOlderNameOfPresent(ObserverFacts observer) {
    int named = observer.name().start();
    return named == olderName(observer, "") || named == olderName(observer, question.request());
  }

  private int olderName(ObserverFacts observer, String request) {
    return Markers.number(containerId(), observer.command().question(request));
  }

  /** Both times are of the same kubelet, which starts an observer in the server's namespaces. */
  private boolean isSinceTheStart(Instant ended) {
    return since().isAfter(Instant.EPOCH) && ended.isAfter(since());
  }

  /** A report on all ports answers a question about ports that it shows. */
  private boolean answers(ObserverFacts observer) {
    return question.isAnsweredBy(observer.command())
        || (question.command().ofAllPorts().isAnsweredBy(observer.command())
            && observer
                .observation()
                .reported()
                .filter(reported -> reported.report().listensOn(question.command().ports()))
                .isPresent());
  }
}
