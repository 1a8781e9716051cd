package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus;
import dev.wstuning.operator.node.status.NodeTuningStatusFactory;
import dev.wstuning.operator.publish.SpecChanged;
import dev.wstuning.operator.publish.StatusPublisher;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Reconciles one node tuning: reconciles all nodes, then writes its status. There are no
 * finalizers: {@link NodeFleet#tend} restores the nodes of a deleted tuning.
 */
@ControllerConfiguration(
    name = "websocketnodetuning",
    fieldManager = "wstuning",
    triggerReconcilerOnAllEvents = true,
    generationAwareEventProcessing = false,
    informer = @Informer(onUpdateFilter = SpecChanged.class, informerListLimit = Pages.LIMIT))
@RateLimited(maxReconciliations = 2, within = 1)
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 1000, maxInterval = 60_000)
public final class NodeTuningReconciler implements Reconciler<WebSocketNodeTuning> {

  /** A wait that takes too long becomes a problem without any event. */
  private static final Duration WAITING = Duration.ofSeconds(15);

  /** What was refused is sent again when its pause is over. */
  private static final Duration AFTER = Duration.ofSeconds(1);

  private final NodeTuningInformers informers;
  private final NodeFleet fleet;
  private final NodeTuningStatusFactory statuses;
  private final StatusPublisher<WebSocketNodeTuning, WebSocketNodeTuningStatus> publisher;
  private final BooleanSupplier leading;

  NodeTuningReconciler(
      NodeTuningInformers informers,
      NodeFleet fleet,
      NodeTuningStatusFactory statuses,
      StatusPublisher<WebSocketNodeTuning, WebSocketNodeTuningStatus> publisher,
      BooleanSupplier leading) {
    this.informers = informers;
    this.fleet = fleet;
    this.statuses = statuses;
    this.publisher = publisher;
    this.leading = leading;
  }

  @Override
  public List<EventSource<?, WebSocketNodeTuning>> prepareEventSources(
      EventSourceContext<WebSocketNodeTuning> context) {
    return informers.eventSources(context);
  }

  @Override
  public UpdateControl<WebSocketNodeTuning> reconcile(
      WebSocketNodeTuning tuning, Context<WebSocketNodeTuning> context) {
    if (!leading.getAsBoolean()) {
      // This replica reconciles everything when it becomes the leader.
      return UpdateControl.noUpdate();
    }
    if (context.isPrimaryResourceDeleted()) {
      publisher.forget(tuning.getMetadata().getUid());
      fleet.converge();
      informers.requestAll();
      return UpdateControl.noUpdate();
    }
    KubernetesClientException refused = null;
    FleetPass pass;
    try {
      pass = fleet.latest();
    } catch (KubernetesClientException e) {
      // The status shows the refusal before the framework tries again.
      refused = e;
      pass = fleet.last();
    }
    boolean changed = !isAnswered(tuning);
    String name = tuning.getMetadata().getName();
    WebSocketNodeTuningStatus status =
        statuses.create(
            tuning,
            pass.nodes(),
            Optional.ofNullable(pass.rollouts().get(name)),
            Optional.ofNullable(refused)
                .map(KubernetesClientException::getMessage)
                .or(fleet::refusal));
    Optional<Duration> published = publisher.publish(tuning, status, context);
    if (changed) {
      informers.requestAll();
    }
    if (refused != null) {
      throw refused;
    }
    return next(
        Stream.of(
            Optional.of(WAITING).filter(w -> waits(status)),
            fleet.pause(pass.selectedBy(name)).map(p -> p.plus(AFTER)),
            published,
            pass.again()));
  }

  /** Whether the status shows that it will change by itself. */
  private static boolean waits(WebSocketNodeTuningStatus status) {
    return status.conditionsOrEmpty().stream().anyMatch(c -> c.type().equals("Reconciling"));
  }

  private static UpdateControl<WebSocketNodeTuning> next(Stream<Optional<Duration>> times) {
    return times
        .flatMap(Optional::stream)
        .min(Duration::compareTo)
        .map(time -> UpdateControl.<WebSocketNodeTuning>noUpdate().rescheduleAfter(time))
        .orElseGet(UpdateControl::noUpdate);
  }

  private static boolean isAnswered(WebSocketNodeTuning tuning) {
    WebSocketNodeTuningStatus status = tuning.getStatus();
    return status != null
        && tuning.getMetadata().getGeneration().equals(status.observedGeneration());
  }
}
