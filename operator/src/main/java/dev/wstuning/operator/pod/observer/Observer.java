package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.ContainerFacts;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.observation.Observation.Reported;
import dev.wstuning.operator.pod.observation.ObserverFacts;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observer.Schedule.Next;
import dev.wstuning.operator.pod.observer.Schedule.Occasion;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Observes the servers in running pods by the {@link Schedule}. What was reported last stays known
 * as long as nothing newer is.
 */
public final class Observer {

  private static final String NOT_READY = "the server is not ready yet";

  /** Names an observer of a server that is not ready: it is sent later. */
  private record Unready(ObserverName name) {}

  private final Dispatch dispatch;
  private final Clock clock;

  /**
   * @param clock the time of the day, for times that kubelets report
   */
  public Observer(ObserverLauncher launcher, Clock clock, Turns turns) {
    this.dispatch = new Dispatch(launcher, turns);
    this.clock = clock;
  }

  /** Begins to send observers. */
  public void start() {
    errands().start("observers");
  }

  /** Ends that. */
  public void close() {
    errands().close();
  }

  Errands errands() {
    return dispatch.errands();
  }

  /**
   * What is known of the server of a running pod. If another look is due, an observer is sent when
   * it is the tuning's turn.
   *
   * @param tuningUid the tuning whose pod it is
   * @param askedContainer the container named in the spec; empty if none is
   */
  public Observation look(
      String tuningUid, PodFacts pod, Optional<String> askedContainer, Question question) {
    Optional<String> container = pod.serverContainer(askedContainer);
    if (container.isEmpty()) {
      rest(tuningUid, pod);
      return new Observation.Ambiguous();
    }
    Optional<ContainerFacts> server = pod.status(container.get()).filter(ContainerFacts::runs);
    if (server.isEmpty()) {
      rest(tuningUid, pod);
      return new Observation.Pending("the server is not running yet");
    }
    return look(tuningUid, PastLooks.of(pod, server.get(), question));
  }

  private Observation look(String tuningUid, PastLooks past) {
    Schedule schedule = past.schedule();
    Next next = schedule.next();
    Outlook outlook = proceed(tuningUid, past, next);
    boolean comes = outlook.prospect() == Prospect.COMING;
    Optional<ObserverFacts> last = past.lastReported();
    if (last.isEmpty()) {
      return comes
          ? new Observation.Pending(outlook.state())
          : new Observation.Failed(outlook.state(), outlook.prospect());
    }
    PastLook look = schedule.looks().get(past.observers().indexOf(last.get()));
    if (look.present() && look.answers()) {
      Reported newest = reported(last.get()).renewed(comes && schedule.isRequestOpen());
      return look.silent() ? silent(newest, past, another(next, outlook)) : newest;
    }
    ObserverFacts before = past.lastListening().orElse(last.get());
    return new Observation.Outdated(
        reported(before),
        since(schedule.looks().get(past.observers().indexOf(before))) + outlook.state(),
        outlook.prospect());
  }

  /** Whether another look comes, as far as is known. */
  private static boolean another(Next next, Outlook outlook) {
    return next instanceof Next.Due
        ? outlook.prospect() != Prospect.REFUSED
        : next instanceof Next.UnderWay && outlook.prospect() == Prospect.COMING;
  }

  /** Another look comes, or an earlier one saw more; else this is all that there is to see. */
  private static Observation silent(Reported newest, PastLooks past, boolean another) {
    Optional<Reported> before = past.lastListening().map(Observer::reported);
    if (another) {
      return new Observation.NotListening(newest, before);
    }
    return before
        .<Observation>map(
            seen ->
                new Observation.Outdated(
                    seen,
                    "the server listened on no port when it was last observed",
                    Prospect.ON_REQUEST))
        .orElse(newest);
  }

  private static Reported reported(ObserverFacts observer) {
    return observer.observation().reported().orElseThrow();
  }

  private static String since(PastLook look) {
    return look.present()
        ? "the server was last observed for other settings: "
        : "the server restarted since it was observed: ";
  }

  /** Takes the next step. */
  private Outlook proceed(String tuningUid, PastLooks past, Next next) {
    boolean ready = past.server().ready();
    if (next instanceof Next.Due due && (ready || due.occasion().evenIfNotReady())) {
      Errand errand =
          new Errand(
              tuningUid,
              past.pod(),
              past.server().name(),
              past.question().command(),
              due.occasion().patience(),
              past.name(due));
      return await(past, errand, due);
    }
    rest(tuningUid, past.pod());
    if (next instanceof Next.Due) {
      return Outlook.coming(NOT_READY);
    }
    if (next instanceof Next.Exhausted) {
      return Outlook.none(
          "the pod had %d observers already, and Kubernetes never removes them"
              .formatted(past.pod().observers().size()));
    }
    return next instanceof Next.UnderWay
        ? Outlook.of(past.underWay().orElseThrow())
        : Outlook.none(past.problem());
  }

  private Outlook await(PastLooks past, Errand errand, Next.Due due) {
    boolean ready = past.server().ready();
    Duration in = Duration.between(clock.instant(), ready ? due.at() : past.unready(due.at()));
    Object name = ready ? errand.name() : new Unready(errand.name());
    errands().want(errand, name, due.occasion().urgent(), in);
    if (due.occasion() == Occasion.LATER_LOOK) {
      return Optional.of(errand)
          .filter(e -> in.compareTo(Duration.ZERO) <= 0)
          .flatMap(dispatch::refused)
          .orElseGet(() -> Outlook.none(past.problem()));
    }
    if (!ready && in.compareTo(Duration.ZERO) > 0) {
      return Outlook.coming(NOT_READY);
    }
    if (in.compareTo(Schedule.STABLE) > 0) {
      return new Outlook("a server that restarts is observed once a day", Prospect.ON_REQUEST);
    }
    return in.compareTo(Duration.ZERO) > 0
        ? Outlook.coming("the server restarted a moment ago")
        : dispatch.outlook(errand);
  }

  /** Sends no observer to a pod until it is looked at again. */
  public void rest(String tuningUid, PodFacts pod) {
    errands().drop(tuningUid, pod.uid());
  }

  /** How many pods wait for an observer. */
  public int waiting() {
    return errands().waiting();
  }

  /** Ends a pass over a tuning: wants nothing of all its pods but these. */
  public void retain(String tuningUid, Collection<String> podUids) {
    dispatch.retain(tuningUid, podUids);
  }
}
