package dev.wstuning.e2e.support;

import java.util.List;
import java.util.OptionalInt;

/** After how many idle seconds keepalive sends its first probe, as a fresh connection shows it. */
public final class FirstProbe {

  /** What tunings of stories want. */
  public static final int ASKED_SECONDS = 40;

  /** The wanted time, those that servers set themselves, and the kernel's default. */
  private static final List<Integer> TIMES = List.of(15, ASKED_SECONDS, 3600, 7200);

  private FirstProbe() {}

  /**
   * What the timer was set to some moments ago; ss prints whole minutes from nine minutes on.
   *
   * @param left the seconds until it fires; negative if it does not run
   * @return empty if it does not run
   */
  public static OptionalInt of(double left) {
    double moments = left >= 9 * 60 ? 60 : 15;
    return left < 0
        ? OptionalInt.empty()
        : OptionalInt.of(
            TIMES.stream()
                .filter(time -> left <= time && time <= left + moments)
                .findFirst()
                .orElseThrow(
                    () -> new AssertionError("a keepalive timer of %s s".formatted(left))));
  }
}
