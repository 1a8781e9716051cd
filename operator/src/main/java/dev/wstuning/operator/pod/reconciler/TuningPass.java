package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.rollout.InjectionFailures;
import dev.wstuning.operator.pod.rollout.Restarter.Progress;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.status.Requests;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.verdict.Hindrances;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One pass over the pods of a tuning: gather, plan, act, judge.
 *
 * @param forbiddenNamespaces those that are never touched
 */
record TuningPass(
    TuningView view,
    Gatherer gatherer,
    PodObservers observers,
    InjectionControl injection,
    PodActions actions,
    Wishes wishes,
    Judgements judgements,
    StatusFactory statuses,
    WebhookProbe webhookProbe,
    Set<String> forbiddenNamespaces) {

  /**
   * What was done in a pass.
   *
   * @param state what is remembered of injection from now on
   * @param progress of restarts
   * @param refused what the API server refused, so that the rest was left; empty if nothing
   */
  private record Done(
      InjectionState state, Progress progress, Optional<KubernetesClientException> refused) {}

  /**
   * What came of a pass.
   *
   * @param status what is to be published
   * @param again when to pass again although nothing happened
   * @param refused what the API server refused, which the status reports; empty if nothing
   */
  record Outcome(
      WebSocketTuningStatus status,
      Optional<Duration> again,
      Optional<KubernetesClientException> refused) {}

  Outcome over(WebSocketTuning tuning, SelectedPods.Selected selected) {
    Gatherer.Owners owners = gatherer.owners(tuning, selected.pods());
    Recollection recollection = Recollection.of(tuning, owners);
    InjectionState before = recollection.state();

    Expectations expectations = wishes.of(tuning, view.planContext(namespace(tuning)));

    List<ObservedPod> pods =
        observers.observe(tuning, owners.owned(), expectations, before.injectingSince());
    Done done = act(tuning, selected, expectations, pods, recollection);

    List<JudgedPod> judged = judgements.of(tuning.getMetadata().getUid(), expectations, pods);
    VerdictInput input =
        new VerdictInput(
            namespace(tuning),
            tuning.getMetadata().getName(),
            expectations.plain(),
            judged,
            owners.rivals(),
            forbidden(tuning),
            hindrances(tuning, selected, pods, done),
            wasReady(tuning),
            view.agentServes());
    return new Outcome(
        statuses.create(
            input,
            new StatusFactory.Occasion(
                tuning.getMetadata().getGeneration(),
                Optional.ofNullable(tuning.getStatus()),
                requests(tuning),
                done.state(),
                tuning.getSpec().rolloutPaused(),
                done.progress().intents())),
        done.progress().again(),
        done.refused());
  }

  /** What these tunings and their last passes come to. */
  Totals totals(Stream<WebSocketTuning> tunings) {
    return Totals.of(tunings, judgements.coverage(), observers.waiting());
  }

  /** Forgets what is kept of a tuning and its pods. */
  void forget(String tuningUid) {
    observers.forget(tuningUid);
    wishes.forget(tuningUid);
    judgements.forget(tuningUid);
  }

  /** Adjusts the webhook entry, then releases pods that are stuck or restarts old ones. */
  private Done act(
      WebSocketTuning tuning,
      SelectedPods.Selected selected,
      Expectations expectations,
      List<ObservedPod> pods,
      Recollection recollection) {
    InjectionState before = recollection.state();
    InjectionState after = before;
    try {
      after =
          injection.adjust(
              tuning,
              expectations.plain().plan().injects() && !forbidden(tuning),
              before,
              recollection.othersUntil(),
              actions.failure(pods, selected, before),
              view.webhooks(namespace(tuning)));
      return new Done(after, actions.act(tuning, expectations, pods, after), Optional.empty());
    } catch (KubernetesClientException e) {
      return new Done(after, Progress.NONE, Optional.of(e));
    }
  }

  private static Requests requests(WebSocketTuning tuning) {
    return Optional.ofNullable(tuning.getMetadata().getAnnotations())
        .map(
            annotations ->
                new Requests(
                    Optional.ofNullable(annotations.get(Markers.OBSERVE)),
                    Optional.ofNullable(annotations.get(Markers.RETRY))))
        .orElse(Requests.NONE);
  }

  private Hindrances hindrances(
      WebSocketTuning tuning, SelectedPods.Selected selected, List<ObservedPod> pods, Done done) {
    return new Hindrances(
        done.state().suspensions().stream().map(Suspension::message).findFirst(),
        webhookProbe.problem(),
        webhookProbe.doubt(),
        InjectionFailures.of(gatherer.owned(tuning, selected.refused())),
        actions.stuck(pods),
        done.refused().map(KubernetesClientException::getMessage));
  }

  private static boolean wasReady(WebSocketTuning tuning) {
    return tuning.getStatus() != null
        && Conditions.ready(tuning.getStatus().conditionsOrEmpty())
            .filter(c -> c.status() == ConditionStatus.True)
            .isPresent();
  }

  private boolean forbidden(WebSocketTuning tuning) {
    return forbiddenNamespaces.contains(namespace(tuning));
  }

  private static String namespace(WebSocketTuning tuning) {
    return tuning.getMetadata().getNamespace();
  }
}
