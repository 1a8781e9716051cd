package dev.wstuning.operator.node.plan;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import java.util.Optional;

/**
 * What a node was given of one tuning so far, according to its object.
 *
 * @param own the settings; some may be missing because an older tuning sets the same keys
 * @param mark empty if version 0.2.0 gave them
 */
public record Holding(WebSocketNodeStateSpec told, Settings own, Optional<Mark> mark) {

  /** Empty if the node was given nothing, or only had something before it was to be restored. */
  public static Optional<Holding> of(String tuning, Optional<WebSocketNodeState> object) {
    return object.flatMap(o -> of(tuning, o));
  }

  private static Optional<Holding> of(String tuning, WebSocketNodeState object) {
    WebSocketNodeStateSpec told = PlannedNode.specOf(object);
    Optional<Mark> mark = Optional.ofNullable(StateMetadata.marks(object).get(tuning));
    boolean given = mark.isPresent() || !PlannedNode.isNothing(told);
    return given && StateMetadata.had(object).contains(tuning)
        ? Optional.of(new Holding(told, Settings.of(tuning, told), mark))
        : Optional.empty();
  }

  /** Whether these are the settings of that name, or the same as {@code wanted}. */
  public boolean has(Settings wanted, String revision) {
    return mark.map(m -> m.revision().equals(revision)).orElseGet(() -> wanted.areIn(own, told));
  }

  /** In which wave of these settings the node got them. */
  public int wave(String revision) {
    return mark.filter(m -> m.revision().equals(revision)).map(Mark::wave).orElse(Mark.NO_WAVE);
  }

  /**
   * The settings that the node keeps. Those that were removed from the tuning go at once. What
   * another tuning sets there may become this tuning's: then it is what finished waves brought.
   */
  public Settings kept(Optional<Settings> settled, Settings wanted) {
    return settled
        .map(s -> s.whereOthersSet(told, own))
        .orElseGet(Settings::none)
        .overlaidBy(own)
        .within(wanted);
  }
}
