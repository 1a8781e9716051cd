package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.PodAgent;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.plan.NotPossible;
import dev.wstuning.operator.pod.plan.TuningPlan;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules of the condition Applied about pods that the agents of nodes tune. */
final class NodeAgentRules {

  private static final String OFFER =
      "let a WebSocketNodeTuning with pods: Allowed select the nodes of these pods, or set spec.via to"
          + " Admission";

  private NodeAgentRules() {}

  /** No agent tunes any pod. */
  static Optional<Finding> noneAnywhere(VerdictInput s) {
    return s.hindrances()
        .noAgent()
        .map(
            why ->
                Finding.bad(
                    TuningReason.NoNodeAgent,
                    why + ", so new pods start untuned",
                    OFFER + "; kubectl get wsnt -o wide shows which nodes are selected"));
  }

  /** The tuning allows methods that agents do not have, and not those that they have. */
  static Optional<Finding> notPossible(VerdictInput s) {
    TuningPlan plan = s.expectation().plan();
    return plan.notPossible().isEmpty() || !plan.byNode()
        ? Optional.empty()
        : Optional.of(
            Finding.bad(
                TuningReason.NotByNodeAgent,
                "%s; not set: %s"
                    .formatted(
                        plan.reason(),
                        plan.notPossible().stream()
                            .map(NotPossible::toString)
                            .collect(Collectors.joining("; "))),
                "add Programs to spec.methods.sockets and NodeAgent to spec.methods.openFiles, or set"
                    + " spec.via to Admission"));
  }

  /** Pods run where no agent tunes them, or not such pods. A restart would not help. */
  static Optional<Concern> none(VerdictInput s) {
    return s.with(Coverage.NO_AGENT)
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.NoNodeAgent,
                    "no agent tunes %s: %s is on node %s, and %s"
                        .formatted(
                            pods.count(),
                            pods.first().name(),
                            node(pods.first()),
                            whyNot(pods.first())),
                    next(pods.first())));
  }

  private static String next(JudgedPod pod) {
    PodAgent agent = agent(pod);
    if (!agent.offered()) {
      return OFFER;
    }
    return agent.serving()
        ? "change the pods, or narrow spec.selector, or set spec.via to Admission"
        : "see what keeps the agent from it (kubectl get wsns %s -o yaml); pods that are created after that are tuned"
            .formatted(node(pod));
  }

  private static String whyNot(JudgedPod pod) {
    return agent(pod).serving() ? "its agent reports: " + problem(pod) : agent(pod).whyNot();
  }

  private static PodAgent agent(JudgedPod pod) {
    return pod.pod().node().map(NodeAgentReport::pods).orElse(PodAgent.NONE);
  }

  private static String node(JudgedPod pod) {
    return pod.facts().node().orElse("NODE");
  }

  /** Pods that a restart helps. */
  static Optional<Concern> tooLate(VerdictInput s) {
    return s.with(Coverage.BEFORE_AGENT)
        .ifAny(
            pods ->
                Finding.bad(
                    TuningReason.PodsBeforeAgent,
                    "%s started untuned; of %s the agent of its node reports: %s"
                        .formatted(pods.count(), pods.first().name(), problem(pods.first())),
                    pods.restart()));
  }

  private static String problem(JudgedPod pod) {
    return pod.pod().reported().flatMap(PodReport::problem).orElse("no plan was there for it");
  }

  /** It is not known yet what became of pods. */
  static Optional<Concern> unreported(VerdictInput s) {
    return s.affected(p -> p.is(Coverage.UNREPORTED) && p.runs())
        .ifAny(
            pods ->
                Finding.unknown(
                    TuningReason.NotReported,
                    "the agents of their nodes did not report yet whether they tuned %s, such as %s on node %s"
                        .formatted(pods.count(), pods.first().name(), node(pods.first())),
                    "wait 15 seconds; if this persists, see the log of that agent (kubectl -n"
                        + " wstuning-nodes logs)"));
  }
}
