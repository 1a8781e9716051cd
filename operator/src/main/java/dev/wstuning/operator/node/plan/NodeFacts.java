package dev.wstuning.operator.node.plan;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator knows of a node.
 *
 * @param hostname its label kubernetes.io/hostname, which may differ from its name
 * @param bootId the id of its kernel's boot; empty if the node does not report it
 */
public record NodeFacts(
    String name,
    String uid,
    String hostname,
    String bootId,
    Map<String, String> labels,
    List<Taint> taints) {

  public static final String HOSTNAME = "kubernetes.io/hostname";

  /** Taints that Kubernetes sets while the kubelet does not answer or is not ready. */
  private static final Set<String> DOWN =
      Set.of("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready");

  public static NodeFacts of(Node node) {
    String name = node.getMetadata().getName();
    Map<String, String> labels =
        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
    return new NodeFacts(
        name,
        node.getMetadata().getUid(),
        labels.getOrDefault(HOSTNAME, name),
        bootId(node),
        labels,
        node.getSpec() == null ? List.of() : node.getSpec().getTaints());
  }

  /** Whether a new pod can start there, according to its taints. */
  public boolean runsPods() {
    return taints.stream().noneMatch(t -> DOWN.contains(t.getKey()));
  }

  private static String bootId(Node node) {
    return node.getStatus() == null || node.getStatus().getNodeInfo() == null
        ? ""
        : Optional.ofNullable(node.getStatus().getNodeInfo().getBootID()).orElse("");
  }

  /** Makes a node small for the cache. What {@link #of} reads stays. */
  public static Node trim(Node node) {
    NodeFacts facts = of(node);
    return new NodeBuilder()
        .withNewMetadata()
        .withName(facts.name())
        .withUid(facts.uid())
        .withResourceVersion(node.getMetadata().getResourceVersion())
        .withLabels(facts.labels())
        .endMetadata()
        .withNewSpec()
        .withTaints(facts.taints())
        .endSpec()
        .withNewStatus()
        .withNewNodeInfo()
        .withBootID(facts.bootId())
        .endNodeInfo()
        .endStatus()
        .build();
  }
}
