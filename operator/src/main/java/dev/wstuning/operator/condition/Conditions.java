package dev.wstuning.operator.condition;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ConditionStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the conditions of one status; what did not change keeps its transition time. */
public final class Conditions {

  /** The type of the condition that sums up the others. */
  public static final String READY = "Ready";

  private final Clock clock;
  private final long generation;
  private final List<Condition> previous;
  private final List<Condition> conditions = new ArrayList<>();

  /**
   * @param generation of the resource that was judged
   * @param previous the conditions that the resource has
   */
  public Conditions(Clock clock, long generation, List<Condition> previous) {
    this.clock = clock;
    this.generation = generation;
    this.previous = previous;
  }

  public void add(String type, ConditionStatus status, String reason, String message) {
    String since =
        previous.stream()
            .filter(c -> c.type().equals(type) && c.status() == status)
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.add(new Condition(type, status, generation, since, reason, message));
  }

  public List<Condition> list() {
    return List.copyOf(conditions);
  }

  /** The Ready condition, if it has another status or reason than before. */
  public static Optional<Condition> readyNews(List<Condition> before, List<Condition> after) {
    return ready(after)
        .filter(
            now ->
                ready(before)
                    .filter(c -> c.status() == now.status() && c.reason().equals(now.reason()))
                    .isEmpty());
  }

  private static Optional<Condition> ready(List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type().equals(READY)).findFirst();
  }
}
