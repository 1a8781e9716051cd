package dev.wstuning.operator.api.v1alpha1;

import java.util.List;

/**
 * The parts of a spec that this version of the operator cannot read, because the resource was
 * written for a newer one.
 *
 * @param fields paths of fields that it does not know, such as {@code spec.rollout.paused}. They
 *     have no effect
 * @param values paths of values that it cannot read, such as those of an enum. With one of them the
 *     whole spec is unknown
 */
public record NotUnderstood(List<String> fields, List<String> values) {

  public static final NotUnderstood NOTHING = new NotUnderstood(List.of(), List.of());

  private static final int MAX_PATHS = 5;

  public NotUnderstood {
    fields = few(fields);
    values = few(values);
  }

  /** A spec may have many of them; a condition has room for a few. */
  private static List<String> few(List<String> paths) {
    return paths.stream().sorted().distinct().limit(MAX_PATHS).toList();
  }

  /** Whether everything is understood. */
  public boolean nothing() {
    return equals(NOTHING);
  }
}
