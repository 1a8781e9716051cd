package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.admission.AdmissionCaches;
import dev.wstuning.operator.pod.admission.WebhookConfigurations;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the reconciler keeps of the cluster: all tunings, the webhook configurations of this
 * operator, and what agents of nodes report.
 */
public final class TuningInformers
    implements TuningView, NodeReports.Tunings, SelectedPods.Listener {

  private static final String BY_NAMESPACE = "by-namespace";

  private final KubernetesClient client;
  private final AdmissionCaches admission;
  private final WebhookRegistration registration;
  private final NodeReports nodes;
  private final SimpleInboundEventSource<WebSocketTuning> requests =
      new SimpleInboundEventSource<>("requests");
  private IndexerResourceCache<WebSocketTuning> tunings;
  private InformerEventSource<MutatingWebhookConfiguration, WebSocketTuning> webhooks;

  /**
   * @param client one that does not repeat what is refused
   * @param admission knows what namespaces admit
   * @param registration knows which changes of webhook configurations are its own
   * @param agentRuns whether the pod of a node's agent is ready
   * @param podsAgentRuns whether it is one of those that tune pods
   */
  public TuningInformers(
      KubernetesClient client,
      AdmissionCaches admission,
      WebhookRegistration registration,
      Predicate<String> agentRuns,
      Predicate<String> podsAgentRuns) {
    this.client = client;
    this.admission = admission;
    this.registration = registration;
    this.nodes =
        new NodeReports(
            this, new NodeReports.Running(agentRuns, podsAgentRuns), requests::propagateEvent);
  }

  List<EventSource<?, WebSocketTuning>> eventSources(EventSourceContext<WebSocketTuning> context) {
    tunings = context.getPrimaryCache();
    tunings.addIndexer(BY_NAMESPACE, t -> List.of(t.getMetadata().getNamespace()));
    webhooks =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(
                    MutatingWebhookConfiguration.class, WebSocketTuning.class)
                .withName("webhooks")
                .withInformerListLimit(Pages.LIMIT)
                .withItemStore(OwnedFields.leftOut())
                .withLabelSelector(
                    WebhookConfigurations.LABELS.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .collect(Collectors.joining(",")))
                .withSecondaryToPrimaryMapper(this::concerned)
                .withPrimaryToSecondaryMapper((WebSocketTuning t) -> Set.of())
                .build(),
            context);
    admission.onRelabelled(this::replaced);
    return List.of(webhooks, nodes.eventSource(context), nodes.podSource(context), requests);
  }

  /** The tunings whose entry is not the one that was written. */
  private Set<ResourceID> concerned(MutatingWebhookConfiguration configuration) {
    return inNamespace(WebhookConfigurations.namespaceOf(configuration)).stream()
        .filter(t -> registration.concerns(t, configuration))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** All tunings that this replica knows. */
  IndexerResourceCache<WebSocketTuning> tunings() {
    return tunings;
  }

  Optional<WebSocketTuning> cached(ResourceID id) {
    return tunings.get(id);
  }

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return tunings.byIndex(BY_NAMESPACE, namespace);
  }

  @Override
  public PlanContext planContext(String namespace) {
    return admission.planContext(namespace, n -> client.namespaces().withName(n).require());
  }

  @Override
  public boolean agentServes() {
    return nodes.anyServes();
  }

  @Override
  public Optional<NodeAgentReport> node(String name) {
    return nodes.of(name);
  }

  @Override
  public boolean tunesPods() {
    return nodes.anyTunesPods();
  }

  @Override
  public Optional<PodReport> reported(PodFacts pod) {
    return nodes.of(pod);
  }

  /** Not by an index, which lacks an object for a moment while that is updated. */
  @Override
  public List<MutatingWebhookConfiguration> webhooks(String namespace) {
    String first = WebhookConfigurations.name(namespace, 1);
    return webhooks
        .list(
            c ->
                c.getMetadata().getName().startsWith(first)
                    && WebhookConfigurations.namespaceOf(c).equals(namespace))
        .toList();
  }

  /**
   * Whether pods run on a node that its agent tuned; also as long as that is not known.
   *
   * @param known whether the pods of a namespace are known
   */
  public boolean hasTunedPods(String node, Predicate<String> known) {
    return tunings == null || !namespaces().stream().allMatch(known) || nodes.hasTunedPods(node);
  }

  /** The namespaces that have tunings. */
  Set<String> namespaces() {
    return tunings.list().map(t -> t.getMetadata().getNamespace()).collect(Collectors.toSet());
  }

  @Override
  public Set<ResourceID> all() {
    return tunings.list().map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  @Override
  public Set<ResourceID> selecting(String namespace, Map<String, String> labels) {
    return inNamespace(namespace).stream()
        .filter(t -> SelectedPods.selects(t, labels))
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  @Override
  public void changed(String namespace, Map<String, String> labels) {
    selecting(namespace, labels).forEach(requests::propagateEvent);
  }

  @Override
  public void replaced(String namespace) {
    inNamespace(namespace).stream().map(ResourceID::fromResource).forEach(requests::propagateEvent);
  }

  /** From now on the pods of a node are known. */
  void locate(Function<String, List<PodFacts>> podsOnNode) {
    nodes.locate(podsOnNode);
  }

  /** Requests a reconciliation of the tunings that a change of a node's agent concerns. */
  public void requestOnNode(String node) {
    if (tunings != null) {
      nodes.concerned(node).forEach(requests::propagateEvent);
    }
  }

  /**
   * Requests a reconciliation of the next tunings of which nothing but counts has changed.
   *
   * @param leads whether this replica does something about it
   */
  public void requestCounted(boolean leads) {
    List<ResourceID> next = nodes.counted();
    if (leads) {
      next.forEach(requests::propagateEvent);
    }
  }

  /** The uids of all tunings that there are. */
  public Set<String> uids() {
    return tunings.list().map(t -> t.getMetadata().getUid()).collect(Collectors.toSet());
  }

  /** The uids of the tunings that a namespace has now. */
  public Set<String> readUids(String namespace) {
    return client.resources(WebSocketTuning.class).inNamespace(namespace).list().getItems().stream()
        .map(t -> t.getMetadata().getUid())
        .collect(Collectors.toSet());
  }

  /** Requests a reconciliation of one tuning. */
  public void request(String namespace, String name) {
    requests.propagateEvent(new ResourceID(name, namespace));
  }

  /** Requests a reconciliation of every tuning: something changed that concerns them all. */
  public void requestAll() {
    if (tunings != null) {
      all().forEach(requests::propagateEvent);
    }
  }

  /**
   * Requests a reconciliation of the other tunings of a namespace: pods may have another owner now.
   */
  void requestSiblings(WebSocketTuning tuning) {
    inNamespace(tuning.getMetadata().getNamespace()).stream()
        .filter(t -> !t.getMetadata().getName().equals(tuning.getMetadata().getName()))
        .map(ResourceID::fromResource)
        .forEach(requests::propagateEvent);
  }
}
