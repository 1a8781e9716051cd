package dev.wstuning.operator.sysctl;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** A key of one of the closed lists, with the values that it accepts. */
public interface SysctlKey {

  /** A number without sign or leading zeros, and short enough to be worth a comparison. */
  Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,19}");

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

  /** What is wrong with {@code value}, as a sentence that says what to write; empty if nothing. */
  default Optional<String> problemWith(String value) {
    String[] parts = value.split(" ", -1);
    long previous = min();
    for (String part : parts) {
      if (parts.length != fields() || !NUMBER.matcher(part).matches()) {
        return Optional.of(expected());
      }
      BigInteger number = new BigInteger(part);
      if (number.compareTo(BigInteger.valueOf(previous)) < 0
          || number.compareTo(BigInteger.valueOf(max())) > 0) {
        return Optional.of(expected());
      }
      previous = number.longValue();
    }
    return Optional.empty();
  }
}
