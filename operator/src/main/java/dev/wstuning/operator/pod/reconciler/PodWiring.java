package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ObserverLauncher;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.observer.Turns;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.rollout.MissedGrants;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.suspension.Intervals;
import dev.wstuning.operator.pod.suspension.ReportedHolds;
import dev.wstuning.operator.pod.suspension.Suspending;
import dev.wstuning.operator.pod.verdict.PodJudge;
import dev.wstuning.operator.publish.Events;
import dev.wstuning.operator.publish.ReadyEvents;
import dev.wstuning.operator.publish.StatusPublisher;
import dev.wstuning.operator.publish.StatusWrites;
import dev.wstuning.operator.publish.WritePace;
import dev.wstuning.operator.store.Interner;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Wires the reconciler.
 *
 * @param client one that does not repeat what is refused: the framework does
 * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
 * @param instance the name of this replica
 * @param observersPerSecond how many observers may be sent, and logs read, in the whole cluster
 * @param intervals until suspended tuning is tried again
 * @param listeners hear of what the reconciler does
 */
public record PodWiring(
    KubernetesClient client,
    Clock clock,
    LongSupplier nanoTime,
    String tunerImage,
    String instance,
    int observersPerSecond,
    Intervals intervals,
    PodListeners listeners) {

  /**
   * The pods and ReplicaSets of the namespaces that have tunings.
   *
   * @param patient a client that repeats what fails
   * @param appeared hears of each pod when it is seen first
   * @param stopped hears of a cache that stopped by itself
   */
  public static SelectedPods pods(
      KubernetesClient patient,
      TuningInformers informers,
      Consumer<Pod> appeared,
      BiConsumer<SharedIndexInformer<?>, Throwable> stopped) {
    SelectedPods pods =
        new SelectedPods(
            patient,
            PodReader.STRICT.sharing(new Interner()::shared),
            informers::namespaces,
            informers,
            appeared,
            stopped);
    informers.locate(pods::on);
    return pods;
  }

  /**
   * @param leading whether this replica is the one that writes
   */
  public TuningReconciler create(
      TuningInformers informers,
      SelectedPods pods,
      WebhookRegistration registration,
      AuthorityStore authority,
      WebhookProbe webhookProbe,
      ReportedHolds reports,
      BooleanSupplier leading) {
    Turns turns =
        new Turns(
            observersPerSecond,
            nanoTime,
            leading,
            pod -> informers.changed(pod.namespace(), pod.labels()));
    Observer observer =
        new Observer(new ObserverLauncher(client, tunerImage, listeners.observers()), clock, turns);
    PodObservers observers = new PodObservers(informers, observer, new ServerLog(client, turns));
    InjectionControl injection = new InjectionControl(registration, authority);
    Suspending suspending = new Suspending(clock, nanoTime, intervals, reports, tunerImage);
    Evictions evictions = new Evictions(client, listeners.rollout(), nanoTime);
    TuningPass pass =
        new TuningPass(
            informers,
            new Gatherer(informers),
            observers,
            suspending,
            injection,
            new PodActions(
                suspending,
                evictions,
                new Restarter(client, clock, listeners.rollout(), evictions),
                new MissedGrants(evictions, nanoTime)),
            new Wishes(),
            new Judgements(PodJudge.RULES, new Interner()::shared),
            new StatusFactory(clock),
            clock,
            tunerImage,
            webhookProbe);
    return new TuningReconciler(
        informers,
        pods,
        pass,
        PassPace.ofProcessor(),
        publisher(new Events(client, instance, clock), listeners.statuses()),
        injection,
        leading);
  }

  static StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher(
      Events events, StatusWrites writes) {
    return new StatusPublisher<>(
        WebSocketTuning::new,
        PodWiring::pressing,
        WritePace.ofStatuses(),
        writes,
        List.of(
            new ReadyEvents<>(
                events,
                WritePace.ofEvents(),
                PodWiring::named,
                WebSocketTuningStatus::conditionsOrEmpty),
            new NearLimitEvents(events, System::nanoTime)));
  }

  /** Counts and messages may wait, and so may observations while they find nothing wrong. */
  static List<Object> pressing(WebSocketTuningStatus status) {
    return Arrays.asList(
        status.observedGeneration(),
        status.lastHandled(),
        status.plan(),
        Conditions.states(
            status.conditionsOrEmpty().stream().filter(c -> !comesAndGoes(c)).toList()),
        status.problems() == null
            ? List.of()
            : status.problems().stream().map(WebSocketTuningStatus.Problem::reason).toList(),
        status.suspensionsOrEmpty(),
        // The operator reads this back, to see whether pods had another owner.
        status.pods() == null ? 0 : status.pods().ownedByOther(),
        status.rollout(),
        status.injectingSince());
  }

  /** While pods are replaced, whether one of them is observed changes again and again. */
  private static boolean comesAndGoes(Condition condition) {
    return condition.type().equals(StatusFactory.EFFECTIVE)
        && condition.status() != ConditionStatus.False;
  }

  private static String named(WebSocketTuning tuning) {
    return "namespace=%s tuning=%s"
        .formatted(tuning.getMetadata().getNamespace(), tuning.getMetadata().getName());
  }
}
