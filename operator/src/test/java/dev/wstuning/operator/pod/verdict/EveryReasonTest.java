package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension.Cause;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Boot;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ServerReport.Missing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason has a situation that leads to it: a reason without one fails this test. */
class EveryReasonTest {

  @ParameterizedTest
  @EnumSource
  void someSituationLeadsToIt(TuningReason reason) {
    Verdict verdict = Verdict.of(input(reason).build());

    assertThat(findings(verdict)).extracting(Finding::reason).contains(reason);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrongComesWithWhatHelps(TuningReason reason) {
    Verdict verdict = Verdict.of(input(reason).build());

    assertThat(findings(verdict))
        .filteredOn(f -> f.status() == ConditionStatus.False)
        .allSatisfy(f -> assertThat(f.text()).matches("\\S.*\\. Next: \\S.*"));
  }

  private static VerdictInputBuilder byNode() {
    return VerdictInputBuilder.of(keepaliveAsked().via(Via.NodeAgent));
  }

  private static List<Finding> findings(Verdict verdict) {
    return Stream.of(
            Stream.of(verdict.accepted(), verdict.applied(), verdict.effective(), verdict.ready()),
            verdict.partlyUnderstood().stream(),
            verdict.problems().stream().map(Concern::finding))
        .flatMap(f -> f)
        .toList();
  }

  private static VerdictInputBuilder input(TuningReason reason) {
    return switch (reason) {
      case Accepted, Applied, Effective -> asked().pod(pod().seen(asAsked().build()));
      case Conflicted -> asked().ownedByOther(Map.of("older", 2));
      case NotUnderstood ->
          asked().notUnderstood(new NotUnderstood(List.of(), List.of("spec.mode")));
      case UnknownFields ->
          asked().notUnderstood(new NotUnderstood(List.of("spec.rollout.paused"), List.of()));
      case PodsRefused -> asked().creationProblem("exceeded quota");
      case PodsStuck -> asked().startProblem("the init container of pod chat-1 crashes");
      case ForbiddenNamespace -> asked().planContext(VerdictInputBuilder.UNTOUCHED);
      case ObserveOnly -> VerdictInputBuilder.of(observe());
      case NoPods -> asked();
      case PodsStarting -> asked().pod(pod().life(Life.STARTING));
      case RestartPending -> asked().pod(pod().coverage(Coverage.RESTART_PENDING));
      case Improvable -> asked().pod(pod().coverage(Coverage.IMPROVABLE).seen(asAsked().build()));
      case PodsMissed -> asked().pod(pod().coverage(Coverage.MISSED));
      case PodsBeforeAgent -> byNode().pod(pod().coverage(Coverage.BEFORE_AGENT));
      case NoNodeAgent -> byNode().noAgent("no agent of a node tunes pods");
      case NotReported -> byNode().pod(pod().coverage(Coverage.UNREPORTED));
      case NotByNodeAgent ->
          VerdictInputBuilder.of(
              tune().via(Via.NodeAgent).userTimeout(60).socketMethods(SocketMethod.Preload));
      case PodsSkipped -> asked().pod(onHostNetwork().coverage(Coverage.SKIPPED));
      case NeedsPrivilege ->
          VerdictInputBuilder.of(tune().sysctl("net.core.somaxconn", "16384"))
              .planContext(VerdictInputBuilder.RESTRICTED);
      case PrivilegeNotAllowed ->
          VerdictInputBuilder.of(keepaliveAsked().privilege(Privilege.Privileged))
              .planContext(VerdictInputBuilder.CAPPED);
      case WriteFailed -> asked().pod(pod().boot(Boots.refused("no such file")));
      case SocketsFailed -> asked().pod(pod().boot(Boots.socketsRefused("attach: no permission")));
      case OpenFilesFailed ->
          asked().pod(pod().boot(Boots.openFilesRefused("write: no space left on device")));
      case BootReportInvalid -> asked().pod(pod().boot(Boot.unreadable("no message")));
      case InjectionSuspended ->
          asked().suspended("chat", Cause.Stuck, "the image cannot be pulled", false);
      case PodsSuspended -> asked().pod(pod().coverage(Coverage.SUSPENDED));
      case ActionFailed -> asked().actionProblem("a policy refuses it");
      case WebhookUnproven -> asked().webhookDoubt("it was not tested yet");
      case WebhookUnreachable -> asked().webhookProblem("connection refused");
      case StricterThanRequested -> asked().pod(pod().seen(keepalive().port(8080, 1, 15).build()));
      case BehindProxy ->
          asked().pod(pod().seen(keepalive().remotes(2).port(8080, 100, 300).build()));
      case BalancerCutsFirst ->
          VerdictInputBuilder.of(keepaliveAsked().loadBalancerIdle(240))
              .pod(pod().seen(asAsked().build()));
      case PortsNotReported -> asked().pod(pod().seen(asAsked().portsLeftOut(2).build()));
      case PreloadLeftOut ->
          VerdictInputBuilder.of(keepaliveAsked().library())
              .planContext(VerdictInputBuilder.RESTRICTED)
              .pod(withoutTheLibrary());
      case NotObserved -> asked().pod(pod());
      case ObservationOutdated ->
          asked()
              .pod(
                  pod()
                      .observation(
                          new Observation.Outdated(
                              new Observation.Reported(
                                  asAsked().build(), ObservedPodBuilder.SEEN_AT, false),
                              "the server restarted since it was observed",
                              Observation.Prospect.NONE)));
      case NotListening ->
          asked()
              .pod(
                  pod()
                      .observation(
                          new Observation.NotListening(
                              new Observation.Reported(
                                  asAsked().build(), ObservedPodBuilder.SEEN_AT, false),
                              Optional.empty())));
      case ObservationFailed ->
          asked().pod(pod().observation(new Observation.Failed("cut", Observation.Prospect.NONE)));
      case ContainerAmbiguous -> asked().pod(pod().observation(new Observation.Ambiguous()));
      case PortNotListening ->
          VerdictInputBuilder.of(tune().keepalive(300, 10, 5).ports(9090))
              .pod(pod().seen(keepalive().portNotListening(9090).build()));
      case ProcessAmbiguous ->
          VerdictInputBuilder.of(tune().openFiles(524_288))
              .pod(
                  pod()
                      .seen(
                          node()
                              .nofile(1024, 524_288)
                              .doubt(524_288, Missing.Descriptors)
                              .build()));
      case PortAmbiguous ->
          asked()
              .pod(pod().seen(keepalive().port(8080, 1, 300).portWithoutKeepalive(9090).build()));
      case SysctlDiffers -> asked().pod(pod().seen(node().port(8080, 1, 7200).build()));
      case OpenFilesBelowMinimum ->
          VerdictInputBuilder.of(tune().openFiles(524_288)).pod(pod().seen(node().build()));
      case OpenFilesAboveMaximum ->
          VerdictInputBuilder.of(tune().openFiles(null, 4096L)).pod(pod().seen(node().build()));
      case CapacityTooSmall ->
          VerdictInputBuilder.of(tune().connections(50_000))
              .pod(pod().node(withConntrack(9000)).seen(node().nofile(65_536, 65_536).build()));
      case KeepaliveOff -> asked().pod(pod().seen(keepalive().portWithoutKeepalive(8080).build()));
      case ApplicationOverrides -> asked().pod(pod().seen(keepalive().port(8080, 1, 7200).build()));
      case UserTimeoutOff ->
          VerdictInputBuilder.of(keepaliveAsked().userTimeout(345))
              .pod(pod().seen(asAsked().build()));
      case DeadPeersLate ->
          VerdictInputBuilder.of(tune().deadPeers(60)).pod(pod().seen(asAsked().build()));
      case NoServer ->
          asked()
              .pod(pod().seen(asAsked().build()))
              .pod(
                  observed(TestPod.named("worker-1").ofDeployment("worker").running())
                      .seen(keepalive().build()));
      case EventLoopUnclear -> asked().pod(pod().seen(asAsked().comm("php8.2").build()));
      case KeepaliveNotSeen -> asked().pod(pod().seen(keepalive().portNotLookedAt(8080).build()));
    };
  }

  private static VerdictInputBuilder asked() {
    return VerdictInputBuilder.of(keepaliveAsked());
  }

  private static SpecBuilder keepaliveAsked() {
    return tune().keepalive(300, 10, 5);
  }

  private static ObservedPodBuilder pod() {
    return observed("chat-1");
  }

  private static ObservedPodBuilder onHostNetwork() {
    return observed(
        TestPod.named("chat-1").running().with(p -> p.editSpec().withHostNetwork(true).endSpec()));
  }

  private static NodeAgentReport withConntrack(long max) {
    return new NodeAgentReport(
        "n1",
        true,
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        false,
        OptionalLong.of(max),
        Optional.empty());
  }

  private static ObservedPodBuilder withoutTheLibrary() {
    return observed(
        TestPod.named("chat-1").running().annotated(Markers.NO_PRELOAD, "it sets LD_PRELOAD"));
  }

  private static ServerReportBuilder keepalive() {
    return node().keepalive("300", "10", "5");
  }

  private static ServerReportBuilder asAsked() {
    return keepalive().port(8080, 1, 300);
  }
}
