package dev.wstuning.operator.sysctl;

/** A key of one of the closed lists, with the values that it accepts. */
public interface SysctlKey {

  /**
   * What a key is called and takes.
   *
   * @param fields how many ascending numbers the value has
   */
  record Bounds(String key, int fields, long min, long max) {}

  Bounds bounds();

  default String key() {
    return bounds().key();
  }

  default int fields() {
    return bounds().fields();
  }

  default long min() {
    return bounds().min();
  }

  default long max() {
    return bounds().max();
  }

  /** The rule for values, in words. */
  default String expected() {
    return fields() == 1
        ? "%s takes a whole number from %d to %d".formatted(key(), min(), max())
        : "%s takes %d ascending whole numbers from %d to %d, separated by single spaces"
            .formatted(key(), fields(), min(), max());
  }
}
