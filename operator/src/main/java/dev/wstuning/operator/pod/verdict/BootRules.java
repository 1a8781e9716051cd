package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Boot;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Those rules of the condition Applied that are about what init containers reported. */
final class BootRules {

  private BootRules() {}

  static Optional<Finding> writeFailed(VerdictInput s) {
    List<Boot.Failed> refused = refused(s).filter(r -> !r.problems().isEmpty()).toList();
    return refused.stream()
        .findFirst()
        .map(
            first ->
                Finding.bad(
                    TuningReason.WriteFailed,
                    "in %s the kernel did not take %s"
                        .formatted(Phrases.pods(refused), String.join("; ", first.problems())),
                    "remove the key from the resource, or run the pod on a node whose kernel has it"));
  }

  static Optional<Finding> socketsFailed(VerdictInput s) {
    List<ObservedPod> refused =
        alive(s).filter(p -> p.boot() instanceof Boot.Failed r && r.sockets().isPresent()).toList();
    return refused.stream()
        .findFirst()
        .map(
            pod ->
                Finding.bad(
                    TuningReason.SocketsFailed,
                    "in %s nothing sets options on accepted sockets: %s"
                        .formatted(
                            Phrases.pods(refused),
                            ((Boot.Failed) pod.boot()).sockets().orElseThrow()),
                    s.expectation().in(pod.facts()).plan().sockets().orElse(null)
                            instanceof SocketMechanism.Preload
                        ? "see what keeps the init container "
                            + Markers.INIT_CONTAINER
                            + " from filling its volume, or let the pods be privileged"
                            + " (spec.methods.privilege)"
                        : "run the pods on nodes whose kernel takes eBPF programs on cgroups"
                            + " (Linux 5.9, 5.15 for Override), or set spec.applicationKeepalive to"
                            + " Respect, or spec.methods.sockets to [Preload]"));
  }

  static Optional<Finding> openFilesFailed(VerdictInput s) {
    List<Boot.Failed> refused = refused(s).filter(r -> r.openFiles().isPresent()).toList();
    return refused.stream()
        .flatMap(r -> r.openFiles().stream())
        .findFirst()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.OpenFilesFailed,
                    "in %s nothing raises the limit of open files: %s"
                        .formatted(Phrases.pods(refused), problem),
                    "see what keeps the init container "
                        + Markers.INIT_CONTAINER
                        + " from filling its volume, or let a node agent do it"
                        + " (WebSocketNodeTuning)"));
  }

  private static Stream<ObservedPod> alive(VerdictInput s) {
    return s.pods().stream().filter(p -> !p.facts().ended());
  }

  private static Stream<Boot.Failed> refused(VerdictInput s) {
    return alive(s)
        .map(ObservedPod::boot)
        .filter(Boot.Failed.class::isInstance)
        .map(Boot.Failed.class::cast);
  }

  static Optional<Finding> bootReportInvalid(VerdictInput s) {
    List<ObservedPod> unreadable =
        s.pods().stream()
            .filter(p -> !p.facts().ended() && p.boot() instanceof Boot.Unreadable)
            .toList();
    return unreadable.stream()
        .findFirst()
        .map(
            p ->
                Finding.bad(
                    TuningReason.BootReportInvalid,
                    "the init container of %s left no report that can be used: %s"
                        .formatted(
                            Phrases.pods(unreadable), ((Boot.Unreadable) p.boot()).problem()),
                    "kubectl -n %s describe pod %s".formatted(s.namespace(), p.facts().name())));
  }
}
