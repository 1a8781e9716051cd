package dev.wstuning.operator.pod.selection;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.Selector.Requirement;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The labels of the nodes that a pod may run on, as far as the pod shows before it is scheduled.
 *
 * @param alternatives the values that known labels may have; a node fits one of these
 */
public record PossibleNodes(List<Map<String, Set<String>>> alternatives) {

  public static PossibleNodes of(PodSpec spec) {
    Map<String, Set<String>> selected =
        NodeKind.nodeSelector(spec).entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> Set.of(e.getValue())));
    List<NodeSelectorTerm> terms = NodeKind.terms(spec);
    return new PossibleNodes(
        terms.isEmpty()
            ? List.of(selected)
            : terms.stream().map(term -> narrowed(selected, term)).toList());
  }

  /** What the other operators want is not read: it names no values. */
  private static Map<String, Set<String>> narrowed(
      Map<String, Set<String>> selected, NodeSelectorTerm term) {
    Map<String, Set<String>> labels = new HashMap<>(selected);
    for (NodeSelectorRequirement r : term.getMatchExpressions()) {
      if ("In".equals(r.getOperator())) {
        labels.merge(r.getKey(), Set.copyOf(r.getValues()), PossibleNodes::both);
      }
    }
    return labels;
  }

  private static Set<String> both(Set<String> some, Set<String> others) {
    return some.stream().filter(others::contains).collect(Collectors.toSet());
  }

  /** False if no node that the pod may run on can match. */
  public boolean mayMatch(Selector selector) {
    return !selector.isNothing()
        && alternatives.stream().anyMatch(labels -> mayMatch(selector, labels));
  }

  private static boolean mayMatch(Selector selector, Map<String, Set<String>> labels) {
    return selector.labels().entrySet().stream()
            .allMatch(e -> !labels.containsKey(e.getKey()) || contains(labels, e))
        && selector.expressions().stream()
            .allMatch(r -> !labels.containsKey(r.key()) || mayMatch(r, labels.get(r.key())));
  }

  private static boolean contains(
      Map<String, Set<String>> labels, Map.Entry<String, String> wanted) {
    return labels.get(wanted.getKey()).contains(wanted.getValue());
  }

  private static boolean mayMatch(Requirement requirement, Set<String> values) {
    return switch (requirement.operator()) {
      case In -> values.stream().anyMatch(requirement.valuesOrEmpty()::contains);
      case NotIn -> !requirement.valuesOrEmpty().containsAll(values);
      case Exists -> true;
      case DoesNotExist -> false;
    };
  }
}
