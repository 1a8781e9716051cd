package dev.wstuning.operator.pod.admission;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.pod.injection.PodMutator;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.Ownership;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.suspension.Call;
import dev.wstuning.operator.pod.suspension.Mark;
import dev.wstuning.operator.pod.suspension.RefusalWatch;
import dev.wstuning.operator.pod.suspension.Target;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.javaoperatorsdk.webhook.admission.AdmissionUtils;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about one pod that is being created. */
public final class PodAdmission {

  private static final Logger LOG = LoggerFactory.getLogger(PodAdmission.class);

  private final TuningLookup tunings;
  private final PodMutator mutator;
  private final RefusalWatch refusals;

  public PodAdmission(TuningLookup tunings, PodMutator mutator, RefusalWatch refusals) {
    this.tunings = tunings;
    this.mutator = mutator;
    this.refusals = refusals;
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

  /**
   * @param connected whether the caller still holds the connection of its call
   */
  Decision admit(AdmissionRequest request, AdmissionPath path, BooleanSupplier connected)
      throws UnknownTuningException {
    String namespace = request.getNamespace();
    String name = path.name();
    WebSocketTuning tuning =
        tunings
            .find(namespace, path)
            .orElseThrow(() -> new UnknownTuningException(namespace, name));
    Pod pod = (Pod) request.getObject();
    PlanContext planContext = planContext(namespace, pod);
    TuningPlan plan = Planner.plan(tuning.getSpec(), planContext);
    if (!plan.byAdmission() || planContext.allowance().change().isPresent()) {
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
    Target target = target(tuning, pod, plan, planContext);
    boolean dryRun = Boolean.TRUE.equals(request.getDryRun());
    boolean tunes =
        refusals.tunes(target, tuning, new Call(request.getUid(), name(pod), dryRun, connected));
    Map<String, String> marks = new HashMap<>();
    if (!tunes) {
      marks.put(Markers.SUSPENDED, target.mark().toString());
    }
    if (!dryRun) {
      marks.put(Markers.REQUEST, request.getUid());
    }
    LOG.debug(
        "msg=\"pod admitted\" namespace={} tuning={} plan={} tuned={}",
        namespace,
        name,
        plan.hash(),
        tunes);
    Pod changed = ((PodMutator.Changed) outcome).pod();
    AdmissionOutcome done =
        outcome instanceof PodMutator.OpenFilesOnly
            ? AdmissionOutcome.OPEN_FILES_ONLY
            : AdmissionOutcome.TUNED;
    return decision(
        pod, marked(tunes ? changed : pod, marks), tunes ? done : AdmissionOutcome.SUSPENDED);
  }

  private static Decision decision(Pod pod, Pod admitted, AdmissionOutcome what) {
    return admitted.equals(pod)
        ? Decision.asItCame(what)
        : new Decision(AdmissionUtils.admissionResponseFromMutation(pod, admitted), what);
  }

  private static Pod marked(Pod pod, Map<String, String> marks) {
    return marks.isEmpty()
        ? pod
        : new PodBuilder(pod).editMetadata().addToAnnotations(marks).endMetadata().build();
  }

  private Target target(WebSocketTuning tuning, Pod pod, TuningPlan plan, PlanContext planContext) {
    return Target.of(
        tuning,
        Workload.of(pod),
        Mark.ofTuning(tuning, plan.hash(), mutator.tunerImage(), planContext),
        labels(pod));
  }

  /** Empty if the API server makes one up. */
  private static Optional<String> name(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getName()).filter(given -> !given.isEmpty());
  }

  private static Map<String, String> labels(Pod pod) {
    return Optional.ofNullable(pod.getMetadata().getLabels()).orElse(Map.of());
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
    String name = tuning.getMetadata().getName();
    List<WebSocketTuning> contenders = new ArrayList<>(List.of(tuning));
    tunings.inNamespace(tuning.getMetadata().getNamespace()).stream()
        .filter(t -> !t.getMetadata().getName().equals(name))
        .forEach(contenders::add);
    return Ownership.winner(labels(pod), contenders)
        .filter(winner -> winner.getMetadata().getName().equals(name))
        .isPresent();
  }
}
