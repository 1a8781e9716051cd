package dev.wstuning.operator.reconciler;

import dev.wstuning.operator.admission.AuthorityStore;
import dev.wstuning.operator.admission.SelfTest;
import dev.wstuning.operator.admission.WebhookRegistration;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.observer.Observer;
import dev.wstuning.operator.observer.ObserverLauncher;
import dev.wstuning.operator.rollout.InjectionFailures;
import dev.wstuning.operator.rollout.Restarter;
import dev.wstuning.operator.rollout.StuckPods;
import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.status.StatusFactory;
import dev.wstuning.operator.status.StatusFactory.Memory;
import dev.wstuning.operator.verdict.Desired;
import dev.wstuning.operator.verdict.ObservedPod;
import dev.wstuning.operator.verdict.Situation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Reconciles one tuning: gather, plan, act, observe, status. There are no finalizers; a deletion
 * takes the webhook entry away, and what was missed is swept when a replica becomes the leader.
 */
@ControllerConfiguration(
    name = "websockettuning",
    fieldManager = "wstuning",
    triggerReconcilerOnAllEvents = true,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = RelevantChange.class))
@RateLimited(maxReconciliations = 5, within = 1)
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class TuningReconciler implements Reconciler<WebSocketTuning> {

  private final TuningCaches caches;
  private final SelectedResources resources = new SelectedResources();
  private final Actors actors;
  private final Set<String> forbiddenNamespaces;
  private final StatusFactory statuses;

  /** The generation of each tuning that was reconciled last, and the uids of its pods. */
  private final Map<String, Long> generations = new ConcurrentHashMap<>();

  private final Map<String, List<String>> pods = new ConcurrentHashMap<>();

  /** Who acts on what the reconciler finds. */
  record Actors(
      Gatherer gatherer,
      Injection injection,
      Observer observer,
      StuckPods stuckPods,
      Restarter restarter,
      SelfTest selfTest,
      EventRecorder events) {}

  private TuningReconciler(
      TuningCaches caches, Actors actors, Set<String> forbiddenNamespaces, StatusFactory statuses) {
    this.caches = caches;
    this.actors = actors;
    this.forbiddenNamespaces = forbiddenNamespaces;
    this.statuses = statuses;
  }

  /** Everything that the reconciler needs from outside. */
  public record Environment(
      KubernetesClient client,
      Clock clock,
      String tunerImage,
      String namespace,
      String instance,
      int observersPerSecond) {}

  public static TuningReconciler create(
      Environment env,
      TuningCaches caches,
      WebhookRegistration registration,
      AuthorityStore authority,
      SelfTest selfTest) {
    Observer observer =
        new Observer(
            new ObserverLauncher(
                env.client(), env.tunerImage(), env.observersPerSecond(), env.clock()),
            env.clock());
    Actors actors =
        new Actors(
            new Gatherer(caches, observer, env.tunerImage()),
            new Injection(registration, authority, env.tunerImage(), env.clock()),
            observer,
            new StuckPods(env.client()),
            new Restarter(env.client(), env.clock()),
            selfTest,
            new EventRecorder(env.client(), env.instance(), env.clock()));
    return new TuningReconciler(
        caches, actors, Set.of("kube-system", env.namespace()), new StatusFactory(env.clock()));
  }

  @Override
  public List<EventSource<?, WebSocketTuning>> prepareEventSources(
      EventSourceContext<WebSocketTuning> context) {
    return caches.eventSources(context);
  }

  @Override
  public UpdateControl<WebSocketTuning> reconcile(
      WebSocketTuning tuning, Context<WebSocketTuning> context) {
    if (context.isPrimaryResourceDeleted()) {
      forget(tuning, context);
      return UpdateControl.noUpdate();
    }
    tellSiblings(tuning);
    String namespace = tuning.getMetadata().getNamespace();
    boolean forbidden = forbiddenNamespaces.contains(namespace);
    Memory memory = Memory.of(tuning.getStatus());
    Desired desired = Desired.of(tuning.getSpec(), caches.surroundings(namespace));
    SelectedResources.Selected selected = resources.of(tuning, context);
    Gatherer.Gathered gathered =
        actors.gatherer().gather(tuning, selected.pods(), desired, memory.injectingSince());
    rememberPods(tuning, gathered);

    Memory after =
        actors
            .injection()
            .adjust(
                tuning,
                desired.plan().injects() && !forbidden,
                memory,
                failure(gathered, selected),
                caches.webhooks(namespace));
    act(tuning, desired, gathered.pods(), after);

    Situation situation =
        new Situation(
            namespace,
            tuning.getMetadata().getName(),
            desired,
            gathered.pods(),
            gathered.ownedByOther(),
            gathered.contendedBy(),
            forbidden,
            after.suspension().map(Suspension::reason),
            actors.selfTest().problem());
    publish(tuning, situation, after, context);
    return gathered
        .again()
        .map(again -> UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(again))
        .orElseGet(UpdateControl::noUpdate);
  }

  private static Optional<String> failure(
      Gatherer.Gathered gathered, SelectedResources.Selected selected) {
    return Stream.concat(
            gathered.pods().stream().map(InjectionFailures::of),
            Stream.of(InjectionFailures.of(selected.replicaSets())))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private void act(
      WebSocketTuning tuning, Desired desired, List<ObservedPod> observed, Memory memory) {
    if (memory.suspension().isPresent()) {
      observed.stream()
          .filter(p -> InjectionFailures.of(p).isPresent())
          .map(ObservedPod::facts)
          .forEach(actors.stuckPods()::release);
    } else if (desired.plan().injects()
        && tuning.getSpec().existingPodsOrDefault() == ExistingPods.Restart) {
      actors.restarter().advance(observed, desired.plan().hash());
    }
  }

  private void publish(
      WebSocketTuning tuning,
      Situation situation,
      Memory memory,
      Context<WebSocketTuning> context) {
    WebSocketTuningStatus before = tuning.getStatus();
    WebSocketTuningStatus status =
        statuses.create(situation, tuning.getMetadata().getGeneration(), memory, before);
    if (before != null && Serialization.asJson(before).equals(Serialization.asJson(status))) {
      return;
    }
    WebSocketTuning fresh = new WebSocketTuning();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withName(tuning.getMetadata().getName())
            .withNamespace(tuning.getMetadata().getNamespace())
            .withUid(tuning.getMetadata().getUid())
            .build());
    fresh.setStatus(status);
    PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(tuning, fresh, context);
    actors.events().record(tuning, before, status);
  }

  /** Siblings learn of a new, changed or deleted tuning: their pods may have another owner. */
  private void tellSiblings(WebSocketTuning tuning) {
    Long generation = tuning.getMetadata().getGeneration();
    Long before = generations.put(tuning.getMetadata().getUid(), generation);
    if (!generation.equals(before)) {
      caches.requestSiblings(tuning);
    }
  }

  private void rememberPods(WebSocketTuning tuning, Gatherer.Gathered gathered) {
    List<String> now = gathered.pods().stream().map(ObservedPod::facts).map(PodFacts::uid).toList();
    List<String> before = pods.put(tuning.getMetadata().getUid(), now);
    if (before != null) {
      actors.observer().forget(before, now);
    }
  }

  private void forget(WebSocketTuning tuning, Context<WebSocketTuning> context) {
    String uid = tuning.getMetadata().getUid();
    actors.injection().end(tuning);
    resources.forget(tuning, context);
    generations.remove(uid);
    List<String> before = pods.remove(uid);
    if (before != null) {
      actors.observer().forget(before, List.of());
    }
    caches.requestSiblings(tuning);
  }
}
