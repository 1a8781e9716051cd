package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.plan.NodeFacts;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NamespaceableResource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Thousands of nodes in memory, whose agents follow their orders at once. The client writes there,
 * and the caches are never behind.
 */
final class SimulatedApiServer implements NodeFleetView {

  final Map<String, NodeFacts> nodes = new TreeMap<>();
  final Map<String, WebSocketNodeState> objects = new TreeMap<>();
  final Map<String, DaemonSet> daemonSets = new TreeMap<>();
  final List<WebSocketNodeTuning> tunings = new ArrayList<>();

  /** When something was written, in nanoseconds. */
  final List<Long> writes = new ArrayList<>();

  /** The nodes of which every write is refused. */
  final Set<String> refused = new HashSet<>();

  private final MovableClock clock;

  SimulatedApiServer(MovableClock clock) {
    this.clock = clock;
  }

  void nodes(int number) {
    for (int i = 0; i < number; i++) {
      String name = "n%05d".formatted(i);
      nodes.put(name, node(name, Map.of("kubernetes.io/os", "linux")));
    }
  }

  private static NodeFacts node(String name, Map<String, String> labels) {
    return new NodeFacts(name, "uid", "2026-01-01T00:00:00Z", "", true, labels, List.of());
  }

  @Override
  public boolean hasTunedPods(String node) {
    return false;
  }

  long told(String value) {
    return objects.values().stream()
        .filter(o -> o.getSpec().sysctlsOrEmpty().stream().anyMatch(s -> s.value().equals(value)))
        .count();
  }

  KubernetesClient client() {
    return (KubernetesClient) proxy(KubernetesClient.class, new Request(null, false));
  }

  /** What a chain of calls is about. */
  private record Request(HasMetadata resource, boolean status) {}

  private Object proxy(Class<?> type, Request request) {
    Set<Class<?>> types = new HashSet<>(Set.of(type));
    if (type != KubernetesClient.class && !type.isAssignableFrom(NamespaceableResource.class)) {
      types.add(NamespaceableResource.class);
    } else if (type != KubernetesClient.class) {
      types = Set.of(NamespaceableResource.class);
    }
    InvocationHandler handler = (self, method, arguments) -> answer(method, arguments, request);
    return Proxy.newProxyInstance(
        getClass().getClassLoader(), types.toArray(Class<?>[]::new), handler);
  }

  private Object answer(Method method, Object[] arguments, Request request) {
    Class<?> type =
        method.getReturnType().isInterface() ? method.getReturnType() : NamespaceableResource.class;
    return switch (method.getName()) {
      case "resource" -> proxy(type, new Request((HasMetadata) arguments[0], false));
      case "subresource" -> proxy(type, new Request(request.resource(), true));
      case "fieldManager", "forceConflicts", "lockResourceVersion" -> proxy(type, request);
      case "serverSideApply", "patch" -> write(request, arguments);
      case "delete" -> delete(request);
      default -> throw new UnsupportedOperationException(method.toString());
    };
  }

  private Object write(Request request, Object[] arguments) {
    String name = request.resource().getMetadata().getName();
    count(name);
    if (request.resource() instanceof Node) {
      label(name, (String) arguments[1]);
      return null;
    }
    if (request.resource() instanceof DaemonSet daemonSet) {
      daemonSet.getMetadata().setUid("uid");
      daemonSet.getMetadata().setGeneration(1L);
      daemonSets.put(name, daemonSet);
      return daemonSet;
    }
    WebSocketNodeState written = (WebSocketNodeState) request.resource();
    if (request.status()) {
      conditions(objects.get(name), written);
    } else {
      apply(name, written);
    }
    return written;
  }

  private Object delete(Request request) {
    String name = request.resource().getMetadata().getName();
    count(name);
    (request.resource() instanceof DaemonSet ? daemonSets : objects).remove(name);
    return List.of();
  }

  private void count(String node) {
    writes.add(clock.nanoTime());
    if (refused.contains(node)) {
      throw new KubernetesClientException("refused", 403, null);
    }
  }

  private void label(String node, String patch) {
    Map<String, String> labels = new HashMap<>(nodes.get(node).labels());
    if (patch.contains("null")) {
      labels.remove("wstuning.dev/agent");
    } else {
      labels.put(
          "wstuning.dev/agent",
          Stream.of("pods", "grants").filter(patch::contains).findFirst().orElse("settings"));
    }
    nodes.put(node, node(node, labels));
  }

  /** The agent applies it, and reports. */
  private void apply(String name, WebSocketNodeState written) {
    WebSocketNodeState before = objects.get(name);
    long generation = before == null ? 1 : before.getMetadata().getGeneration() + 1;
    written.getMetadata().setUid("uid-of-" + name);
    written.getMetadata().setGeneration(generation);
    written.getMetadata().setResourceVersion(generation + ".0");
    written.setStatus(
        new WebSocketNodeStateStatus(
            generation,
            "",
            "test",
            written.getSpec().sysctlsOrEmpty().stream().map(SimulatedApiServer::applied).toList(),
            null,
            null,
            null,
            before == null ? null : before.getStatus().conditions()));
    objects.put(name, written);
  }

  private static AppliedSetting applied(WantedSetting wanted) {
    return new AppliedSetting(
        wanted.name(), wanted.value(), "1", wanted.value(), wanted.value(), null, null, null);
  }

  private static void conditions(WebSocketNodeState object, WebSocketNodeState written) {
    WebSocketNodeStateStatus report = object.getStatus();
    object.setStatus(
        new WebSocketNodeStateStatus(
            report.observedGeneration(),
            report.bootID(),
            report.agentVersion(),
            report.settings(),
            report.openFiles(),
            report.pods(),
            report.conntrackMax(),
            written.getStatus().conditions()));
    object.getMetadata().setResourceVersion(object.getMetadata().getResourceVersion() + "+");
  }

  @Override
  public boolean filled() {
    return true;
  }

  @Override
  public List<WebSocketNodeTuning> tunings() {
    return List.copyOf(tunings);
  }

  @Override
  public List<NodeFacts> nodes() {
    return List.copyOf(nodes.values());
  }

  @Override
  public Stream<WebSocketNodeState> objects() {
    return List.copyOf(objects.values()).stream();
  }

  @Override
  public List<DaemonSet> daemonSets() {
    return List.copyOf(daemonSets.values());
  }

  /** One that runs on each node with the label. */
  @Override
  public Stream<AgentPod> agents() {
    return nodes.values().stream()
        .filter(n -> n.labels().containsKey("wstuning.dev/agent"))
        .map(n -> TunedNodeBuilder.running(n.name()));
  }

  @Override
  public long changes() {
    return writes.size();
  }

  @Override
  public void requestAll() {}

  @Override
  public void requestUnanswered() {}
}
