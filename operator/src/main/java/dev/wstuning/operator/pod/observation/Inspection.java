package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.stream.Stream;

/**
 * A pod whose server was looked at.
 *
 * @param ports the ports that matter
 */
public record Inspection(ObservedPod pod, ServerReport report, List<ServedPort> ports) {

  public static Inspection of(Expectation expectation, ObservedPod pod, ServerReport report) {
    return new Inspection(
        pod,
        report,
        ServedPorts.of(pod, report).stream().filter(p -> expectation.concerns(p.port())).toList());
  }

  /** Ports whose keepalive was looked at, whether it runs or not. */
  public Stream<ServedPort> seen() {
    return ports.stream().filter(p -> p.keepaliveSource().isPresent());
  }

  /** Those that also showed when the first probe is sent; the kernel does not always tell. */
  public Stream<ServedPort> timed() {
    return ports.stream().filter(p -> p.firstProbeSeconds().isPresent());
  }
}
