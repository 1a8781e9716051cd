package dev.wstuning.operator.node.status;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.GrantedOpenFiles;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.NodeObservation;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ObservedSetting;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.verdict.NodeRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups nodes with equal values, the worst first. */
final class NodeObservations {

  private static final int MAX_GROUPS = 10;
  private static final int MAX_EXAMPLES = 3;
  private static final int MAX_PROBLEM = 200;

  /** Of all groups together, so that the status stays small where every node differs. */
  private static final int MAX_SETTINGS = 40;

  private NodeObservations() {}

  static List<NodeObservation> of(String tuning, List<TunedNode> selected) {
    Map<NodeObservation, Group> groups = new LinkedHashMap<>();
    selected.stream()
        .sorted(Comparator.comparing(s -> s.node().name()))
        .forEach(
            state -> {
              Finding finding = NodeRules.judge(tuning, state);
              groups
                  .computeIfAbsent(common(tuning, state, finding), c -> new Group(finding))
                  .names
                  .add(state.node().name());
            });
    return shown(
        groups.entrySet().stream()
            .sorted(
                Map.Entry.comparingByValue(
                    Comparator.comparing((Group g) -> g.finding, Finding.WORST_FIRST)
                        .thenComparing(g -> -g.names.size())))
            .map(e -> e.getValue().describe(e.getKey()))
            .toList());
  }

  private static List<NodeObservation> shown(List<NodeObservation> groups) {
    List<NodeObservation> shown = new ArrayList<>();
    int settings = 0;
    for (NodeObservation group : groups) {
      settings += group.settings().size();
      if (shown.size() == MAX_GROUPS || settings > MAX_SETTINGS) {
        break;
      }
      shown.add(group);
    }
    return shown;
  }

  private static NodeObservation common(String tuning, TunedNode state, Finding finding) {
    return new NodeObservation(
        null,
        null,
        finding.reason().name(),
        finding.text(),
        NodeRules.settings(tuning, state).map(NodeObservations::observed).toList(),
        NodeRules.serving(tuning, state)
            .map(s -> new GrantedOpenFiles(s.isServing(), s.limit(), brief(s.message())))
            .orElse(null));
  }

  private static ObservedSetting observed(AppliedSetting setting) {
    return new ObservedSetting(
        setting.name(),
        setting.value(),
        setting.original(),
        setting.wanted(),
        brief(setting.problem()));
  }

  private static String brief(String text) {
    if (text == null) {
      return null;
    }
    String line = Finding.brief(text);
    return line.length() <= MAX_PROBLEM ? line : line.substring(0, MAX_PROBLEM - 3) + "...";
  }

  private static final class Group {
    private final Finding finding;
    private final List<String> names = new ArrayList<>();

    Group(Finding finding) {
      this.finding = finding;
    }

    NodeObservation describe(NodeObservation common) {
      return new NodeObservation(
          names.size(),
          names.stream().limit(MAX_EXAMPLES).toList(),
          common.reason(),
          common.message(),
          common.settings(),
          common.openFiles());
    }
  }
}
