package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.store.Pages;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The caches of the node wing in every replica: labels and taints of nodes, what their agents must
 * do and report, the agents' DaemonSets and their pods. Every change concerns all node tunings.
 */
public final class NodeTuningInformers implements NodeFleetView {

  private static final String BY_NODE = "agents-by-node";

  private static final String AGENTS =
      NodeAgentDaemonSet.LABELS.entrySet().stream()
          .map(e -> e.getKey() + "=" + e.getValue())
          .sorted()
          .collect(Collectors.joining(","));

  private final SimpleInboundEventSource<WebSocketNodeTuning> requests =
      new SimpleInboundEventSource<>("requests");
  private final AtomicLong changes = new AtomicLong();
  private volatile Predicate<String> tunedPods = node -> true;
  private volatile Consumer<String> onAgent = node -> {};
  private IndexerResourceCache<WebSocketNodeTuning> tunings;
  private InformerEventSource<Node, WebSocketNodeTuning> nodes;
  private InformerEventSource<WebSocketNodeState, WebSocketNodeTuning> objects;
  private InformerEventSource<DaemonSet, WebSocketNodeTuning> daemonSets;
  private InformerEventSource<Pod, WebSocketNodeTuning> pods;

  List<EventSource<?, WebSocketNodeTuning>> eventSources(
      EventSourceContext<WebSocketNodeTuning> context) {
    tunings = context.getPrimaryCache();
    nodes =
        new InformerEventSource<>(
            ofAll(Node.class, "nodes", NodeFacts::trim)
                // Every few minutes nodes report that they are alive.
                .withOnUpdateFilter(
                    (after, before) -> !NodeFacts.of(after).equals(NodeFacts.of(before)))
                .build(),
            context);
    objects =
        new InformerEventSource<>(
            ofAll(
                    WebSocketNodeState.class,
                    "websocketnodestates",
                    NodeTuningInformers::withoutManagers)
                .withOnUpdateFilter((after, before) -> !Likeness.butConditions(after, before))
                .build(),
            context);
    daemonSets =
        new InformerEventSource<>(
            ofAll(DaemonSet.class, "daemonsets", NodeTuningInformers::withoutManagers)
                .withNamespaces(Set.of(NodeAgentDaemonSet.NAMESPACE))
                .withLabelSelector(AGENTS)
                // Its status changes with every pod.
                .withOnUpdateFilter((after, before) -> !Likeness.butStatus(after, before))
                .build(),
            context);
    pods =
        new InformerEventSource<>(
            ofAll(Pod.class, "agents", AgentPod::trim)
                .withNamespaces(Set.of(NodeAgentDaemonSet.NAMESPACE))
                .withLabelSelector(AGENTS)
                .withOnUpdateFilter(
                    (after, before) -> !AgentPod.of(after).equals(AgentPod.of(before)))
                .withSecondaryToPrimaryMapper(
                    pod -> {
                      onAgent.accept(AgentPod.of(pod).node());
                      return changed();
                    })
                .build(),
            context);
    pods.addIndexer(BY_NODE, pod -> List.of(AgentPod.of(pod).node()));
    return List.of(nodes, objects, daemonSets, pods, requests);
  }

  private <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> ofAll(
      Class<R> kind, String name, UnaryOperator<R> trim) {
    return InformerEventSourceConfiguration.from(kind, WebSocketNodeTuning.class)
        .withName(name)
        .withInformerListLimit(Pages.LIMIT)
        .withItemStore(new TransformingItemStore<>(trim))
        .withSecondaryToPrimaryMapper(r -> changed())
        .withPrimaryToSecondaryMapper((WebSocketNodeTuning t) -> Set.of());
  }

  private static <R extends HasMetadata> R withoutManagers(R resource) {
    resource.getMetadata().setManagedFields(List.of());
    return resource;
  }

  private Set<ResourceID> changed() {
    changes.incrementAndGet();
    return ids();
  }

  private Set<ResourceID> ids() {
    return tunings.list().map(ResourceID::fromResource).collect(Collectors.toSet());
  }

  @Override
  public boolean filled() {
    return pods != null;
  }

  @Override
  public List<WebSocketNodeTuning> tunings() {
    return tunings.list().toList();
  }

  @Override
  public List<NodeFacts> nodes() {
    return nodes.list().map(NodeFacts::of).toList();
  }

  @Override
  public Stream<WebSocketNodeState> objects() {
    return objects == null ? Stream.empty() : objects.list();
  }

  @Override
  public List<DaemonSet> daemonSets() {
    return daemonSets.list().toList();
  }

  @Override
  public long changes() {
    return changes.get();
  }

  @Override
  public Stream<AgentPod> agents() {
    return pods.list().map(AgentPod::of);
  }

  /** From now on it is known on which nodes pods run that their agents tuned. */
  public void onTunedPods(Predicate<String> present) {
    tunedPods = present;
  }

  @Override
  public boolean hasTunedPods(String node) {
    return tunedPods.test(node);
  }

  /** From now on {@code listener} hears of nodes whose agent's pod changed. */
  public void onAgent(Consumer<String> listener) {
    onAgent = listener;
  }

  /** Whether the pod of a node's agent is ready. */
  public boolean agentRuns(String node) {
    return runs(node, pod -> true);
  }

  /** Whether that is one of those that tune pods. */
  public boolean podsAgentRuns(String node) {
    return runs(node, AgentKind.PODS::isOf);
  }

  private boolean runs(String node, Predicate<Pod> which) {
    return pods != null
        && pods.byIndex(BY_NODE, node).stream()
            .filter(which)
            .map(AgentPod::of)
            .anyMatch(agent -> agent.ready() && !agent.ending());
  }

  @Override
  public void requestAll() {
    ids().forEach(requests::propagateEvent);
  }

  /**
   * The framework drops a creation that it sees while it reconciles the deletion of another with
   * the same name.
   */
  @Override
  public void requestUnanswered() {
    tunings
        .list(t -> t.getStatus() == null)
        .map(ResourceID::fromResource)
        .forEach(requests::propagateEvent);
  }
}
