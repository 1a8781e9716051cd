package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.BootProblems;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Those rules of the condition Applied that are about what init containers reported. */
final class BootRules {

  private BootRules() {}

  static Optional<Finding> writeFailed(VerdictInput s) {
    List<ObservedPod> refused = alive(s, p -> !p.sysctls().isEmpty());
    return refused.stream()
        .findFirst()
        .map(
            first ->
                Finding.bad(
                    TuningReason.WriteFailed,
                    "in %s the kernel did not take %s"
                        .formatted(
                            Phrases.pods(refused),
                            String.join("; ", first.boot().problems().sysctls())),
                    "remove the key from the resource, or run the pod on a node whose kernel has it"));
  }

  static Optional<Finding> socketsFailed(VerdictInput s) {
    List<ObservedPod> refused = alive(s, p -> p.sockets().isPresent());
    return refused.stream()
        .findFirst()
        .map(
            pod ->
                Finding.bad(
                    TuningReason.SocketsFailed,
                    "in %s nothing sets options on accepted sockets: %s"
                        .formatted(
                            Phrases.pods(refused), pod.boot().problems().sockets().orElseThrow()),
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
    List<ObservedPod> refused = alive(s, p -> p.openFiles().isPresent());
    return refused.stream()
        .findFirst()
        .map(
            pod ->
                Finding.bad(
                    TuningReason.OpenFilesFailed,
                    "in %s nothing raises the limit of open files: %s"
                        .formatted(
                            Phrases.pods(refused), pod.boot().problems().openFiles().orElseThrow()),
                    "see what keeps the init container "
                        + Markers.INIT_CONTAINER
                        + " from filling its volume, or let a node agent do it"
                        + " (WebSocketNodeTuning)"));
  }

  static Optional<Finding> bootReportInvalid(VerdictInput s) {
    List<ObservedPod> unreadable = alive(s, p -> p.report().isPresent());
    return unreadable.stream()
        .findFirst()
        .map(
            p ->
                Finding.bad(
                    TuningReason.BootReportInvalid,
                    "the init container of %s left no report that can be used: %s"
                        .formatted(
                            Phrases.pods(unreadable), p.boot().problems().report().orElseThrow()),
                    "kubectl -n %s describe pod %s".formatted(s.namespace(), p.facts().name())));
  }

  /** The pods that did not end, and booted with such a problem. */
  private static List<ObservedPod> alive(VerdictInput s, Predicate<BootProblems> which) {
    return s.pods().stream()
        .filter(p -> !p.facts().ended() && which.test(p.boot().problems()))
        .toList();
  }
}
