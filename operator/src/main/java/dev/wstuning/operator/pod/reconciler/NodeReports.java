package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReport;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodAgent;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.store.Interner;
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
import java.util.function.Consumer;
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

  /**
   * Which agents run now: what others reported last does not hold any more.
   *
   * @param any whether the pod of a node's agent is ready
   * @param tuning whether it is one of those that tune pods
   */
  record Running(Predicate<String> any, Predicate<String> tuning) {

    /** What the agent of a node reports, as far as it holds now. */
    NodeAgentReport report(WebSocketNodeState node) {
      NodeAgentReport report = NodeAgentReport.of(node);
      if (!report.serving() && !report.pods().serving()) {
        return report;
      }
      if (!any.test(report.name())) {
        return report.gone();
      }
      return report.pods().serving() && !tuning.test(report.name()) ? report.withoutPods() : report;
    }
  }

  private final Tunings tunings;
  private final Running agents;
  private volatile Function<String, List<PodFacts>> podsOn = node -> List.of();
  private volatile boolean anyServed;
  private volatile boolean anyTuned;
  private InformerEventSource<WebSocketNodeState, WebSocketTuning> nodes;
  private final PodReports pods;
  private final CountedTunings counts = new CountedTunings();

  /**
   * @param requested hears of each tuning that a report on pods concerns
   */
  NodeReports(Tunings tunings, Running agents, Consumer<ResourceID> requested) {
    this.tunings = tunings;
    this.agents = agents;
    this.pods =
        new PodReports(
            new Interner()::shared,
            new PodReports.Listener() {
              @Override
              public void reported(String node, Set<String> uids) {
                concerned(node, uids).forEach(requested);
              }

              @Override
              public void counted(String node, Set<String> uids) {
                concerned(node, uids).forEach(counts::add);
              }
            });
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

  /** Each tuning is requested when a report is stored, by what changed in it. */
  EventSource<?, WebSocketTuning> podSource(EventSourceContext<WebSocketTuning> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(WebSocketNodeReport.class, WebSocketTuning.class)
            .withName("reports")
            .withInformerListLimit(Pages.LIMIT)
            .withItemStore(store())
            .withSecondaryToPrimaryMapper(report -> Set.of())
            .withPrimaryToSecondaryMapper((WebSocketTuning t) -> Set.of())
            .build(),
        context);
  }

  /** Keeps the reports on pods. */
  PodReports store() {
    return pods;
  }

  /** The tunings of some of the pods on a node. */
  Set<ResourceID> concerned(String node, Set<String> podUids) {
    return podsOn.apply(node).stream()
        .filter(pod -> podUids.contains(pod.uid()))
        .flatMap(pod -> tunings.selecting(pod.namespace(), pod.labels()).stream())
        .collect(Collectors.toSet());
  }

  /** Whether the report of a node is about pods that its agent tuned, and that still run. */
  boolean hasTunedPods(String node) {
    return pods.size() > 0
        && podsOn.apply(node).stream()
            .anyMatch(pod -> !pod.ended() && of(pod).flatMap(PodReport::given).isPresent());
  }

  /** What is reported of a pod; its counts only while they are read, because they are moments. */
  Optional<PodReport> of(PodFacts pod) {
    return pods.size() == 0 ? Optional.empty() : pod.node().flatMap(node -> of(node, pod.uid()));
  }

  private Optional<PodReport> of(String node, String uid) {
    Optional<NodeAgentReport> agent = of(node);
    return pods.of(node, uid, () -> agent.flatMap(NodeAgentReport::bootId))
        .map(report -> report.asOf(agent));
  }

  /** The next ones of those tunings of which nothing but counts has changed. */
  List<ResourceID> counted() {
    return counts.next();
  }

  /** Whether any agent tunes pods. */
  boolean anyTunesPods() {
    return nodes != null
        && nodes
            .list()
            .filter(PodAgent::reportsServing)
            .map(agents::report)
            .anyMatch(report -> report.pods().serving());
  }

  /** The tunings that a change of a node's agent concerns. */
  synchronized Set<ResourceID> concerned(String node) {
    boolean anyServes = anyServes();
    boolean anyTunesPods = anyTunesPods();
    if (anyServes != anyServed || anyTunesPods != anyTuned) {
      // The status of every tuning depends on whether there are such nodes at all.
      anyServed = anyServes;
      anyTuned = anyTunesPods;
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
            .map(agents::report)
            .anyMatch(NodeAgentReport::serving);
  }

  Optional<NodeAgentReport> of(String node) {
    return nodes == null ? Optional.empty() : nodes.get(new ResourceID(node)).map(agents::report);
  }
}
