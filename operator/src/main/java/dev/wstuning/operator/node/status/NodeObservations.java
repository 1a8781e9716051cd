package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.GrantedOpenFiles;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.NodeObservation;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ObservedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ServedPods;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Groups;
import dev.wstuning.operator.condition.Groups.Group;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.verdict.JudgedNode;
import dev.wstuning.operator.node.verdict.NodeRules;
import java.util.List;

/** Groups nodes with equal values, the worst first. */
final class NodeObservations {

  private static final int MAX_GROUPS = 10;
  private static final int MAX_EXAMPLES = 3;
  private static final int MAX_PROBLEM = 200;

  /** For all groups together, so that the status stays small if every node differs. */
  private static final int MAX_SETTINGS = 32;

  private NodeObservations() {}

  static List<NodeObservation> of(String tuning, List<JudgedNode> judged) {
    Groups<NodeObservation, String> groups = new Groups<>();
    judged.forEach(n -> groups.add(common(tuning, n.state(), n.finding()), n.finding(), n.name()));
    return groups.worst(MAX_GROUPS, MAX_SETTINGS, o -> o.settings().size()).stream()
        .map(NodeObservations::describe)
        .toList();
  }

  private static NodeObservation common(String tuning, TunedNode state, Finding finding) {
    return new NodeObservation(
        null,
        null,
        finding.reason().name(),
        finding.text(),
        NodeRules.settings(tuning, state).map(NodeObservations::observed).toList(),
        NodeRules.serving(tuning, state).map(NodeObservations::granted).orElse(null),
        NodeRules.servedPods(tuning, state).map(NodeObservations::brief).orElse(null));
  }

  private static ObservedSetting observed(AppliedSetting setting) {
    return new ObservedSetting(
        setting.name(),
        setting.value(),
        setting.original(),
        setting.wanted(),
        brief(setting.problem()),
        brief(setting.waits()));
  }

  private static GrantedOpenFiles granted(Serving serving) {
    return new GrantedOpenFiles(
        serving.isServing(), serving.limit(), brief(serving.message()), serving.failedStarts());
  }

  private static ServedPods brief(ServedPods served) {
    return new ServedPods(
        served.serving(),
        served.sysctls(),
        served.programs(),
        served.counts(),
        brief(served.message()));
  }

  private static String brief(String text) {
    if (text == null) {
      return null;
    }
    String line = Finding.brief(text);
    return line.length() <= MAX_PROBLEM ? line : line.substring(0, MAX_PROBLEM - 3) + "...";
  }

  private static NodeObservation describe(Group<NodeObservation, String> group) {
    NodeObservation common = group.common();
    return new NodeObservation(
        group.members().size(),
        List.copyOf(group.first(MAX_EXAMPLES)),
        common.reason(),
        common.message(),
        common.settings(),
        common.openFiles(),
        common.pods());
  }
}
