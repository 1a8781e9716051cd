package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.deadpeer.Keepalive;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What accepted sockets shall have; at least one of the values is there.
 *
 * @param keepalive SO_KEEPALIVE with its three values; empty if it is left alone
 * @param userTimeoutSeconds TCP_USER_TIMEOUT; empty if it is left alone
 * @param override whether the stricter value wins where the application sets its own
 */
public record SocketOptions(
    Optional<Keepalive> keepalive, OptionalInt userTimeoutSeconds, boolean override) {

  /** As wishes of a resource, for sentences that say which of them cannot be fulfilled. */
  @Override
  public String toString() {
    return Stream.of(
            keepalive.map(k -> "keepalive " + k),
            userTimeoutSeconds.isPresent()
                ? Optional.of("userTimeoutSeconds " + userTimeoutSeconds.getAsInt())
                : Optional.<String>empty(),
            Optional.of("applicationKeepalive Override").filter(o -> override))
        .flatMap(Optional::stream)
        .collect(Collectors.joining(", "));
  }
}
