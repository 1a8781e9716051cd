package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.tuner.ServerReport.Port;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A selector that includes pods which serve nothing. */
class NoServersTest {

  private static final SpecBuilder KEEPALIVE = tune().keepalive(300, 10, 5);

  private static ServerReportBuilder silent() {
    return node().keepalive("300", "10", "5");
  }

  private static ServerReportBuilder serving() {
    return silent().programs(300, 10, 5, 0, false).port(8080, 1, 300);
  }

  private static ObservedPodBuilder of(String deployment, String pod, ServerReportBuilder report) {
    return observed(TestPod.named(pod).ofDeployment(deployment).running()).seen(report.build());
  }

  private static ObservedPodBuilder silent(
      String deployment, String pod, ServerReportBuilder report) {
    return observed(TestPod.named(pod).ofDeployment(deployment).running())
        .observation(notListening(report));
  }

  private static Observation notListening(ServerReportBuilder report) {
    return new Observation.NotListening(
        new Observation.Reported(report.build(), ObservedPodBuilder.SEEN_AT, false),
        Optional.empty());
  }

  private static VerdictInput input(SpecBuilder spec, ObservedPodBuilder... pods) {
    VerdictInputBuilder input = VerdictInputBuilder.of(spec);
    List.of(pods).forEach(input::pod);
    return input.build();
  }

  @Test
  void theSelectorIsToBeNarrowed() {
    Verdict verdict =
        Verdict.of(
            input(
                KEEPALIVE,
                of("streaming", "streaming-1", serving()),
                of("worker", "worker-1", silent()),
                of("worker", "worker-2", silent())));

    assertThat(verdict.effective())
        .isEqualTo(
            Finding.bad(
                TuningReason.NoServer,
                "2 of 3 pods: deployment/worker listens on no port, while pods of"
                    + " deployment/streaming do, so it is likely no WebSocket server",
                "narrow spec.selector so that it leaves out deployment/worker"));
    assertThat(verdict.ready()).isEqualTo(verdict.effective());
    assertThat(verdict.stalled()).as("only a person can help").isPresent();
  }

  @Test
  void aPodThatWillBeObservedAgainIsSuchACase() {
    assertThat(reasonNextToAServer(silent())).isEqualTo(TuningReason.NoServer);
  }

  @Test
  void oneThatWillBeObservedAgainMayOnlyBeSlow() {
    assertThat(
            Verdict.of(
                    input(
                        KEEPALIVE,
                        of("streaming", "streaming-1", serving()),
                        silent("worker", "worker-1", silent())))
                .effective()
                .next())
        .isEqualTo(
            "narrow spec.selector so that it leaves out deployment/worker; if it is only slow,"
                + " wait: it is observed again within an hour");
  }

  @Test
  void oneThatIsNotReadyMayOnlyBeSlow() {
    TestPod starting =
        TestPod.named("green-1")
            .ofDeployment("green")
            .phase("Running")
            .serverStatus(false, 0, TestPod.STARTED);

    assertThat(
            Verdict.of(
                    input(
                        KEEPALIVE,
                        of("blue", "blue-1", serving()),
                        observed(starting).observation(notListening(silent()))))
                .effective()
                .reason())
        .isEqualTo(TuningReason.NotListening);
  }

  /** The container that was looked at serves nothing; another one does. */
  @Test
  void aPortOfAnotherContainerIsNoReasonToLeaveThePodOut() {
    assertThat(
            Verdict.of(
                    input(
                        tune().keepalive(300, 10, 5).ports(8080),
                        of("streaming", "streaming-1", serving()),
                        of("mesh", "mesh-1", silent().portElsewhere(8080))))
                .effective()
                .reason())
        .isEqualTo(TuningReason.PortNotListening);
  }

