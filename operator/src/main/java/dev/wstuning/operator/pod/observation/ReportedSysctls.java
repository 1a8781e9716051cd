package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.deadpeer.Retransmission;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Optional;
import java.util.OptionalInt;

/** The sysctls of a pod's network namespace as numbers, as far as its report can be used. */
record ReportedSysctls(ServerReport report) {

  /** An int surely holds them. Longer ones are larger than any number that a key takes. */
  private static final int MOST_DIGITS = 9;

  /** Empty unless all three values are known. */
  Optional<Keepalive> keepalive() {
    OptionalInt time = number(Sysctl.TCP_KEEPALIVE_TIME);
    OptionalInt interval = number(Sysctl.TCP_KEEPALIVE_INTVL);
    OptionalInt probes = number(Sysctl.TCP_KEEPALIVE_PROBES);
    return time.isEmpty() || interval.isEmpty() || probes.isEmpty()
        ? Optional.empty()
        : Optional.of(new Keepalive(time.getAsInt(), interval.getAsInt(), probes.getAsInt()));
  }

  /** With the kernel's defaults for what is not known. */
  Retransmission retransmission() {
    return new Retransmission(
        number(Sysctl.TCP_RETRIES2).orElse(Retransmission.DEFAULT.retries2()),
        number(Sysctl.TCP_RTO_MAX_MS).orElse(Retransmission.DEFAULT.rtoMaxMillis()));
  }

  /**
   * The value of a key that has one number; empty if it could not be read, or is larger than the
   * kernel allows, because a pod may claim anything.
   */
  OptionalInt number(Sysctl sysctl) {
    String value = report.values().get(sysctl.ordinal());
    if (value == null || value.isEmpty() || value.length() > MOST_DIGITS) {
      return OptionalInt.empty();
    }
    int number = 0;
    for (int i = 0; i < value.length(); i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalInt.empty();
      }
      number = 10 * number + digit;
    }
    return number <= sysctl.max() ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
