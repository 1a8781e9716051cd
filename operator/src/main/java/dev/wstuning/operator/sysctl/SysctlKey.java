package dev.wstuning.operator.sysctl;

/** A key of one of the closed lists, with the values that it takes. */
public interface SysctlKey {

  String key();

  /** How many ascending numbers the value has. */
  int fields();

  long min();

  long max();

  /** The rule for values in words. */
  default String expected() {
    return fields() == 1
        ? "%s takes a whole number from %d to %d".formatted(key(), min(), max())
        : "%s takes %d ascending whole numbers from %d to %d, separated by single blanks"
            .formatted(key(), fields(), min(), max());
  }
}
