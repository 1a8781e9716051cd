package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.store.Pages;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the agents of nodes report, and which tunings a change of that concerns: those with pods on
 * the node.
 */
final class NodeReports {

  /** Finds tunings. */
  interface Tunings {
    Set<ResourceID> all();

    /** Those that select an object with these labels. */
    Set<ResourceID> selecting(String namespace, Map<String, String> labels);
  }

  private final Tunings tunings;
  private final Predicate<String> agentRuns;
  private volatile Function<String, List<PodFacts>> podsOn = node -> List.of();
  private volatile boolean anyServed;
  private InformerEventSource<WebSocketNodeState, WebSocketTuning> nodes;

  /**
   * @param agentRuns whether the pod of a node's agent is ready
   */
  NodeReports(Tunings tunings, Predicate<String> agentRuns) {
    this.tunings = tunings;
    this.agentRuns = agentRuns;
  }

  /** From now on the pods of a node are known. */
  void locate(Function<String, List<PodFacts>> podsOnNode) {
    podsOn = podsOnNode;
  }

  EventSource<?, WebSocketTuning> eventSource(EventSourceContext<WebSocketTuning> context) {
    nodes =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(WebSocketNodeState.class, WebSocketTuning.class)
                .withName("nodes")
                .withInformerListLimit(Pages.LIMIT)
                .withItemStore(new TransformingItemStore<>(NodeAgentReport::trimmed))
                .withOnUpdateFilter(
                    (after, before) ->
                        !NodeAgentReport.of(after).equals(NodeAgentReport.of(before)))
                .withSecondaryToPrimaryMapper(node -> concerned(node.getMetadata().getName()))
                .withPrimaryToSecondaryMapper((WebSocketTuning t) -> Set.of())
                .build(),
            context);
    return nodes;
  }

  /** The tunings that a change of a node's agent concerns. */
  synchronized Set<ResourceID> concerned(String node) {
    boolean anyServes = anyServes();
    if (anyServes != anyServed) {
      // The plan of every tuning says whether a node grants open files at all.
      anyServed = anyServes;
      return tunings.all();
    }
    return podsOn.apply(node).stream()
        .flatMap(pod -> tunings.selecting(pod.namespace(), pod.labels()).stream())
        .collect(Collectors.toSet());
  }

  boolean anyServes() {
    return nodes != null
        && nodes
            .list()
            .filter(NodeAgentReport::reportsServing)
            .map(this::report)
            .anyMatch(NodeAgentReport::serving);
  }

  Optional<NodeAgentReport> of(String node) {
    return nodes.get(new ResourceID(node)).map(this::report);
  }

  private NodeAgentReport report(WebSocketNodeState node) {
    NodeAgentReport report = NodeAgentReport.of(node);
    return !report.serving() || agentRuns.test(report.name()) ? report : report.gone();
  }
}
