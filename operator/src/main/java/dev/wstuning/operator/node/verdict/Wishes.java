package dev.wstuning.operator.node.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.PodServing;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeConflict;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tunings by whose wishes a node is judged.
 *
 * @param tuning the only one that counts; empty if all count, and with them what must be restored
 */
record Wishes(Optional<String> tuning) {

  static final Wishes ALL = new Wishes(Optional.empty());

  static Wishes of(String tuning) {
    return new Wishes(Optional.of(tuning));
  }

  /** Whether one tuning counts. Otherwise the node is judged by its orders. */
  boolean ofOne() {
    return tuning.isPresent();
  }

  /** The agent's report on the settings of these tunings. */
  Stream<AppliedSetting> settings(TunedNode state) {
    if (tuning.isEmpty()) {
      return state.settings().stream();
    }
    Set<String> own =
        state.planned().stream()
            .flatMap(p -> p.spec().sysctlsOrEmpty().stream())
            .filter(s -> counts(s.tuning()))
            .map(WantedSetting::name)
            .collect(Collectors.toSet());
    return state.settings().stream().filter(s -> own.contains(s.name()));
  }

  /** The settings that wait for something, also those that any tuning wanted before. */
  Stream<AppliedSetting> waiting(TunedNode state) {
    return Stream.concat(settings(state), state.settings().stream().filter(s -> s.wanted() == null))
        .filter(s -> s.waits() != null);
  }

  /** Whether the node gets newer settings of this tuning later. */
  boolean awaited(TunedNode state) {
    return tuning
        .filter(t -> state.planned().filter(p -> p.awaiting().contains(t)).isPresent())
        .isPresent();
  }

  /** Whether this tuning gives the node something already. */
  boolean given(TunedNode state) {
    return tuning
        .filter(t -> state.planned().filter(p -> p.given().containsKey(t)).isPresent())
        .isPresent();
  }

  /** Whether these tunings let the agent grant open files. */
  boolean grants(TunedNode state) {
    return state
        .planned()
        .map(p -> p.spec().openFiles())
        .filter(g -> counts(g.tuning()))
        .isPresent();
  }

  /** The agent's report on open files; empty if these tunings want no grants. */
  Optional<Serving> told(TunedNode state) {
    return grants(state)
        ? state.reported().flatMap(s -> Optional.ofNullable(s.openFiles()))
        : Optional.empty();
  }

  /** Whether these tunings let the agent tune pods. */
  boolean podsAllowed(TunedNode state) {
    return state.planned().map(p -> p.spec().pods()).filter(p -> counts(p.tuning())).isPresent();
  }

  /** The agent's report on tuning pods; empty if these tunings do not allow that. */
  Optional<PodServing> toldOfPods(TunedNode state) {
    return podsAllowed(state)
        ? state.reported().flatMap(s -> Optional.ofNullable(s.pods()))
        : Optional.empty();
  }

  /**
   * Whether the tuning lost this conflict. All tunings together lose none, because they get what
   * their conflicts were resolved to.
   */
  boolean lost(NodeConflict conflict) {
    return tuning.filter(conflict.loser()::equals).isPresent();
  }

  private boolean counts(String wish) {
    return tuning.isEmpty() || tuning.get().equals(wish);
  }
}
