package dev.wstuning.operator.pod.plan;

import dev.wstuning.operator.deadpeer.Keepalive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What accepted sockets should have; at least one of the values is there.
 *
 * @param keepalive SO_KEEPALIVE with its three values; empty if it is left alone
 * @param userTimeoutSeconds TCP_USER_TIMEOUT; empty if it is left alone
 * @param override whether the stricter value wins if the application sets its own
 */
public record SocketOptions(
    Optional<Keepalive> keepalive, OptionalInt userTimeoutSeconds, boolean override) {

  /** The fields of the spec that set them. */
  List<String> fields() {
    List<String> fields = new ArrayList<>();
    if (keepalive.isPresent()) {
      fields.add("keepalive");
    }
    if (userTimeoutSeconds.isPresent()) {
      fields.add("userTimeoutSeconds");
    }
    if (override) {
      fields.add("applicationKeepalive");
    }
    return fields;
  }
}
