package dev.wstuning.operator.importing;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The two limits that one user or directive has.
 *
 * @param soft null if no line sets it
 * @param hard null if no line sets it; never both
 */
record LimitPair(FileLimit soft, FileLimit hard) {

  /** The soft limit that containers usually have without anyone's help. */
  private static final long USUAL = 1024;

  /** With what a later line sets. */
  LimitPair with(FileLimit limit) {
    return new LimitPair(limit.soft() ? limit : soft, limit.hard() ? limit : hard);
  }

  /** The lines that are left. */
  List<Line> lines() {
    return Stream.of(soft, hard).filter(Objects::nonNull).map(FileLimit::line).distinct().toList();
  }

  /**
   * The limit that was meant: the soft one acts, but a file with the usual one means the hard one,
   * up to which servers raise theirs.
   */
  FileLimit decides() {
    boolean meansHard =
        hard != null
            && !hard.infinite()
            && (soft == null || soft.number().orElse(Long.MAX_VALUE) <= USUAL);
    return meansHard || soft == null ? hard : soft;
  }

  String whose() {
    return decides().whose();
  }

  /** Whether both are the same number, or nothing is said of the hard one. */
  boolean plain() {
    return soft != null && (hard == null || hard.number().equals(soft.number()));
  }
}
