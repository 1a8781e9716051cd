package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.BootProblems;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.Optional;
import java.util.function.Predicate;

/** Those rules of the condition Applied that are about what init containers reported. */
final class BootRules {

  private BootRules() {}

  static Optional<Concern> writeFailed(VerdictInput s) {
    return alive(s, p -> !p.sysctls().isEmpty())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.WriteFailed,
                    "in %s the kernel did not take %s"
                        .formatted(
                            pods.count(),
                            String.join("; ", pods.first().pod().boot().problems().sysctls())),
                    "remove the key from the resource, or run the pod on a node whose kernel has it"));
  }

  static Optional<Concern> socketsFailed(VerdictInput s) {
    return alive(s, p -> p.sockets().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.SocketsFailed,
                    "in %s nothing sets options on accepted sockets: %s"
                        .formatted(
                            pods.count(),
                            pods.first().pod().boot().problems().sockets().orElseThrow()),
                    pods.first().expectation().byLibrary()
                        ? "see what keeps the init container "
                            + Markers.INIT_CONTAINER
                            + " from filling its volume, or let the pods be privileged"
                            + " (spec.methods.privilege)"
                        : "run the pods on nodes whose kernel takes eBPF programs on cgroups"
                            + " (Linux 5.9, 5.15 for Override), or set spec.applicationKeepalive to"
                            + " Respect, or spec.methods.sockets to [Preload]"));
  }

  static Optional<Concern> openFilesFailed(VerdictInput s) {
    return alive(s, p -> p.openFiles().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.OpenFilesFailed,
                    "in %s nothing raises the limit of open files: %s"
                        .formatted(
                            pods.count(),
                            pods.first().pod().boot().problems().openFiles().orElseThrow()),
                    "see what keeps the init container "
                        + Markers.INIT_CONTAINER
                        + " from filling its volume, or let a node agent do it"
                        + " (WebSocketNodeTuning)"));
  }

  static Optional<Concern> bootReportInvalid(VerdictInput s) {
    return alive(s, p -> p.report().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.BootReportInvalid,
                    "the init container of %s left no report that can be used: %s"
                        .formatted(
                            pods.count(),
                            pods.first().pod().boot().problems().report().orElseThrow()),
                    "kubectl -n %s describe pod %s".formatted(s.namespace(), pods.first().name())));
  }

  /** The pods that did not end, and booted with such a problem. */
  private static Affected alive(VerdictInput s, Predicate<BootProblems> which) {
    return s.affected(p -> !p.facts().ended() && which.test(p.pod().boot().problems()));
  }
}
