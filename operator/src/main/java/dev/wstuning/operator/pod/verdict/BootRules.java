package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.BootProblems;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.Optional;
import java.util.function.Predicate;

/** The rules of the condition Applied about what init containers reported. */
final class BootRules {

  private BootRules() {}

  static Optional<Concern> writeFailed(VerdictInput s) {
    return alive(s, p -> !p.sysctls().isEmpty())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.WriteFailed,
                    "in %s %s did not apply %s"
                        .formatted(
                            pods.count(),
                            byNode(pods) ? "the agent of the node" : "the kernel",
                            String.join("; ", pods.first().pod().boot().problems().sysctls())),
                    byNode(pods)
                        ? "remove what the message names, or the setting, or set spec.via to Admission"
                        : "remove the setting from the tuning, or run the pods on nodes whose kernel accepts"
                            + " it"));
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
                    pods.first().expectation().plan().byLibrary()
                        ? "check why the init container "
                            + Markers.INIT_CONTAINER
                            + " could not fill its volume, or let the pods be privileged"
                            + " (spec.methods.privilege)"
                        : "if the kernel is the cause, run the pods on nodes with Linux 6.1, or with 5.10"
                            + " and spec.applicationKeepalive Respect; or set spec.methods.sockets to"
                            + " [Preload]"));
  }

  static Optional<Concern> openFilesFailed(VerdictInput s) {
    return alive(s, p -> p.openFiles().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.OpenFilesFailed,
                    "in %s nothing raises the open files limit: %s"
                        .formatted(
                            pods.count(),
                            pods.first().pod().boot().problems().openFiles().orElseThrow()),
                    "check why the init container "
                        + Markers.INIT_CONTAINER
                        + " could not fill its volume, or use a node agent"
                        + " (WebSocketNodeTuning)"));
  }

  static Optional<Concern> bootReportInvalid(VerdictInput s) {
    return alive(s, p -> p.report().isPresent())
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.BootReportInvalid,
                    "in %s the report of %s is not usable: %s"
                        .formatted(
                            pods.count(),
                            byNode(pods) ? "the agent of the node" : "the init container",
                            pods.first().pod().boot().problems().report().orElseThrow()),
                    "kubectl -n %s describe pod %s".formatted(s.namespace(), pods.first().name())));
  }

  private static boolean byNode(Affected pods) {
    return pods.first().facts().appliedByNode();
  }

  /** The pods that booted with such a problem and have not ended. */
  private static Affected alive(VerdictInput s, Predicate<BootProblems> which) {
    return s.affected(p -> !p.facts().ended() && which.test(p.pod().boot().problems()));
  }
}
