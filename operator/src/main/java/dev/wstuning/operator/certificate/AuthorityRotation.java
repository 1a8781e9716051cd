package dev.wstuning.operator.certificate;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The life of the authority: publish a new one next to the old one, then sign with it, then drop
 * the old one. API servers trust every certificate in use at every moment.
 *
 * @param validity how long an authority is valid
 * @param renewBefore how long before its end a new one is made
 * @param settle how long each step lasts, so that every API server and replica has seen it
 */
record AuthorityRotation(Duration validity, Duration renewBefore, Duration settle) {

  static final AuthorityRotation YEARLY =
      new AuthorityRotation(Duration.ofDays(365), Duration.ofDays(90), Duration.ofHours(1));

  AuthorityState first(Instant now) {
    return new AuthorityState(
        CertificateAuthority.create(now, validity), Optional.empty(), Optional.empty(), now);
  }

  /** The state after {@code state}; the same object if nothing is due. */
  AuthorityState advance(AuthorityState state, Instant now) {
    if (now.isAfter(state.current().expires())) {
      return first(now);
    }
    boolean settled = !now.isBefore(state.changed().plus(settle));
    if (state.next().isPresent()) {
      return settled
          ? new AuthorityState(
              state.next().get(),
              Optional.empty(),
              Optional.of(state.current().certificatePem()),
              now)
          : state;
    }
    if (state.previous().isPresent()) {
      return settled
          ? new AuthorityState(state.current(), Optional.empty(), Optional.empty(), now)
          : state;
    }
    boolean due = !now.isBefore(state.current().expires().minus(renewBefore));
    return due
        ? new AuthorityState(
            state.current(),
            Optional.of(CertificateAuthority.create(now, validity)),
            Optional.empty(),
            now)
        : state;
  }
}
