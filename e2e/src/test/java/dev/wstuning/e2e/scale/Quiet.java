package dev.wstuning.e2e.scale;

import dev.wstuning.e2e.support.AuditLog;
import dev.wstuning.e2e.support.Installation;
import java.time.Duration;
import java.util.List;

/** Nothing changes in a cluster of ten thousand pods. */
final class Quiet implements Part {

  private static final Duration WATCHED = Duration.ofMinutes(5);

  private final BigCluster big;

  Quiet(BigCluster big) {
    this.big = big;
  }

  @Override
  public String name() {
    return "quiet";
  }

  @Override
  public List<Line> measure() {
    big.fill();
    big.awaitSecondLooks();
    Installation.pause(Duration.ofSeconds(10));
    AuditLog log = AuditLog.fromNow();
    Installation.pause(WATCHED);
    List<AuditLog.Write> writes = log.changesByTheOperator();
    writes.stream().limit(5).forEach(w -> System.out.println("written: " + w));
    return List.of(
        new Line(
            "nothing changes, and no observer is due, for 5 minutes",
            "the operator writes nothing but leases",
            "the same, for one tuning",
            writes.isEmpty() ? "nothing but leases" : "%d writes".formatted(writes.size()),
            writes.isEmpty()));
  }
}
