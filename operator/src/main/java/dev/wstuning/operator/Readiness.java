package dev.wstuning.operator;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Whether this replica can serve admission, and if not, what it waits for. */
final class Readiness {

  private volatile Optional<String> problem = Optional.of("starting");
  private volatile BooleanSupplier certified = () -> true;
  private volatile boolean ending;

  void waitsFor(String what) {
    problem = Optional.of("waiting for " + what);
  }

  /**
   * @param certified whether there is a certificate to serve with
   */
  void serves(BooleanSupplier certified) {
    this.certified = certified;
    problem = Optional.empty();
  }

  void ends() {
    ending = true;
  }

  /** Why the replica cannot serve; empty if it can. */
  Optional<String> problem() {
    if (ending) {
      return Optional.of("ending");
    }
    return problem.or(
        () ->
            Optional.of("no certificate yet: waiting for the leader to create the authority")
                .filter(p -> !certified.getAsBoolean()));
  }
}
