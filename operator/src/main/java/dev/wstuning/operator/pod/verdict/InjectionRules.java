package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.Optional;

/**
 * Those rules of the condition Applied that are about whether new pods will be tuned, and start.
 */
final class InjectionRules {

  private InjectionRules() {}

  static Optional<Finding> webhookUnreachable(VerdictInput s) {
    return s.hindrances()
        .webhookProblem()
        .filter(problem -> s.expectation().plan().injects())
        .map(
            problem ->
                Finding.bad(
                    TuningReason.WebhookUnreachable,
                    "the API server does not reach the operator's webhook, new pods %s: %s"
                        .formatted(
                            s.expectation().rejectsUntuned() ? "are refused" : "start untuned",
                            problem),
                    "let the control plane reach port 8443 of the pods behind service"
                        + " wstuning-webhook (network policies, firewalls), and see that they are"
                        + " ready"));
  }

  /** So that nobody takes it for certain that new pods will be tuned. */
  static Optional<Finding> webhookUnproven(VerdictInput s) {
    return s.hindrances()
        .webhookDoubt()
        .filter(doubt -> s.expectation().plan().injects())
        .map(
            doubt ->
                Finding.unknown(
                    TuningReason.WebhookUnproven,
                    "whether the API server reaches the operator's webhook is not known: " + doubt,
                    "wait; if it stays so, see the operator's log (kubectl -n wstuning-system logs"
                        + " deployment/wstuning-operator)"));
  }

  static Optional<Finding> actionFailed(VerdictInput s) {
    return s.hindrances()
        .actionProblem()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.ActionFailed,
                    "the API server refused what the operator had to do: " + problem,
                    "see who refuses it (a policy, a quota, missing rights); it is tried again"));
  }

  static Optional<Finding> suspended(VerdictInput s) {
    return s.hindrances()
        .suspension()
        .map(
            why ->
                Finding.bad(
                    TuningReason.InjectionSuspended,
                    "injection is suspended, new pods start untuned: " + why,
                    "remove the cause, then kubectl -n %s annotate wst %s --overwrite %s=$(date +%%s)"
                        .formatted(s.namespace(), s.name(), Markers.RETRY)));
  }

  /** Whoever refuses them, and whatever the words: new pods do not come to be. */
  static Optional<Finding> podsRefused(VerdictInput s) {
    return s.hindrances()
        .creationProblem()
        .map(
            problem ->
                Finding.bad(
                    TuningReason.PodsRefused,
                    "pods cannot be created: " + problem,
                    "see who refuses them (kubectl -n %s describe rs)".formatted(s.namespace())
                        + (s.expectation().plan().injects()
                            ? "; if it is because of the init container or the sysctls of wstuning,"
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
