package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.List;
import java.util.Optional;

/** The rules of the condition Applied about whether new pods will be tuned, and will start. */
final class InjectionRules {

  private InjectionRules() {}

  static Optional<Finding> webhookUnreachable(VerdictInput s) {
    return s.hindrances()
        .webhookProblem()
        .filter(problem -> s.expectation().plan().byAdmission())
        .map(
            problem ->
                Finding.bad(
                    TuningReason.WebhookUnreachable,
                    "the API server does not reach the operator's webhook, so new pods %s: %s"
                        .formatted(
                            s.expectation().rejectsUntuned() ? "are refused" : "start untuned",
                            problem),
                    "let the control plane reach port 8443 of the pods behind service"
                        + " wstuning-webhook (network policies, firewalls), and check that they are"
                        + " ready"));
  }

  /** It is not certain that new pods will be tuned. */
  static Optional<Finding> webhookUnproven(VerdictInput s) {
    return s.hindrances()
        .webhookDoubt()
        .filter(doubt -> s.expectation().plan().byAdmission())
        .map(
            doubt ->
                Finding.unknown(
                    TuningReason.WebhookUnproven,
                    "it is unknown whether the API server reaches the operator's webhook: " + doubt,
                    "wait; if this persists, check the operator's log (kubectl -n wstuning-system logs"
                        + " deployment/wstuning-operator)"));
  }

  static Optional<Finding> actionFailed(VerdictInput s) {
    return s.hindrances()
        .actionProblem()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.ActionFailed,
                    problem,
                    "check policies, quotas, RBAC, and what changes webhook configurations; the"
                        + " operator retries"));
  }

  /** Tuning steps aside for some owners, because their pods could not be created or started. */
  static Optional<Finding> suspended(VerdictInput s) {
    List<SuspendedOwner> owners = s.hindrances().suspended();
    return owners.isEmpty() ? Optional.empty() : Optional.of(suspended(s, owners));
  }

  private static Finding suspended(VerdictInput s, List<SuspendedOwner> owners) {
    SuspendedOwner first = owners.get(0);
    String whose =
        first.pods() + (owners.size() > 1 ? " and %d more".formatted(owners.size() - 1) : "");
    if (first.cause() == Cause.RefusedAnyway) {
      return Finding.bad(
          TuningReason.PodsRefused,
          "%s cannot be created, tuned or not: %s".formatted(whose, first.why()),
          next(s, first));
    }
    if (first.onTrial()) {
      return Finding.unknown(
          TuningReason.InjectionSuspended,
          "%s is tuned on trial, because those before it %s: %s"
              .formatted(first.nextPod(), outcome(first), first.why()));
    }
    return Finding.bad(
        TuningReason.InjectionSuspended,
        "%s start untuned, because tuned ones %s: %s".formatted(whose, outcome(first), first.why()),
        next(s, first));
  }

  private static String next(VerdictInput s, SuspendedOwner owner) {
    return "%s; tuning is tried again %s, or at once after kubectl -n %s annotate wst %s --overwrite %s=$(date +%%s)"
        .formatted(
            help(s, owner),
            owner.onTrial() ? "with one of the next pods" : "from " + owner.nextTry() + " on",
            s.namespace(),
            s.name(),
            Markers.RETRY);
  }

  private static String help(VerdictInput s, SuspendedOwner owner) {
    return switch (owner.cause()) {
      case Refused ->
          s.expectation().plan().privileged()
              ? "exempt the init container wstuning, or set spec.methods.privilege to Unprivileged"
              : "remove the cause";
      case Unscheduled ->
          "see why the scheduler finds no node for tuned pods, and whether it does for others";
      case Stuck, RefusedAnyway -> "remove the cause";
    };
  }

  private static String outcome(SuspendedOwner owner) {
    return switch (owner.cause()) {
      case Stuck -> "could not start";
      case Unscheduled -> "were put on no node";
      case Refused, RefusedAnyway -> "could not be created";
    };
  }

  /** New pods cannot be created, regardless of what refuses them and in which words. */
  static Optional<Finding> podsRefused(VerdictInput s) {
    return s.hindrances()
        .creationProblem()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.PodsRefused,
                    "pods cannot be created: " + problem,
                    "check what refuses them (kubectl -n %s describe rs)".formatted(s.namespace())
                        + (s.expectation().plan().byAdmission()
                            ? "; if the cause is the init container or the sysctls of wstuning,"
                                + " set spec.methods.privilege to Unprivileged, or spec.mode to Observe"
                            : "")));
  }

  static Optional<Finding> podsStuck(VerdictInput s) {
    return s.hindrances()
        .startProblem()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.PodsStuck,
                    problem,
                    "remove the cause, or set spec.mode to Observe and restart the pods"));
  }
}
