package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.pod.admission.EntryUndoneException;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.observation.Expectations;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.rollout.Progress;
import dev.wstuning.operator.pod.rollout.RefusedReplicaSet;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.InjectionState;
import dev.wstuning.operator.pod.status.Requests;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.suspension.InjectionFailures;
import dev.wstuning.operator.pod.suspension.InjectionFailures.Stuck;
import dev.wstuning.operator.pod.suspension.Mark;
import dev.wstuning.operator.pod.suspension.Suspending;
import dev.wstuning.operator.pod.verdict.Hindrances;
import dev.wstuning.operator.pod.verdict.JudgedPod;
import dev.wstuning.operator.pod.verdict.SuspendedOwner;
import dev.wstuning.operator.pod.verdict.VerdictInput;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** One pass over the pods of a tuning: gather, plan, act, judge. */
record TuningPass(
    TuningView view,
    Gatherer gatherer,
    PodObservers observers,
    Suspending suspending,
    InjectionControl injection,
    PodActions actions,
    Wishes wishes,
    Judgements judgements,
    StatusFactory statuses,
    Clock clock,
    String tunerImage,
    WebhookProbe webhookProbe) {

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
    List<Stuck> stuck = InjectionFailures.among(pods);
    Done done =
        act(
            tuning,
            expectations,
            new Suspending.Evidence(pods, stuck, selected.crowded()),
            recollection);

    List<JudgedPod> judged = judgements.of(tuning.getMetadata().getUid(), expectations, pods);
    VerdictInput input =
        new VerdictInput(
            namespace(tuning),
            tuning.getMetadata().getName(),
            expectations.plain(),
            judged,
            owners.rivals(),
            hindrances(tuning, expectations.plain().plan(), selected, stuck, done),
            wasReady(tuning),
            view.agentServes(),
            tuning.getSpec().existingPodsOrDefault() == ExistingPods.Restart);
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
  Totals totals(List<WebSocketTuning> tunings) {
    return Totals.of(tunings, judgements.coverage(), observers.waiting());
  }

  /** Forgets what is kept of a tuning and its pods. */
  void forget(String tuningUid) {
    observers.forget(tuningUid);
    wishes.forget(tuningUid);
    judgements.forget(tuningUid);
    suspending.forget(tuningUid);
  }

  /** Adjusts the webhook entry, then replaces pods that are stuck and restarts old ones. */
  private Done act(
      WebSocketTuning tuning,
      Expectations expectations,
      Suspending.Evidence evidence,
      Recollection recollection) {
    InjectionState before = recollection.state();
    boolean untouched = expectations.plain().untouched().isPresent();
    TuningPlan plan = expectations.plain().plan();
    boolean injects = plan.byAdmission() && !untouched;
    Suspending.Decision decision =
        injects
            ? suspending.decide(tuning, mark(tuning, expectations), evidence, before.suspensions())
            : Suspending.Decision.NONE;
    InjectionState after = new InjectionState(before.injectingSince(), decision.suspensions());
    try {
      after =
          injection.adjust(
              tuning,
              injects,
              before,
              recollection.othersUntil(),
              decision.suspensions(),
              view.webhooks(namespace(tuning)));
      if (plan.byNode() && plan.injects() && !untouched) {
        after = new InjectionState(Optional.of(since(recollection)), List.of());
      }
      Progress progress =
          untouched ? Progress.NONE : actions.act(tuning, expectations, evidence.pods(), decision);
      return new Done(
          after, progress.and(new Progress(List.of(), decision.again())), Optional.empty());
    } catch (KubernetesClientException e) {
      return new Done(after, Progress.NONE, Optional.of(e));
    }
  }

  /** Since when agents tune new pods: pods of before have to be restarted in any case. */
  private Instant since(Recollection recollection) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return recollection
        .state()
        .injectingSince()
        .orElseGet(() -> recollection.othersUntil().filter(now::isBefore).orElse(now));
  }

  private String mark(WebSocketTuning tuning, Expectations expectations) {
    return Mark.ofTuning(
        tuning, expectations.plain().plan().hash(), tunerImage, expectations.plain().planContext());
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
      WebSocketTuning tuning,
      TuningPlan plan,
      SelectedPods.Selected selected,
      List<Stuck> stuck,
      Done done) {
    return new Hindrances(
        SuspendedOwner.of(done.state().suspensions(), clock.instant()),
        webhookProbe.problem(),
        webhookProbe.doubt(),
        gatherer.owned(tuning, selected.refused()).stream().map(RefusedReplicaSet::why).findFirst(),
        stuck.stream().map(Stuck::why).findFirst(),
        plan.injects() && plan.byNode() && !view.tunesPods()
            ? Optional.of("no agent of a node tunes pods")
            : Optional.empty(),
        done.refused().map(TuningPass::words));
  }

  private static String words(KubernetesClientException e) {
    return e instanceof EntryUndoneException
        ? e.getMessage()
        : "the API server refused an action of the operator: " + e.getMessage();
  }

  private static boolean wasReady(WebSocketTuning tuning) {
    return tuning.getStatus() != null
        && Conditions.ready(tuning.getStatus().conditionsOrEmpty())
            .filter(c -> c.status() == ConditionStatus.True)
            .isPresent();
  }

  private static String namespace(WebSocketTuning tuning) {
    return tuning.getMetadata().getNamespace();
  }
}
