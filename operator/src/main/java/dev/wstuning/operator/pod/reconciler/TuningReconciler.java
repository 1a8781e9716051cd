package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.publish.StatusPublisher;
import dev.wstuning.operator.store.Pages;
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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Reconciles one tuning: publishes what a pass over its pods found, and forgets one that is gone.
 * There are no finalizers; a deletion takes the webhook entry away, and what was missed is swept
 * when a replica becomes the leader.
 */
@ControllerConfiguration(
    name = "websockettuning",
    fieldManager = "wstuning",
    triggerReconcilerOnAllEvents = true,
    generationAwareEventProcessing = false,
    informer =
        @Informer(onUpdateFilter = SpecOrRequestChanged.class, informerListLimit = Pages.LIMIT))
@RateLimited(maxReconciliations = 5, within = 1)
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class TuningReconciler implements Reconciler<WebSocketTuning>, AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(2);

  private final TuningInformers informers;
  private final TuningPass pass;
  private final PassPace pace;
  private final StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher;
  private final InjectionControl injection;
  private final BooleanSupplier leading;
  private final SelectedPods pods;
  private final ReconciledTunings known = new ReconciledTunings();
  private final LostEvents lost = new LostEvents();

  TuningReconciler(
      TuningInformers informers,
      SelectedPods pods,
      TuningPass pass,
      PassPace pace,
      StatusPublisher<WebSocketTuning, WebSocketTuningStatus> publisher,
      InjectionControl injection,
      BooleanSupplier leading) {
    this.informers = informers;
    this.pods = pods;
    this.pass = pass;
    this.pace = pace;
    this.publisher = publisher;
    this.injection = injection;
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
    lost.follow(context.eventSourceRetriever().getControllerEventSource());
    ResourceID id = ResourceID.fromResource(tuning);
    // If a tuning with the same name was created meanwhile, the deletion event has that one.
    Optional<WebSocketTuning> live =
        context.isPrimaryResourceDeleted() ? informers.cached(id) : Optional.of(tuning);
    if (live.isPresent() && !pods.follows(tuning.getMetadata().getNamespace())) {
      pods.follow();
    }
    if (!leading.getAsBoolean()) {
      return standBy(id, tuning);
    }
    if (live.isEmpty()) {
      forget(id, known.uid(id).orElse(tuning.getMetadata().getUid()));
      // Not before its entry is gone: a failed deletion is repeated as long as the tuning is known.
      known.remove(id);
      informers.requestSiblings(tuning);
      return UpdateControl.noUpdate();
    }
    ReconciledTunings.Change change = known.take(live.get());
    change.replacedUid().ifPresent(uid -> forget(id, uid));
    if (change.changed()) {
      // Their pods may have another owner now.
      informers.requestSiblings(live.get());
    }
    return reconcileLive(live.get(), context);
  }

  /**
   * A replica that does not lead writes nothing: it will do everything when it becomes the leader.
   */
  private UpdateControl<WebSocketTuning> standBy(ResourceID id, WebSocketTuning tuning) {
    String uid = known.uid(id).orElse(tuning.getMetadata().getUid());
    injection.forget(uid);
    forget(uid);
    known.remove(id);
    return UpdateControl.noUpdate();
  }

  private UpdateControl<WebSocketTuning> reconcileLive(
      WebSocketTuning tuning, Context<WebSocketTuning> context) {
    Duration rest = pace.remaining(tuning);
    if (!rest.isZero()) {
      return UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(rest);
    }
    Optional<SelectedPods.Selected> selected = pods.of(tuning);
    if (selected.isEmpty()) {
      return UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(SOON);
    }
    TuningPass.Outcome outcome = pace.time(tuning, () -> pass.over(tuning, selected.get()));
    Optional<Duration> waits = publisher.publish(tuning, outcome.status(), context);
    if (outcome.refused().isPresent()) {
      // The framework tries again; the status reports it meanwhile.
      throw outcome.refused().get();
    }
    return Stream.of(outcome.again(), waits)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder())
        .map(wait -> UpdateControl.<WebSocketTuning>noUpdate().rescheduleAfter(wait))
        .orElseGet(UpdateControl::noUpdate);
  }

  private void forget(ResourceID id, String uid) {
    String namespace = id.getNamespace().orElseThrow();
    injection.end(namespace, id.getName(), uid, informers.webhooks(namespace));
    forget(uid);
  }

  private void forget(String uid) {
    publisher.forget(uid);
    pass.forget(uid);
    pace.forget(uid);
  }

  /** Begins to send observers when they are due. */
  public void start() {
    pass.observers().start();
  }

  /** Ends that. */
  @Override
  public void close() {
    pass.observers().close();
  }

  /** What is known of all tunings together; empty if this replica does not lead. */
  public Optional<Totals> totals() {
    return leading.getAsBoolean()
        ? Optional.of(
            pass.totals(
                informers.all().stream().flatMap(id -> informers.cached(id).stream()).toList()))
        : Optional.empty();
  }

  /** Requests a reconciliation of tunings whose creation or deletion the framework lost. */
  public void catchUp() {
    lost.repeat(informers.tunings(), known);
  }
}
