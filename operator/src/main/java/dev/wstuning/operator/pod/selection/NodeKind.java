package dev.wstuning.operator.pod.selection;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** On which kind of node a pod will run, as far as the pod shows before it is scheduled. */
final class NodeKind {

  private static final String WINDOWS = "windows";

  /** The second is what the first was called before Kubernetes 1.14. */
  private static final Set<String> OS_LABELS = Set.of("kubernetes.io/os", "beta.kubernetes.io/os");

  /** Of EKS Fargate, which sets it at admission. */
  private static final String FARGATE_SCHEDULER = "fargate-scheduler";

  /** With this value such a label is a virtual kubelet's, as on AKS virtual nodes. */
  private static final String VIRTUAL_KUBELET = "virtual-kubelet";

  private NodeKind() {}

  static boolean isWindows(PodSpec spec) {
    boolean stated = spec.getOs() != null && WINDOWS.equals(spec.getOs().getName());
    return stated
        || (!nodeSelector(spec).isEmpty()
            && OS_LABELS.stream().map(nodeSelector(spec)::get).anyMatch(WINDOWS::equals))
        || everyTerm(spec, NodeKind::onlyWindows);
  }

  static boolean isVirtual(PodSpec spec) {
    return FARGATE_SCHEDULER.equals(spec.getSchedulerName())
        || VIRTUAL_KUBELET.equals(nodeSelector(spec).get("type"))
        || everyTerm(spec, r -> r.getKey().equals("type") && only(r, VIRTUAL_KUBELET));
  }

  private static boolean onlyWindows(NodeSelectorRequirement requirement) {
    return OS_LABELS.contains(requirement.getKey()) && only(requirement, WINDOWS);
  }

  private static boolean only(NodeSelectorRequirement requirement, String value) {
    return "In".equals(requirement.getOperator()) && requirement.getValues().equals(List.of(value));
  }

  static Map<String, String> nodeSelector(PodSpec spec) {
    return Objects.requireNonNullElse(spec.getNodeSelector(), Map.of());
  }

  /** What a node must meet one of; empty if any node will do. */
  static List<NodeSelectorTerm> terms(PodSpec spec) {
    return Optional.ofNullable(spec.getAffinity())
        .map(Affinity::getNodeAffinity)
        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
        .map(NodeSelector::getNodeSelectorTerms)
        .orElse(List.of());
  }

  private interface Condition {
    boolean on(NodeSelectorRequirement requirement);
  }

  /** Whether each of the terms, any of which is enough for a node, contains the condition. */
  private static boolean everyTerm(PodSpec spec, Condition condition) {
    List<NodeSelectorTerm> terms = terms(spec);
    return !terms.isEmpty()
        && terms.stream().allMatch(t -> t.getMatchExpressions().stream().anyMatch(condition::on));
  }
}
