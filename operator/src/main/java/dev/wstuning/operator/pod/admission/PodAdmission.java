package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Ownership;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about one pod that is being created. */
public final class PodAdmission {

  private static final Logger LOG = LoggerFactory.getLogger(PodAdmission.class);

  private final TuningLookup tunings;
  private final PodMutator mutator;

  public PodAdmission(TuningLookup tunings, PodMutator mutator) {
    this.tunings = tunings;
    this.mutator = mutator;
  }

  /** No tuning has that name: the failure policy of the webhook entry decides. */
  static final class UnknownTuningException extends Exception {
    UnknownTuningException(String namespace, String name) {
      super("no WebSocketTuning %s in namespace %s".formatted(name, namespace));
    }
  }

  /**
   * What is answered about a pod.
   *
   * @param outcome what became of the pod, which the response alone does not show
   */
  record Decision(AdmissionResponse response, AdmissionOutcome outcome) {

    private static Decision asItCame(AdmissionOutcome why) {
      return new Decision(AdmissionUtils.allowedAdmissionResponse(), why);
    }
  }

  Decision admit(AdmissionRequest request, AdmissionPath path) throws UnknownTuningException {
    String namespace = request.getNamespace();
    String name = path.name();
    WebSocketTuning tuning =
        tunings
            .find(namespace, path)
            .orElseThrow(() -> new UnknownTuningException(namespace, name));
    Pod pod = (Pod) request.getObject();
    TuningPlan plan = Planner.plan(tuning.getSpec(), planContext(namespace, pod));
    if (!plan.injects()) {
      return Decision.asItCame(AdmissionOutcome.NOT_WANTED);
    }
    if (!owns(tuning, pod)) {
      return Decision.asItCame(AdmissionOutcome.NOT_OWNED);
    }
    PodMutator.Outcome outcome = mutator.mutate(pod, name, plan);
    if (outcome instanceof PodMutator.LeftAlone alone) {
      LOG.debug("msg=\"pod left alone\" namespace={} tuning={} why={}", namespace, name, outcome);
      return Decision.asItCame(AdmissionOutcome.leftAlone(alone.why()));
    }
    Pod tuned = ((PodMutator.Tuned) outcome).pod();
    LOG.debug("msg=\"pod tuned\" namespace={} tuning={} plan={}", namespace, name, plan.hash());
    return tuned.equals(pod)
        ? Decision.asItCame(AdmissionOutcome.UNCHANGED)
        : new Decision(
            AdmissionUtils.admissionResponseFromMutation(pod, tuned), AdmissionOutcome.TUNED);
  }

  private PlanContext planContext(String namespace, Pod pod) {
    PlanContext planContext = tunings.planContext(namespace);
    return Boolean.FALSE.equals(pod.getSpec().getHostUsers())
        ? planContext.inUserNamespace()
        : planContext;
  }

  /**
   * The cache of siblings may be behind the tuning itself, so it counts in any case, and what the
   * cache has under its name does not: that may be one that was deleted and created again.
   */
  private boolean owns(WebSocketTuning tuning, Pod pod) {
    Map<String, String> labels =
        Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
    String name = tuning.getMetadata().getName();
    List<WebSocketTuning> contenders = new ArrayList<>(List.of(tuning));
    tunings.inNamespace(tuning.getMetadata().getNamespace()).stream()
        .filter(t -> !t.getMetadata().getName().equals(name))
        .forEach(contenders::add);
    return Ownership.winner(labels, contenders)
        .filter(winner -> winner.getMetadata().getName().equals(name))
        .isPresent();
  }
}
