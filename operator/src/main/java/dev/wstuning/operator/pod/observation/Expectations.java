package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.plan.PlanContext;

/**
 * What the pods of a tuning are measured against: what a pod can get depends on the pod, too.
 *
 * @param plain for a pod without peculiarities
 * @param inUserNamespace for a pod with a user namespace of its own
 */
public record Expectations(Expectation plain, Expectation inUserNamespace) {

  public static Expectations of(WebSocketTuning tuning, PlanContext planContext) {
    Expectation plain = Expectation.of(tuning, planContext);
    Expectation inUserNamespace = Expectation.of(tuning, planContext.inUserNamespace());
    return new Expectations(
        plain, plain.plan().equals(inUserNamespace.plan()) ? plain : inUserNamespace);
  }

  public Expectation of(PodFacts pod) {
    return pod.userNamespace() ? inUserNamespace : plain;
  }
}
