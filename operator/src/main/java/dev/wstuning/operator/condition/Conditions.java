package dev.wstuning.operator.condition;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the conditions of one status; what did not change keeps its transition time. */
public final class Conditions {

  /** The type of the condition that sums up the others. */
  private static final String READY = "Ready";

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

  /** Adds a condition of one thing. */
  public Conditions add(String type, Finding finding) {
    add(type, finding.status(), finding);
    return this;
  }

  /**
   * Adds the sum of the others, and the conditions that kstatus expects.
   *
   * @param partly what is not understood in the resource
   * @param stalled why waiting does not help and someone has to act
   */
  public Conditions sum(Finding ready, Optional<Finding> partly, Optional<Finding> stalled) {
    add(READY, ready);
    if (ready.status() == ConditionStatus.Unknown) {
      holds("Reconciling", ready);
    }
    partly.ifPresent(f -> holds("PartlyUnderstood", f));
    stalled.ifPresent(f -> holds("Stalled", f));
    return this;
  }

  /** A condition that is there only while it holds, as kstatus has it. */
  private void holds(String type, Finding finding) {
    add(type, ConditionStatus.True, finding);
  }

  private void add(String type, ConditionStatus status, Finding finding) {
    String since =
        previous.stream()
            .filter(c -> c.type().equals(type) && c.status() == status)
            .map(Condition::lastTransitionTime)
            .findFirst()
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.add(
        new Condition(type, status, generation, since, finding.reason().name(), finding.text()));
  }

  public List<Condition> list() {
    return List.copyOf(conditions);
  }

  /** What conditions say in short: type and status of each, and the reason of what is not True. */
  public static List<String> states(List<Condition> conditions) {
    return conditions.stream()
        .map(
            c ->
                c.status() == ConditionStatus.True
                    ? c.type()
                    : "%s=%s %s".formatted(c.type(), c.status(), c.reason()))
        .toList();
  }

  /** The condition that sums up the others. */
  public static Optional<Condition> ready(List<Condition> conditions) {
    return conditions.stream().filter(c -> c.type().equals(READY)).findFirst();
  }
}
