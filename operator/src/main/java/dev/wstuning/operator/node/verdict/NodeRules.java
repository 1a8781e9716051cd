package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Rules;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Small rules that judge what one tuning wants of one node; the first that finds something tells.
 */
public final class NodeRules {

  private static final List<BiFunction<String, TunedNode, Optional<Finding>>> RULES =
      List.of(
          NodeRules::refused,
          AgentRules::cannotRun,
          AgentRules::stuck,
          AgentRules::notAppliedYet,
          NodeRules::writeFailed,
          NodeRules::drifted,
          AgentRules::starting,
          NodeRules::notServing,
          AgentRules::silent,
          NodeRules::conflicted);

  private NodeRules() {}

  public static Finding judge(String tuning, TunedNode state) {
    return Rules.given(tuning, RULES)
        .judge(state, () -> Finding.good(NodeReason.Applied, "the node has what was asked for"));
  }

  /** What the agent reports of the settings that this tuning makes. */
  public static Stream<AppliedSetting> settings(String tuning, TunedNode state) {
    Set<String> own =
        state.planned().stream()
            .flatMap(p -> p.spec().sysctlsOrEmpty().stream())
            .filter(s -> s.tuning().equals(tuning))
            .map(WantedSetting::name)
            .collect(Collectors.toSet());
    return state.settings().stream().filter(s -> own.contains(s.name()));
  }

  /** What holds of open files, where this tuning lets the agent grant them. */
  public static Optional<Serving> serving(String tuning, TunedNode state) {
    return told(tuning, state).map(s -> state.agentReady() ? s : silent(s));
  }

  private static Optional<Serving> told(String tuning, TunedNode state) {
    return grants(tuning, state)
        ? state.reported().flatMap(s -> Optional.ofNullable(s.openFiles()))
        : Optional.empty();
  }

  /** What an agent said before it fell silent does not hold any more. */
  private static Serving silent(Serving said) {
    return new Serving(
        false, AgentRules.NOT_READY, said.limit(), said.runtime(), said.otherPlugin());
  }

  private static boolean grants(String tuning, TunedNode state) {
    return state
        .planned()
        .map(p -> p.spec().openFiles())
        .filter(g -> g.tuning().equals(tuning))
        .isPresent();
  }

  /** What the agent did is of no interest while it is not told what it must do. */
  private static Optional<Finding> refused(String tuning, TunedNode state) {
    return state
        .refusal()
        .map(
            what ->
                Finding.bad(
                    NodeReason.ActionFailed,
                    "the API server refused " + what,
                    "see who refuses it; it is tried again, at ever longer intervals"));
  }

  private static Optional<Finding> writeFailed(String tuning, TunedNode state) {
    return settings(tuning, state)
        .filter(s -> s.problem() != null)
        .findFirst()
        .map(
            s ->
                Finding.bad(
                    NodeReason.WriteFailed,
                    "%s could not be set to %s: %s".formatted(s.name(), s.wanted(), s.problem()),
                    "remove %s from spec.sysctls, or make the node's kernel take it"
                        .formatted(s.name())));
  }

  private static Optional<Finding> drifted(String tuning, TunedNode state) {
    return settings(tuning, state)
        .filter(AppliedSetting::hasDrifted)
        .findFirst()
        .map(
            s ->
                Finding.bad(
                    NodeReason.Drifted,
                    "somebody changed %s from %s to %s; it is written again, at ever longer"
                            .formatted(s.name(), s.wanted(), s.value())
                        + " intervals",
                    "find what else sets %s on the node, such as /etc/sysctl.d or another operator"
                        .formatted(s.name())));
  }

  private static Optional<Finding> notServing(String tuning, TunedNode state) {
    if (!grants(tuning, state)) {
      return Optional.empty();
    }
    Optional<Serving> serving = told(tuning, state);
    if (serving.filter(Serving::isServing).isPresent()) {
      return Optional.empty();
    }
    String why = told(tuning, state).map(Serving::message).orElse("it has not connected yet");
    return Optional.of(
        Finding.bad(
            NodeReason.NotServing,
            "the node agent cannot grant open files: " + why,
            "enable NRI in the node's container runtime, or remove spec.openFiles; if NRI is on"
                + " there, see the log of its node agent"));
  }

  private static Optional<Finding> conflicted(String tuning, TunedNode state) {
    return state.planned().stream()
        .flatMap(p -> p.conflicts().stream())
        .filter(c -> c.loser().equals(tuning))
        .findFirst()
        .map(
            c ->
                Finding.bad(
                    NodeReason.Conflicted,
                    "the older %s sets %s".formatted(c.winner(), c.key()),
                    "remove %s from one of both".formatted(c.key())));
  }
}
