package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObserverFacts;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observation.ObserverName.Form;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.selection.Markers;
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
        !question.request().isEmpty(),
        server.restarts() > 0,
        since());
  }

  /** The name of an observer that is due. */
  ObserverName name(Schedule.Next.Due due) {
    return new ObserverName(
        start(),
        question.number(),
        due.occasion() == Schedule.Occasion.SECOND_LOOK ? Form.SECOND : Form.USUAL);
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
    boolean older = name.form() == Form.OLDER;
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
        name.form());
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
