package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningStatus.ServedPods;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Rules;
import dev.wstuning.operator.node.agent.TunedNode;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Small rules that judge one node by the wishes of one tuning, or of all tunings. The first rule
 * that finds something decides.
 */
public final class NodeRules {

  private static final List<BiFunction<Wishes, TunedNode, Optional<Finding>>> RULES =
      List.of(
          NodeRules::refused,
          AgentRules::cannotRun,
          AgentRules::stuck,
          RolloutRules::nothingYet,
          AgentRules::notAppliedYet,
          SettingRules::writeFailed,
          SettingRules::drifted,
          AgentRules::starting,
          GrantRules::notServing,
          PodRules::notServing,
          PodRules::limited,
          AgentRules::silent,
          NodeRules::conflicted,
          RolloutRules::awaitsItsTurn,
          GrantRules::startedWithout,
          PodRules::notCounted,
          SettingRules::waits);

  private static final List<BiFunction<Wishes, TunedNode, Optional<Finding>>> SERVING =
      List.of(
          AgentRules::noneRuns, AgentRules::starting, GrantRules::notServing, AgentRules::silent);

  private static final List<BiFunction<Wishes, TunedNode, Optional<Finding>>> SERVING_PODS =
      List.of(AgentRules::noneRuns, AgentRules::starting, PodRules::notServing, AgentRules::silent);

  private NodeRules() {}

  /** Judges the node by what one tuning wants. */
  public static Finding judge(String tuning, TunedNode state) {
    return judge(Wishes.of(tuning), state);
  }

  /** Judges the node by what all tunings together want. */
  public static Finding judge(TunedNode state) {
    return judge(Wishes.ALL, state);
  }

  private static Finding judge(Wishes wishes, TunedNode state) {
    return Rules.given(wishes, RULES)
        .judge(state, () -> Finding.good(NodeReason.Applied, "the node has what the tunings want"));
  }

  /** Whether the agent grants open files; empty if no tuning wants that. */
  public static Optional<Finding> judgeServing(TunedNode state) {
    return state.grants()
        ? Optional.of(
            Rules.given(Wishes.ALL, SERVING)
                .judge(
                    state,
                    () -> Finding.good(NodeReason.Applied, "the node agent grants open files")))
        : Optional.empty();
  }

  /** Whether the agent tunes pods; empty if no tuning allows that. */
  public static Optional<Finding> judgeServingPods(TunedNode state) {
    return state.tunesPods()
        ? Optional.of(
            Rules.given(Wishes.ALL, SERVING_PODS)
                .judge(state, () -> Finding.good(NodeReason.Applied, "the node agent tunes pods")))
        : Optional.empty();
  }

  /** The agent's report on the settings of this tuning. */
  public static Stream<AppliedSetting> settings(String tuning, TunedNode state) {
    return Wishes.of(tuning).settings(state);
  }

  /**
   * The agent's report on open files, corrected if the agent is gone; empty if this tuning wants no
   * grants. While one agent follows another, the report holds until the next one reports.
   */
  public static Optional<Serving> serving(String tuning, TunedNode state) {
    return Wishes.of(tuning)
        .told(state)
        .map(s -> state.agentReady() || state.agentChanging() ? s : silent(s));
  }

  /** What the agent can do to pods, likewise; empty if this tuning does not allow it. */
  public static Optional<ServedPods> servedPods(String tuning, TunedNode state) {
    return Wishes.of(tuning)
        .toldOfPods(state)
        .map(
            s ->
                state.agentReady() || state.agentChanging()
                    ? new ServedPods(
                        s.isServing(),
                        s.sysctls(),
                        s.programs(),
                        s.counts(),
                        PodRules.words(s).orElse(null))
                    : new ServedPods(false, null, null, null, AgentRules.NOT_READY));
  }

  /** The report of an agent that is no longer ready is out of date. */
  private static Serving silent(Serving said) {
    return new Serving(
        false,
        AgentRules.NOT_READY,
        said.limit(),
        said.highestGrant(),
        said.runtime(),
        said.otherPlugin(),
        said.failedStarts());
  }

  /** This rule comes first: the agent's report is irrelevant while its orders cannot be written. */
  private static Optional<Finding> refused(Wishes wishes, TunedNode state) {
    return state
        .refusal()
        .map(
            what ->
                Finding.bad(
                    NodeReason.ActionFailed,
                    "the API server refused " + what,
                    "find out what refuses it, such as a webhook or a quota; the operator tries"
                        + " again, less and less often"));
  }

  private static Optional<Finding> conflicted(Wishes wishes, TunedNode state) {
    return state.planned().stream()
        .flatMap(p -> p.conflicts().stream())
        .filter(c -> wishes.lost(c))
        .findFirst()
        .map(
            c ->
                Finding.bad(
                    NodeReason.Conflicted,
                    "the older node tuning %s sets %s".formatted(c.winner(), c.key()),
                    "remove %s from one of the two".formatted(c.key())));
  }
}
