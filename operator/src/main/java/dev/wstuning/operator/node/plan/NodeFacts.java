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
 * @param created when it joined, as the API server writes times; empty if that is not known
 * @param bootId the id of its kernel's boot; empty if the node does not report it
 * @param ready whether its kubelet reports that it is
 */
public record NodeFacts(
    String name,
    String uid,
    String created,
    String bootId,
    boolean ready,
    Map<String, String> labels,
    List<Taint> taints) {

  private static final String READY = "Ready";

  /** Taints that Kubernetes sets while the kubelet does not answer or is not ready. */
  private static final Set<String> DOWN =
      Set.of("node.kubernetes.io/unreachable", "node.kubernetes.io/not-ready");

  public static NodeFacts of(Node node) {
    return new NodeFacts(
        node.getMetadata().getName(),
        node.getMetadata().getUid(),
        Optional.ofNullable(node.getMetadata().getCreationTimestamp()).orElse(""),
        bootId(node),
        isReady(node),
        Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of()),
        node.getSpec() == null ? List.of() : node.getSpec().getTaints());
  }

  /** Whether it works, according to its kubelet and its taints. */
  public boolean works() {
    return ready
        && taints.stream().noneMatch(t -> DOWN.stream().anyMatch(d -> d.equals(t.getKey())));
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(c -> READY.equals(c.getType()) && "True".equals(c.getStatus()));
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
        .withCreationTimestamp(node.getMetadata().getCreationTimestamp())
        .withResourceVersion(node.getMetadata().getResourceVersion())
        .withLabels(facts.labels())
        .endMetadata()
        .withNewSpec()
        .withTaints(facts.taints())
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType(READY)
        .withStatus(facts.ready() ? "True" : "False")
        .endCondition()
        .withNewNodeInfo()
        .withBootID(facts.bootId())
        .endNodeInfo()
        .endStatus()
        .build();
  }
}
