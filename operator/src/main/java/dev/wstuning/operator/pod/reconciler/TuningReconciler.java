package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.rollout.InjectionFailures;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import dev.wstuning.operator.publish.StatusPublisher;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Reconciles one tuning: gather, plan, act, observe, status. There are no finalizers; a deletion
 * takes the webhook entry away, and what was missed is swept when a replica becomes the leader.
 */
@ControllerConfiguration(
    name = "websockettuning",
    fieldManager = "wstuning",
    triggerReconcilerOnAllEvents = true,
    generationAwareEventProcessing = false,
    informer =
        @Informer(
            onUpdateFilter = SpecOrRequestChanged.class,
            informerListLimit = TuningInformers.LIST_LIMIT))
@RateLimited(maxReconciliations = 5, within = 1)
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class TuningReconciler implements Reconciler<WebSocketTuning> {

  private static final Duration SOON = Duration.ofSeconds(2);

  private final TuningInformers informers;
  private final Gatherer gatherer;
  private final InjectionControl injection;
  private final PodActions actions;
  private final StatusFactory statuses;
  private final StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher;
  private final WebhookProbe webhookProbe;
  private final Set<String> forbiddenNamespaces;
  private final BooleanSupplier leading;
  private final SelectedPods resources = new SelectedPods();
  private final ReconciledTunings known = new ReconciledTunings();

  TuningReconciler(
      TuningInformers informers,
      Gatherer gatherer,
      InjectionControl injection,
      PodActions actions,
      StatusFactory statuses,
      StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher,
      WebhookProbe webhookProbe,
      Set<String> forbiddenNamespaces,
      BooleanSupplier leading) {
    this.informers = informers;
    this.gatherer = gatherer;
    this.injection = injection;
    this.actions = actions;
    this.statuses = statuses;
    this.publisher = publisher;
    this.webhookProbe = webhookProbe;
    this.forbiddenNamespaces = forbiddenNamespaces;
    this.leading = leading;
  }

  @Override
  public List<EventSource<?, WebSocketTuning>> prepareEventSources(
      EventSourceContext<WebSocketTuning> context) {
    return informers.eventSources(context);
  }

  @Override
  public UpdateControl<WebSocketTuning> reconcile(
      WebSocketTuning tuning, Context<WebSocketTuning> context) {
    informers.follow(context.eventSourceRetriever().getControllerEventSource());
    ResourceID id = ResourceID.fromResource(tuning);
    // Where a tuning of the same name was created meanwhile, the deletion is told of that one.
    Optional<WebSocketTuning> live =
        context.isPrimaryResourceDeleted() ? informers.cached(id) : Optional.of(tuning);
    if (!leading.getAsBoolean()) {
      return standBy(id, tuning, context);
    }
    if (live.isEmpty()) {
      forget(id, known.uid(id).orElse(tuning.getMetadata().getUid()), context);
      // Not before its entry is gone: a deletion that failed is told again as long as it is known.
      known.remove(id);
      informers.requestSiblings(tuning);
      return UpdateControl.noUpdate();
    }
    ReconciledTunings.Change change = known.take(live.get());
    change.replacedUid().ifPresent(uid -> forget(id, uid, context));
    if (change.changed()) {
      // Their pods may have another owner now.
      informers.requestSiblings(live.get());
    }
    return reconcileLive(live.get(), context);
  }

  /**
   * A replica that does not lead writes nothing, and watches no pods: it will do everything when it
   * becomes the leader.
   */
  private UpdateControl<WebSocketTuning> standBy(
      ResourceID id, WebSocketTuning tuning, Context<WebSocketTuning> context) {
    drop(known.uid(id).orElse(tuning.getMetadata().getUid()), context);
    known.remove(id);
    return UpdateControl.noUpdate();
  }

  private UpdateControl<WebSocketTuning> reconcileLive(
      WebSocketTuning tuning, Context<WebSocketTuning> context) {
    String namespace = tuning.getMetadata().getNamespace();
    boolean forbidden = forbiddenNamespaces.contains(namespace);
    Optional<SelectedPods.Selected> filled = resources.of(tuning, context);
    if (filled.isEmpty()) {
      return UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(SOON);
    }
    SelectedPods.Selected selected = filled.get();
    Expectation expectation = Expectation.of(tuning, informers.planContext(namespace));
    Gatherer.Owners owners = gatherer.owners(tuning, selected.pods());
    InjectionState state = Recollection.of(tuning, owners.others());
    Gatherer.Gathered gathered =
        gatherer.gather(tuning, owners.owned(), expectation, state.injectingSince());
    gatherer.retain(tuning.getMetadata().getUid(), uids(owners));

    InjectionState after = state;
    Optional<Duration> again = gathered.again();
    KubernetesClientException refused = null;
    try {
      after =
          injection.adjust(
              tuning,
              expectation.plan().injects() && !forbidden,
              state,
              actions.failure(gathered.pods(), selected, state),
              informers.webhooks(namespace));
      again = Gatherer.earlier(again, actions.act(tuning, expectation, gathered.pods(), after));
    } catch (KubernetesClientException e) {
      // The status tells it before the framework tries again.
      refused = e;
    }
    VerdictInput input =
        new VerdictInput(
            namespace,
            tuning.getMetadata().getName(),
            expectation,
            gathered.pods(),
            owners.ownedByOther(),
            owners.contendedBy(),
            forbidden,
            after.suspension().map(Suspension::reason),
            webhookProbe.problem(),
            webhookProbe.doubt(),
            InjectionFailures.of(gatherer.owned(tuning, selected.replicaSets())),
            actions.stuck(gathered.pods()),
            Optional.ofNullable(refused).map(KubernetesClientException::getMessage),
            informers.agentServes());
    WebSocketTuningStatus status =
        statuses.create(input, tuning.getMetadata().getGeneration(), after, tuning.getStatus());
    publisher.publish(tuning, status, context);
    if (refused != null) {
      throw refused;
    }
    return again
        .map(wait -> UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(wait))
        .orElseGet(UpdateControl::noUpdate);
  }

  private static List<String> uids(Gatherer.Owners owners) {
    return owners.owned().stream().map(PodFacts::uid).toList();
  }

  private void forget(ResourceID id, String uid, Context<WebSocketTuning> context) {
    injection.end(id.getNamespace().orElseThrow(), id.getName(), uid);
    drop(uid, context);
  }

  /** Forgets what this replica keeps of a tuning. */
  private void drop(String uid, Context<WebSocketTuning> context) {
    resources.forget(uid, context);
    gatherer.retain(uid, List.of());
  }

  /** Has those reconciled whose creation, or deletion, the framework lost. */
  public void catchUp() {
    informers.revive(known::isCurrent);
    known
        .without(id -> informers.cached(id).isPresent())
        .forEach(id -> known.uid(id).ifPresent(uid -> informers.bury(id, uid)));
  }
}
