package dev.wstuning.operator.pod.suspension;

import java.time.Instant;
import java.util.Optional;

/**
 * That this replica steps aside for an owner.
 *
 * @param own whether this replica saw a refusal itself, not only the leader's word
 * @param published whether the leader's word was seen
 * @param anyway whether pods that are not tuned are refused, too
 * @param stuck whether it takes the leader to see that a trial succeeded
 * @param trial the request whose pod is tuned to see what becomes of it; empty if none is
 */
record Hold(
    int attempts,
    Instant since,
    Instant nextTry,
    boolean own,
    boolean published,
    boolean anyway,
    boolean stuck,
    Optional<String> trial) {

  static Hold of(Published leaders) {
    return new Hold(
        leaders.attempts(),
        leaders.nextTry(),
        leaders.nextTry(),
        false,
        true,
        false,
        leaders.stuck(),
        Optional.empty());
  }

  static Hold of(Held own) {
    return new Hold(
        own.attempts(),
        own.since(),
        own.nextTry(),
        true,
        false,
        own.anyway(),
        false,
        Optional.empty());
  }

  Hold onTrial(String request) {
    return new Hold(attempts, since, nextTry, own, published, anyway, stuck, Optional.of(request));
  }

  Hold asPublished() {
    return new Hold(attempts, since, nextTry, own, true, anyway, stuck, trial);
  }

  Hold refusedAnyway() {
    return new Hold(attempts, since, nextTry, own, published, true, stuck, trial);
  }

  Held held(Target target) {
    return new Held(target, attempts, since, nextTry, anyway);
  }
}