  @Test
  void ofSeveralContainersTheOneThatWasLookedAtIsNamed() {
    TestPod two = TestPod.named("worker-1").ofDeployment("worker").container("proxy").running();
    Finding found =
        Verdict.of(
                input(
                    tune().keepalive(300, 10, 5).container("server"),
                    of("streaming", "streaming-1", serving()),
                    observed(two).seen(silent().build())))
            .effective();

    assertThat(found.message()).contains("container server of deployment/worker listens on no");
    assertThat(found.next()).endsWith(", or set spec.container to the one that serves");
  }

  @Test
  void whatTheObserverCouldNotSeeProvesNothing() {
    assertThat(reasonNextToAServer(silent().noSockets("refused")))
        .isEqualTo(TuningReason.NotListening);
    assertThat(reasonNextToAServer(silent().portsUnclear(1))).isEqualTo(TuningReason.NotListening);
    assertThat(reasonNextToAServer(silent().older().error("it lists no sockets")))
        .isEqualTo(TuningReason.NotListening);
  }

  /** Then spec.container is wrong, and not the selector. */
  @Test
  void aPodInWhichAnotherContainerListensIsNoSuchCase() {
    ServerReportBuilder report =
        silent().port(new Port(8080, false, true, null, null, null, null, null));

    assertThat(
            Verdict.of(
                    input(
                        tune().keepalive(300, 10, 5).ports(8080),
                        of("streaming", "streaming-1", serving()),
                        of("web", "web-1", report)))
                .effective()
                .reason())
        .isEqualTo(TuningReason.PortNotListening);
  }

  private static Object reasonNextToAServer(ServerReportBuilder worker) {
    return Verdict.of(
            input(
                KEEPALIVE,
                of("streaming", "streaming-1", serving()),
                silent("worker", "worker-1", worker)))
        .effective()
        .reason();
  }

  @Test
  void aNamedPortThatDoesNotListenIsSuchACase() {
    assertThat(
            Verdict.of(
                    input(
                        tune().keepalive(300, 10, 5).ports(8080),
                        of("streaming", "streaming-1", serving()),
                        of("worker", "worker-1", silent().portNotListening(8080))))
                .effective()
                .reason())
        .isEqualTo(TuningReason.NoServer);
  }

  @Test
  void aReplicaThatDoesNotListenIsNotAnotherServer() {
    assertThat(
            Verdict.of(
                    input(
                        KEEPALIVE,
                        of("streaming", "streaming-1", serving()),
                        of("streaming", "streaming-2", silent())))
                .effective()
                .reason())
        .isEqualTo(TuningReason.KeepaliveNotSeen);
  }

  @Test
  void ifNoPodListensTheServerIsToBlame() {
    assertThat(
            Verdict.of(
                    input(
                        KEEPALIVE,
                        of("streaming", "streaming-1", silent()),
                        of("worker", "worker-1", silent())))
                .effective()
                .reason())
        .isEqualTo(TuningReason.KeepaliveNotSeen);
  }

  @Test
  void portsThatWereLeftOutMayListen() {
    assertThat(
            Verdict.of(
                    input(
                        tune().keepalive(300, 10, 5).ports(8080),
                        of("streaming", "streaming-1", serving()),
                        of("worker", "worker-1", silent().portNotListening(8080).portsLeftOut(1))))
                .effective()
                .reason())
        .isNotEqualTo(TuningReason.NoServer);
  }

  @Test
  void limitsAreWantedOfWorkersToo() {
    assertThat(
            Verdict.of(
                    input(
                        tune().openFiles(1024),
                        of("streaming", "streaming-1", serving()),
                        of("worker", "worker-1", silent())))
                .effective()
                .reason())
        .isEqualTo(TuningReason.Effective);
  }

  @Test
  void barePodsAreNamedThemselves() {
    assertThat(
            Verdict.of(
                    input(
                        KEEPALIVE,
                        of("streaming", "streaming-1", serving()),
                        observed(TestPod.named("debug").running()).seen(silent().build())))
                .effective()
                .next())
        .isEqualTo("narrow spec.selector so that it leaves out pod/debug");
  }
}
