package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Boot;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What several pods and circumstances add up to. */
class VerdictTest {

  private static final ServerReport AS_ASKED =
      node().keepalive("300", "10", "5").port(8080, 1, 300).build();
  private static final ServerReport AS_THE_KERNEL_HAS_IT = node().port(8080, 1, 7200).build();

  @Test
  void allIsWell() {
    Verdict verdict = judge(asked().pod(seen("chat-1")).pod(seen("chat-2")));

    assertThat(verdict.accepted().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.applied().reason()).isEqualTo(TuningReason.Applied);
    assertThat(verdict.applied().message())
        .matches("2 pods .* InitContainer and Programs: this namespace admits privileged pods");
    assertThat(verdict.effective())
        .isEqualTo(Finding.good(TuningReason.Effective, "2 of 2 pods have the wanted limits"));
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
  }

  @Test
  void theWorstPodSpeaksForAll() {
    ServerReport off = node().keepalive("300", "10", "5").portWithoutKeepalive(8080).build();

    Verdict verdict =
        judge(asked().pod(seen("chat-1")).pod(observed("chat-2").seen(off)).pod(seen("chat-3")));

    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.KeepaliveOff);
    assertThat(verdict.effective().message()).startsWith("1 of 3 pods: ");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  @Test
  void oldPodsThatWaitForARestartDoNotUnsetReady() {
    Verdict verdict = judge(asked().pod(seen("chat-1")).pod(pending("chat-2")));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "1 pod created before the current settings."
                + " Next: kubectl -n realtime rollout restart deployment/chat");
    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.SysctlDiffers);
    assertThat(verdict.effective().next())
        .isEqualTo("kubectl -n realtime rollout restart deployment/chat");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.RestartPending);
  }

  /** Application and tuning in one file: nothing is tuned yet, so Ready must not be True. */
  @Test
  void readyIsFalseWhileNoPodThatRunsHasTheSettings() {
    Verdict verdict = judge(asked().pod(pending("chat-1")).pod(pending("chat-2")));

    assertThat(verdict.ready()).isEqualTo(verdict.applied());
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.RestartPending);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.stalled()).isEmpty();
  }

  @Test
  void aPodOfTheSettingsThatOnlyStartsIsNoneThatHasThem() {
    Verdict verdict =
        judge(asked().pod(pending("chat-1")).pod(observed("chat-2").life(Life.STARTING)));

    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.RestartPending);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  @Test
  void readyIsFalseWhilePodsCannotBeCreatedRegardlessOfTheWords() {
    Verdict verdict = judge(asked().creationProblem("this cluster is quiet today"));

    assertThat(verdict.ready().text())
        .isEqualTo(
            "pods cannot be created: this cluster is quiet today. Next: check what refuses them"
                + " (kubectl -n realtime describe rs); if the cause is the init container or the"
                + " sysctls of wstuning, set spec.methods.privilege to Unprivileged, or spec.mode to"
                + " Observe");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  @Test
  void readyIsFalseWithoutBlameIfATuningOnlyObservesAndPodsCannotBeCreated() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(observe().keepalive(300, 10, 5))
                .creationProblem("exceeded quota"));

    assertThat(verdict.ready().text())
        .isEqualTo(
            "pods cannot be created: exceeded quota. Next: check what refuses them (kubectl -n"
                + " realtime describe rs)");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  @Test
  void nobodyIsToldThatNewPodsWillBeTunedBeforeThatIsProved() {
    Verdict none = judge(asked().webhookDoubt("it was not tested yet"));
    Verdict one = judge(asked().webhookDoubt("it was not tested yet").pod(seen("chat-1")));

    assertThat(List.of(none.ready(), one.ready()))
        .extracting(Finding::status, Finding::reason)
        .containsOnly(tuple(ConditionStatus.Unknown, TuningReason.WebhookUnproven));
    assertThat(none.applied().reason()).isEqualTo(TuningReason.WebhookUnproven);
  }

  @Test
  void readyIsFalseWhilePodsCannotStartBecauseOfUs() {
    Verdict verdict =
        judge(asked().pod(seen("chat-1")).startProblem("the kubelet refuses a sysctl of pod b"));

    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.PodsStuck);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  @Test
  void nothingIsClaimedOfWhatCannotBeRead() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(tune())
                .notUnderstood(new NotUnderstood(List.of(), List.of("spec.mode")))
                .pod(seen("chat-1")));

    assertThat(List.of(verdict.accepted(), verdict.applied(), verdict.effective()))
        .extracting(Finding::status, Finding::reason)
        .containsOnly(tuple(ConditionStatus.Unknown, TuningReason.NotUnderstood));
    assertThat(verdict.ready().text())
        .isEqualTo(
            "this version of the operator cannot read spec.mode: it injects nothing into new pods"
                + " and leaves running ones as they are. Next: update the operator, or use only"
                + " fields and values that it knows (kubectl explain wst.spec)");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.stalled()).contains(verdict.accepted());
  }

  @Test
  void fieldsThatAreNotKnownAreNamedAndNothingElseChanges() {
    Verdict verdict =
        judge(
            asked()
                .notUnderstood(new NotUnderstood(List.of("spec.rollout.paused"), List.of()))
                .pod(seen("chat-1")));

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.partlyUnderstood().orElseThrow().message())
        .contains("does not know spec.rollout.paused");
  }

  @Test
  void theLabelThatPinsPodSecurityIsNamed() {
    Verdict verdict =
        judge(asked().planContext(PlanContext.of("baseline", OptionalInt.of(28), 36)));

    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.NeedsPrivilege);
    assertThat(verdict.ready().text())
        .contains(
            "Next: set the namespace's label pod-security.kubernetes.io/enforce-version to v1.29");
  }

  @Test
  void aTuningThatInsistsOnPrivilegeThatTheAdministratorForbidsIsStalled() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(tune().keepalive(300, 10, 5).privilege(Privilege.Privileged))
                .planContext(VerdictInputBuilder.CAPPED));

    assertThat(verdict.accepted().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.PrivilegeNotAllowed);
    assertThat(verdict.ready().next())
        .isEqualTo(
            "set spec.methods.privilege to Auto or Unprivileged, or have the cluster's"
                + " administrator set maxPrivilege to Privileged in the ConfigMap"
                + " wstuning-guard-rails; or add Preload to spec.methods.sockets, which needs no"
                + " privilege");
    assertThat(verdict.stalled()).contains(verdict.ready());
  }

  @Test
  void underTheAdministratorsCapAutoDoesWhatIsPossible() {
    Verdict possible = judge(asked().planContext(VerdictInputBuilder.CAPPED).pod(seen("chat-1")));
    Verdict impossible =
        judge(
            VerdictInputBuilder.of(tune().sysctl("net.core.somaxconn", "16384"))
                .planContext(VerdictInputBuilder.CAPPED));

    assertThat(possible.applied().message())
        .startsWith("1 pod tuned by PodSecurityContext: the cluster's administrator allows no");
    assertThat(impossible.ready().reason()).isEqualTo(TuningReason.NeedsPrivilege);
    assertThat(impossible.ready().next())
        .isEqualTo(
            "remove these settings, or set spec.methods.privilege to Auto, and have the cluster's"
                + " administrator set maxPrivilege to Privileged in the ConfigMap"
                + " wstuning-guard-rails");
  }

  @Test
  void ofANamespaceThatIsNeverTouchedNothingElseIsSaid() {
    Verdict verdict =
        judge(
            asked()
                .planContext(VerdictInputBuilder.UNTOUCHED)
                .webhookProblem("connection refused")
                .pod(missed("chat-1")));

    assertThat(List.of(verdict.accepted(), verdict.applied(), verdict.effective(), verdict.ready()))
        .extracting(Finding::status)
        .containsExactly(
            ConditionStatus.False,
            ConditionStatus.False,
            ConditionStatus.Unknown,
            ConditionStatus.False);
    assertThat(verdict.ready().text())
        .isEqualTo(
            "the cluster's administrator lets the operator change nothing in namespace realtime"
                + " (untouchedNamespaces in the ConfigMap wstuning-guard-rails)."
                + " Next: create the tuning in another namespace");
    assertThat(verdict.problems())
        .extracting(concern -> concern.finding().reason())
        .containsExactly(TuningReason.ForbiddenNamespace);
    assertThat(verdict.stalled()).contains(verdict.accepted());
  }

  @Test
  void whatAPodWithAUserNamespaceLacksIsSaid() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(tune().sysctl("net.core.somaxconn", "16384"))
                .pod(observed(isolated("chat-1")).seen(AS_ASKED)));

    assertThat(verdict.applied().reason()).isEqualTo(TuningReason.NeedsPrivilege);
    assertThat(verdict.applied().text())
        .contains("user namespace of its own (hostUsers: false)")
        .contains("remove hostUsers: false from the pods");
  }

  @Test
  void podsThatGetDifferentPlansAreToldApart() {
    Verdict verdict =
        judge(asked().pod(seen("chat-1")).pod(observed(isolated("chat-2")).seen(AS_ASKED)));

    assertThat(verdict.applied().message())
        .isEqualTo(
            "1 pod tuned by InitContainer and Programs: this namespace admits privileged pods;"
                + " 1 pod tuned by PodSecurityContext: the pod has a user namespace of its own"
                + " (hostUsers: false)");
  }

  private static TestPod isolated(String name) {
    return TestPod.named(name).running().with(p -> p.editSpec().withHostUsers(false).endSpec());
  }

  @Test
  void missedPodsUnsetReady() {
    Verdict verdict = judge(asked().pod(seen("chat-1")).pod(missed("chat-2")));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "1 pod started untuned because the operator did not answer."
                + " Next: kubectl -n realtime rollout restart deployment/chat");
    assertThat(verdict.ready()).isEqualTo(verdict.applied());
  }

  @Test
  void podsWithoutAWorkloadAreToBeMadeAgain() {
    Verdict verdict =
        judge(
            asked()
                .pod(observed(TestPod.named("b").running()).coverage(Coverage.MISSED))
                .pod(observed(TestPod.named("a").running()).coverage(Coverage.MISSED)));

    assertThat(verdict.applied().next())
        .isEqualTo("kubectl -n realtime delete pod a b, then create each again");
  }

  @Test
  void scaledToZeroIsReady() {
    Verdict verdict = judge(asked());

    assertThat(verdict.applied().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.effective().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.NoPods);
  }

  @Test
  void theFirstPodsAreWaitedFor() {
    Verdict starting = judge(asked().pod(observed("chat-1").life(Life.STARTING)));
    Verdict unobserved = judge(asked().pod(observed("chat-1")));

    assertThat(starting.ready())
        .isEqualTo(Finding.unknown(TuningReason.PodsStarting, "pods are starting"));
    assertThat(unobserved.ready().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(unobserved.ready().reason()).isEqualTo(TuningReason.NotObserved);
  }

  @Test
  void aPodThatWaitsForTheAgentOfANewNodeStarts() {
    ObservedPodBuilder waits =
        observed(TestPod.named("chat-2").onNode("n1")).boot(Boot.AWAITS_AGENT).life(Life.STARTING);
    Verdict verdict = judge(asked().pod(observed("chat-1").life(Life.STARTING)).pod(waits));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "2 pods starting; chat-2 waits for the agent of node n1, which was just booted, to be"
                + " granted open files. Next: wait: without the agent it starts 90 seconds after it"
                + " came to the node; kubectl get wsnt -o wide shows why the agent is late");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.ready().message()).startsWith("pods are starting; chat-2 waits");
    assertThat(verdict.problems()).hasSize(1);
    assertThat(judge(asked().pod(seen("chat-1")).pod(waits)).ready().reason())
        .as("where pods run already")
        .isEqualTo(TuningReason.Effective);
  }

  /** There are always some where a workload scales, and a pipeline waits for Ready. */
  @Test
  void podsOnTheirWayChangeNoCondition() {
    Verdict all = judge(asked().pod(seen("chat-1")));
    Verdict withOthers =
        judge(
            asked()
                .pod(seen("chat-1"))
                .pod(observed("chat-2").life(Life.STARTING))
                .pod(observed("chat-3")));

    assertThat(withOthers.applied()).isEqualTo(applied(withOthers, all));
    assertThat(withOthers.effective().status()).isEqualTo(ConditionStatus.True);
    assertThat(withOthers.effective().message())
        .isEqualTo("1 of 2 pods have the wanted limits; the rest is not observed yet");
    assertThat(withOthers.ready()).isEqualTo(withOthers.effective());
    assertThat(withOthers.stalled()).isEmpty();
  }

  /** The same, with the number of pods of another verdict. */
  private static Finding applied(Verdict verdict, Verdict like) {
    return new Finding(
        like.applied().status(),
        like.applied().reason(),
        verdict.applied().message(),
        like.applied().remedy());
  }

  @Test
  void whatIsWrongWithOnePodIsNotHiddenByOthersOnTheirWay() {
    Verdict verdict =
        judge(
            asked()
                .pod(observed("chat-1").seen(AS_THE_KERNEL_HAS_IT))
                .pod(observed("chat-2"))
                .wasReady());

    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.SysctlDiffers);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
  }

  /** The only pod of a workload is replaced: what was ready stays so. */
  @Test
  void aTuningThatWasReadyStaysSoWhileItsPodsAreReplaced() {
    Verdict starting = judge(asked().pod(observed("chat-1").life(Life.STARTING)).wasReady());
    Verdict unobserved = judge(asked().pod(observed("chat-1")).wasReady());

    assertThat(starting.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(unobserved.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(unobserved.ready().reason()).isEqualTo(TuningReason.NotObserved);
    assertThat(unobserved.effective().status()).isEqualTo(ConditionStatus.Unknown);
  }

  /** What an earlier start had proves nothing, and takes nothing away. */
  @Test
  void whereAServerRestartedUnobservedAReadyTuningStaysReady() {
    Verdict verdict = judge(asked().pod(seen("chat-1")).pod(outdated("chat-2")).wasReady());

    assertThat(verdict.effective().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.ObservationOutdated);
    assertThat(verdict.effective().message())
        .isEqualTo("1 of 2 pods: it restarted; last observed at 2026-01-01T12:00:05Z");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.stalled()).isEmpty();
    assertThat(verdict.problems())
        .extracting(problem -> problem.finding().reason())
        .contains(TuningReason.ObservationOutdated);
  }

  @Test
  void whereAServerRestartedUnobservedOneThatWasNotReadyDoesNotBecomeSo() {
    Verdict verdict = judge(asked().pod(outdated("chat-1")));

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.Unknown);
  }

  /** A policy may forbid observers for ever, and a pipeline waits for Ready. */
  @Test
  void whatCannotBeObservedLeavesItsLimitsUnknownAndTheTuningReady() {
    Verdict verdict =
        judge(
            asked()
                .pod(
                    observed("chat-1")
                        .observation(
                            new Observation.Failed(
                                "the API server refused it", Observation.Prospect.REFUSED))));

    assertThat(verdict.effective().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.effective().message()).contains("the API server refused it");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.ObservationFailed);
  }

  private static ObservedPodBuilder outdated(String name) {
    return observed(name)
        .observation(
            new Observation.Outdated(
                new Observation.Reported(AS_THE_KERNEL_HAS_IT, ObservedPodBuilder.SEEN_AT, false),
                "it restarted",
                Observation.Prospect.NONE));
  }

  @Test
  void podsThatEndedDoNotCount() {
    Verdict verdict =
        judge(
            asked()
                .pod(seen("chat-1"))
                .pod(missed("chat-2").life(Life.NOT_RUNNING))
                .pod(observed("chat-3").life(Life.NOT_RUNNING)));

    assertThat(verdict.effective().message()).startsWith("1 of 1 pods");
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
  }

  @Test
  void observingIsReadyWhateverIsSeen() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(observe().keepalive(300, 10, 5))
                .pod(observed("chat-1").seen(AS_THE_KERNEL_HAS_IT)));

    assertThat(verdict.applied())
        .isEqualTo(
            Finding.good(TuningReason.ObserveOnly, "mode is Observe; pods are not modified"));
    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.SysctlDiffers);
    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.ready().text())
        .isEqualTo(
            "pods are not modified; 1 of 1 pods: net.ipv4.tcp_keepalive_time is 7200, want 300."
                + " Next: set spec.mode to Tune");
  }

  @Test
  void anObserverIsAwaitedInObserveMode() {
    Verdict verdict = judge(VerdictInputBuilder.of(observe()).pod(observed("chat-1")));

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.Unknown);
  }

  @Test
  void whatCannotBeSetIsNamedWithTheReason() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(
                    tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384"))
                .planContext(VerdictInputBuilder.RESTRICTED)
                .pod(seen("chat-1")));

    assertThat(verdict.applied().message())
        .isEqualTo(
            "Pod Security restricted of this namespace refuses privileged pods; not set:"
                + " net.core.somaxconn: Kubernetes 1.36 calls it unsafe, so it needs privilege");
    assertThat(verdict.ready()).isEqualTo(verdict.applied());
  }

  @Test
  void whatARestartMendsComesWithItsCommand() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(tune().deadPeers(60))
                .pod(
                    observed("chat-1")
                        .coverage(Coverage.RESTART_PENDING)
                        .seen(node().portWithoutKeepalive(8080).build())));

    assertThat(verdict.effective().reason()).isEqualTo(TuningReason.KeepaliveOff);
    assertThat(verdict.effective().next())
        .isEqualTo("kubectl -n realtime rollout restart deployment/chat");
  }

  @Test
  void whoInsistsOnPrivilegeIsToldTheAlternative() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(tune().keepalive(300, 10, 5).privilege(Privilege.Privileged))
                .planContext(VerdictInputBuilder.RESTRICTED));

    assertThat(verdict.applied().next())
        .isEqualTo(
            "set spec.methods.privilege to Auto or Unprivileged,"
                + " or let the namespace admit privileged pods (its label"
                + " pod-security.kubernetes.io/enforce); or add Preload to spec.methods.sockets, which needs no privilege");
  }

  @Test
  void theWebhookComesBeforeWhatFollowsFromIt() {
    Verdict verdict = judge(asked().webhookProblem("connection refused").pod(missed("chat-1")));

    assertThat(verdict.applied().reason()).isEqualTo(TuningReason.WebhookUnreachable);
  }

  @Test
  void whoInjectsNothingNeedsNoWebhook() {
    Verdict verdict =
        judge(
            VerdictInputBuilder.of(observe().openFiles(1024)).webhookProblem("connection refused"));

    assertThat(verdict.applied().reason()).isEqualTo(TuningReason.ObserveOnly);
  }

  @Test
  void aSuspensionSaysWhoseAndWhyAndWhenItIsTriedAgain() {
    Verdict verdict =
        judge(
            asked()
                .pod(seen("chat-1"))
                .suspended("chat", Cause.Stuck, "the image cannot be pulled", false)
                .suspended("push", Cause.Refused, "a policy", false));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "pods of deployment/chat and 1 more start untuned, because tuned ones could not start:"
                + " the image cannot be pulled. Next: remove the cause; tuning is tried again from"
                + " 2026-01-01T12:05:00Z on, or at once after kubectl -n realtime annotate wst chat"
                + " --overwrite wstuning.dev/retry=$(date +%s)");
    assertThat(verdict.ready()).isEqualTo(verdict.applied());
    assertThat(verdict.stalled()).as("it ends by itself").isEmpty();
  }

  @Test
  void ifPrivilegedPodsAreRefusedTheWayWithoutPrivilegeIsNamed() {
    Verdict verdict =
        judge(asked().pod(seen("chat-1")).suspended("chat", Cause.Refused, "a policy", false));

    assertThat(verdict.ready().next())
        .startsWith(
            "exempt the init container wstuning, or set spec.methods.privilege to Unprivileged;"
                + " tuning is tried again from 2026-01-01T12:05:00Z on");
  }

  @Test
  void podsThatTheirSchedulerPutsOnNoNodeAreToldFromOthers() {
    Verdict verdict =
        judge(asked().pod(seen("chat-1")).suspended("chat", Cause.Unscheduled, "full", false));

    assertThat(verdict.ready().message())
        .isEqualTo(
            "pods of deployment/chat start untuned, because tuned ones were put on no node: full");
  }

  @Test
  void aTrialThatIsDueIsNotKnownYet() {
    Verdict verdict =
        judge(asked().pod(seen("chat-1")).suspended("chat", Cause.Refused, "a policy", true));

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(verdict.ready().text())
        .isEqualTo(
            "one of the next pods of deployment/chat is tuned on trial, because those before it could"
                + " not be created: a policy.");
  }

  @Test
  void podsThatAreRefusedTunedOrNotAreNotOurFault() {
    Verdict verdict =
        judge(asked().suspended("chat", Cause.RefusedAnyway, "exceeded quota", false));

    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.PodsRefused);
    assertThat(verdict.ready().message())
        .isEqualTo("pods of deployment/chat cannot be created, tuned or not: exceeded quota");
  }

  /** Controllers wait longer and longer, so a trial may be due for minutes. */
  @Test
  void podsThatAreRefusedAnywayStayRefusedWhileATrialIsDue() {
    Verdict verdict = judge(asked().suspended("chat", Cause.RefusedAnyway, "exceeded quota", true));

    assertThat(verdict.ready().status()).isEqualTo(ConditionStatus.False);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.PodsRefused);
    assertThat(verdict.ready().next()).contains("with one of the next pods");
  }

  @Test
  void podsOfASuspensionThatIsOverNeedARestartOnly() {
    ObservedPodBuilder untuned = observed("chat-1").coverage(Coverage.SUSPENDED);

    assertThat(judge(asked().pod(untuned)).ready().reason()).isEqualTo(TuningReason.PodsSuspended);
    assertThat(judge(asked().pod(untuned).pod(seen("chat-2"))).ready().status())
        .isEqualTo(ConditionStatus.True);
  }

  @Test
  void whatTheOperatorCannotRestartIsNamed() {
    Verdict verdict =
        judge(
            asked()
                .restarts()
                .pod(
                    observed(TestPod.named("chat-1").ownedBy("ReplicaSet", "chat-6d5f").running())
                        .coverage(Coverage.RESTART_PENDING)));

    assertThat(verdict.applied().text())
        .isEqualTo(
            "1 pod created before the current settings; the operator restarts Deployments,"
                + " StatefulSets and DaemonSets only, not replicaset/chat-6d5f. Next: kubectl -n"
                + " realtime delete pod chat-1, one after the other: replicaset/chat-6d5f replaces"
                + " them");
  }

  @Test
  void whatTheKernelRefusedIsQuoted() {
    Verdict verdict =
        judge(
            asked()
                .pod(
                    seen("chat-1")
                        .boot(Boots.refused("net.ipv4.tcp_rto_max_ms=5000: no such file"))));

    assertThat(verdict.applied().message())
        .isEqualTo("in 1 pod the kernel did not apply net.ipv4.tcp_rto_max_ms=5000: no such file");
  }

  @Test
  void socketProgramsThatWereRefusedUnsetAppliedAndReady() {
    Boot refused = Boots.socketsRefused("attach: operation not permitted");

    Verdict verdict = judge(asked().pod(seen("chat-1")).pod(observed("chat-2").boot(refused)));

    assertThat(verdict.applied())
        .isEqualTo(
            Finding.bad(
                TuningReason.SocketsFailed,
                "in 1 pod nothing sets options on accepted sockets: attach: operation not permitted",
                "if the kernel is the cause, run the pods on nodes with Linux 6.1, or with 5.10 and spec.applicationKeepalive Respect; or set spec.methods.sockets to [Preload]"));
    assertThat(verdict.ready()).isEqualTo(verdict.applied());
  }

  @Test
  void aLibraryThatCouldNotBePutInPlaceUnsetsApplied() {
    Boot refused = Boots.socketsRefused("write: no space left on device");
    VerdictInputBuilder restricted =
        VerdictInputBuilder.of(tune().keepalive(300, 10, 5).library())
            .planContext(VerdictInputBuilder.RESTRICTED);

    assertThat(judge(restricted.pod(observed("chat-1").boot(refused))).applied().next())
        .isEqualTo(
            "check why the init container wstuning could not fill its volume, or let the pods be privileged (spec.methods.privilege)");
  }

  @Test
  void aSysctlThatWasRefusedComesFirst() {
    Boot refused =
        Boots.failed(
            List.of("no such file"), Optional.of("attach: not permitted"), Optional.empty());

    assertThat(judge(asked().pod(observed("chat-1").boot(refused))).applied().reason())
        .isEqualTo(TuningReason.WriteFailed);
  }

  @Test
  void skippedPodsAreNamedAndNotJudged() {
    TestPod pod =
        TestPod.named("chat-host")
            .running()
            .with(p -> p.editSpec().withHostNetwork(true).endSpec());

    Verdict verdict =
        judge(asked().pod(seen("chat-1")).pod(observed(pod).coverage(Coverage.SKIPPED)));

    assertThat(verdict.applied().message())
        .isEqualTo(
            "1 pod cannot be tuned: chat-host uses the host's network, whose sysctls belong to the node");
    assertThat(verdict.effective().message()).startsWith("1 of 1 pods");
  }

  @Test
  void aNewerTuningNamesTheOwnersOfItsPods() {
    Verdict verdict = judge(asked().ownedByOther(Map.of("b", 2, "a", 1)));

    assertThat(verdict.accepted().text())
        .isEqualTo(
            "older tunings own pods that this one selects too: a (1), b (2)."
                + " Next: narrow spec.selector, or delete the older tuning");
    assertThat(verdict.ready()).isEqualTo(verdict.accepted());
  }

  @Test
  void theOlderOneIsToldOfTheNewcomerAndStaysReady() {
    Verdict verdict = judge(asked().pod(seen("chat-1")).contendedBy(Map.of("newer", 1)));

    assertThat(verdict.accepted().status()).isEqualTo(ConditionStatus.True);
    assertThat(verdict.accepted().reason()).isEqualTo(TuningReason.Conflicted);
    assertThat(verdict.ready().reason()).isEqualTo(TuningReason.Effective);
  }

  private static Verdict judge(VerdictInputBuilder input) {
    return Verdict.of(input.build());
  }

  private static VerdictInputBuilder asked() {
    return VerdictInputBuilder.of(tune().keepalive(300, 10, 5));
  }

  private static ObservedPodBuilder seen(String name) {
    return observed(name).seen(AS_ASKED);
  }

  private static ObservedPodBuilder pending(String name) {
    return observed(name).coverage(Coverage.RESTART_PENDING).seen(AS_THE_KERNEL_HAS_IT);
  }

  private static ObservedPodBuilder missed(String name) {
    return observed(name).coverage(Coverage.MISSED).seen(AS_THE_KERNEL_HAS_IT);
  }
}
