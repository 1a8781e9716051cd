package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.Problem;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.verdict.JudgedNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The problems of a node tuning, one entry for each reason, the worst first. */
final class NodeProblems {

  private static final int MAX_PROBLEMS = 10;
  private static final int MAX_EXAMPLES = 3;

  /**
   * Some nodes with the same problem.
   *
   * @param finding the finding for the first of them
   */
  private record Affected(Finding finding, int nodes, List<String> examples) {

    Problem problem() {
      return new Problem(
          finding.reason().name(), nodes, examples, finding.message(), finding.next());
    }
  }

  private NodeProblems() {}

  /**
   * @param everywhere a problem of all nodes, apart from those of single nodes
   * @param rollout why not all nodes have the newest settings
   */
  static List<Problem> of(
      List<JudgedNode> judged, Optional<Finding> everywhere, Optional<Finding> rollout) {
    List<Finding> general = Stream.of(everywhere, rollout).flatMap(Optional::stream).toList();
    Stream<Affected> all =
        general.stream().map(finding -> new Affected(finding, judged.size(), List.of()));
    Stream<Affected> some =
        judged.stream().collect(Collectors.groupingBy(n -> n.finding().reason())).values().stream()
            .map(NodeProblems::affected)
            .filter(a -> general.stream().noneMatch(f -> f.reason() == a.finding().reason()));
    return Stream.concat(all, some)
        .filter(a -> a.finding().status() != ConditionStatus.True)
        .sorted(Comparator.comparing(Affected::finding, Finding.WORST_FIRST))
        .limit(MAX_PROBLEMS)
        .map(Affected::problem)
        .toList();
  }

  private static Affected affected(List<JudgedNode> nodes) {
    return new Affected(
        nodes.get(0).finding(),
        nodes.size(),
        nodes.stream().limit(MAX_EXAMPLES).map(JudgedNode::name).toList());
  }
}
