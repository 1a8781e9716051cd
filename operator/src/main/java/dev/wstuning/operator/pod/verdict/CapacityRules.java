package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.capacity.Capacity;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.EventLoop;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import java.util.Optional;

/** The rules about how many connections a pod can hold, by every bound that is known. */
final class CapacityRules {

  private CapacityRules() {}

  /** The pod cannot hold the connections that it should. */
  static Optional<Finding> tooSmall(Expectation expectation, Inspection pod) {
    if (expectation.connections().isEmpty()) {
      return Optional.empty();
    }
    long wanted = expectation.connections().getAsLong();
    Capacity.Bound narrowest = pod.capacity().bounds().get(0);
    return narrowest.connections() >= wanted
        ? Optional.empty()
        : Optional.of(
            Finding.bad(
                TuningReason.CapacityTooSmall,
                "a pod can hold %d connections, want %d; it reaches the %s limit first: %s"
                    .formatted(
                        narrowest.connections(), wanted, narrowest.limit(), narrowest.assumption()),
                next(narrowest.limit(), pod) + ", or lower spec.connections.perPod"));
  }

  /** More descriptors may do harm instead of good. */
  static Optional<Finding> eventLoopUnclear(Expectation expectation, Inspection pod) {
    return EventLoop.unclear(pod.report())
        ? Optional.of(
            Finding.good(
                TuningReason.EventLoopUnclear,
                "the event loops of PHP use select(2) unless an extension replaces it, and it is unknown whether one does; with select(2) the server fails at descriptor %d, below its limit of %d, and loses all connections"
                    .formatted(EventLoop.FD_SETSIZE, pod.report().nofile().soft()),
                "make sure that ext-uv, ext-ev or ext-event is installed, or set spec.openFiles.maximum to "
                    + EventLoop.FD_SETSIZE))
        : Optional.empty();
  }

  private static String next(Capacity.Limit limit, Inspection pod) {
    return switch (limit) {
      case OpenFiles -> "raise the open files limit (spec.methods.openFiles)";
      case Memory -> "raise the memory limit of the server's container";
      case Conntrack ->
          "raise net.netfilter.nf_conntrack_max on %s with a WebSocketNodeTuning, or spread the pods over more nodes"
              .formatted(pod.pod().facts().node().map("node "::concat).orElse("the node"));
      case Ports -> "give the proxies more addresses, or let the server listen on more ports";
    };
  }
}
