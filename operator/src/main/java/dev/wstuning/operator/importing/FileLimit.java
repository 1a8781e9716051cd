package dev.wstuning.operator.importing;

import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A limit of open files that a line sets.
 *
 * @param whose whom the file gives it: a directive of systemd, or a domain of limits.conf
 * @param soft whether it is the soft limit
 * @param hard whether it is the hard limit
 * @param number empty for no limit at all
 */
record FileLimit(Line line, String whose, boolean soft, boolean hard, OptionalLong number) {

  private static final Set<String> INFINITE = Set.of("infinity", "unlimited", "-1");

  /** What a line sets, if it is a number or one of the words for none. */
  static Optional<FileLimit> of(Line line, String whose, boolean soft, boolean hard, String value) {
    if (INFINITE.contains(value.toLowerCase(Locale.ROOT))) {
      return Optional.of(new FileLimit(line, whose, soft, hard, OptionalLong.empty()));
    }
    return value.matches("[0-9]{1,20}")
        ? Optional.of(new FileLimit(line, whose, soft, hard, OptionalLong.of(bounded(value))))
        : Optional.empty();
  }

  private static long bounded(String digits) {
    return new BigInteger(digits).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
  }

  boolean infinite() {
    return number.isEmpty();
  }
}
