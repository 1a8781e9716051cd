package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.tuner.ServerReport.Missing;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one running pod has, compared with what is wanted. */
class EffectiveRulesTest {

  private static final ServerReportBuilder AS_ASKED =
      node().keepalive("300", "10", "5").port(8080, 12, 300);

  @Test
  void aServerThatHasAllOfItIsEffective() {
    SpecBuilder asked = keepalive().openFiles(20_000).ports(8080);

    assertThat(judge(asked, AS_ASKED))
        .isEqualTo(Finding.good(TuningReason.Effective, "the server has the wanted limits"));
  }

  @Test
  void aSysctlWithAnotherValueIsTold() {
    ServerReportBuilder report = node().keepalive("300", "75", "5").port(8080, 1, 300);

    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.bad(
                TuningReason.SysctlDiffers,
                "net.ipv4.tcp_keepalive_intvl is 75, want 10",
                new Remedy.RestartPod()));
  }

  @Test
  void whoOnlyObservesMaySetTheModeToTune() {
    assertThat(judge(observe().keepalive(300, 10, 5), node()).next())
        .isEqualTo("set spec.mode to Tune");
  }

  @Test
  void tabsOfTheKernelAreNoDifference() {
    SpecBuilder asked = tune().sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456");

    assertThat(judge(asked, node().sysctl(Sysctl.TCP_RMEM, "4096\t131072\t6291456")).status())
        .isEqualTo(ConditionStatus.True);
  }

  @ParameterizedTest
  @CsvSource({
    "524288, 524288, true",
    "524287, 524288, true", // as Go raises it
    "524286, 524288, false",
    "1024, 524288, false",
    "1048576, 1048576, true",
    "524286, 524287, false", // Go under a hard limit that is too low
  })
  void openFilesMustBeEnough(long soft, long hard, boolean enough) {
    Finding finding = judge(tune().openFiles(524_288), node().nofile(soft, hard));

    assertThat(finding.reason())
        .isEqualTo(enough ? TuningReason.Effective : TuningReason.OpenFilesBelowMinimum);
  }

  @Test
  void phpMayHaveAnEventLoopThatCannotUseItsLimit() {
    SpecBuilder asked = tune().openFiles(12_024);

    assertThat(judge(asked, node().comm("php").nofile(15_000, 15_000)))
        .isEqualTo(
            Finding.good(
                TuningReason.EventLoopUnclear,
                "the event loops of PHP use select(2) unless an extension replaces it, and it is unknown whether one does; with select(2) the server fails at descriptor 1024, below its limit of 15000, and loses all connections",
                "make sure that ext-uv, ext-ev or ext-event is installed, or set spec.openFiles.maximum to 1024"));
    assertThat(judge(tune().openFiles(1024), node().comm("php8.2").nofile(1024, 15_000)).reason())
        .isEqualTo(TuningReason.Effective);
    assertThat(judge(asked, node().comm("beam.smp").nofile(15_000, 15_000)).reason())
        .isEqualTo(TuningReason.Effective);
    assertThat(judge(observe().openFiles(64), node().comm("php").nofile(15_000, 15_000)).reason())
        .isEqualTo(TuningReason.EventLoopUnclear);
  }

  @Test
  void aPortThatNobodyServesIsTold() {
    assertThat(judge(tune().ports(8080, 9090), node().port(8080, 1, 300).portNotListening(9090)))
        .isEqualTo(
            Finding.bad(
                TuningReason.PortNotListening,
                "nothing listens on port 9090",
                "correct spec.ports, or leave it out to look at every port"));
  }

  @Test
  void keepaliveThatNoSocketUsesIsTold() {
    Finding finding =
        judge(keepalive(), node().keepalive("300", "10", "5").portWithoutKeepalive(8080));

    assertThat(finding.reason()).isEqualTo(TuningReason.KeepaliveOff);
    assertThat(finding.message()).contains("port 8080");
  }

  @Test
  void whoDidNotAskForKeepaliveIsNotToldOfIt() {
    assertThat(judge(tune().openFiles(1024), node().portWithoutKeepalive(8080)).reason())
        .isEqualTo(TuningReason.Effective);
  }

  @ParameterizedTest
  @CsvSource({
    "298, StricterThanRequested",
    "299, Effective", // read a moment after the timer was set
    "300, Effective",
    "301, Effective",
    "302, ApplicationOverrides",
    "7200, ApplicationOverrides",
    "15, StricterThanRequested",
  })
  void theIdleTimeOfSocketsIsWhatCounts(int idleSeconds, TuningReason reason) {
    ServerReportBuilder report = node().keepalive("300", "10", "5").port(8080, 1, idleSeconds);

    assertThat(judge(keepalive(), report).reason()).isEqualTo(reason);
  }

  @Test
  void stricterThatIsNotProvenIsUnknown() {
    ServerReportBuilder report = node().keepalive("300", "10", "5").port(8080, 1, 15);

    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.StricterThanRequested,
                "the server itself sends its first probe after 15 s, want 300 s; its interval and number of probes cannot be read",
                "set spec.applicationKeepalive to Override, or remove the keepalive settings from the server"));
  }

  @Test
  void onePortThatOverridesIsEnough() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 15).port(9090, 1, 7200);
    String message =
        "the server itself sets an idle time of 7200 s on connections to port 9090, want 300 s";

    assertThat(judge(keepalive().ports(8080, 9090), report).message()).isEqualTo(message);
    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.PortAmbiguous,
                "it is unclear which of the ports [8080, 9090] are for WebSockets, and they differ: "
                    + message,
                "list the ports of WebSockets in spec.ports, and no others"));
  }

  @Test
  void portsThatAreAllWrongAreNotUnclear() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 7200).portWithoutKeepalive(9090);

    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.KeepaliveOff);
  }

  @Test
  void aPortOfAnotherContainerIsNotTheServers() {
    assertThat(judge(tune().ports(8443), node().portElsewhere(8443)))
        .isEqualTo(
            Finding.bad(
                TuningReason.PortNotListening,
                "another container than the server's listens on port 8443",
                "set spec.container to the container that listens on it, or correct spec.ports"));
  }

  @Test
  void aDeclaredPortThatDoesNotListenLeavesOpenWhichPortsMatter() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").portNotListening(8080).port(9090, 1, 300);

    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.PortNotListening,
                "the server does not listen on ports that its container declares: [8080]",
                "list the ports of WebSockets in spec.ports, and no others"));
    assertThat(judge(keepalive().ports(9090), report).reason()).isEqualTo(TuningReason.Effective);
  }

  @Test
  void portsOfWhichItIsUnclearWhoseTheyAre() {
    ServerReportBuilder report = node().keepalive("300", "10", "5").portsUnclear(2);

    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.PortAmbiguous,
                "2 ports listen in the pod, and the user ids of processes do not show whether the"
                    + " server or another container does",
                "list the ports of WebSockets in spec.ports, and no others"));
  }

  @Test
  void withoutSocketsLimitsAreJudgedAndPortsAreNot() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").noSockets("open sock_diag: protocol not supported");

    Finding finding = judge(keepalive().ports(8080), report);
    assertThat(finding.status()).isEqualTo(ConditionStatus.Unknown);
    assertThat(finding.reason()).isEqualTo(TuningReason.PortsNotReported);
    assertThat(finding.message()).endsWith(": open sock_diag: protocol not supported");
    assertThat(judge(tune().openFiles(524_288), report).reason())
        .isEqualTo(TuningReason.OpenFilesBelowMinimum);
  }

  /** The candidates have 1024 to 20000 files. */
  @ParameterizedTest
  @CsvSource({
    "1024,  , Effective",
    "1025,  , ProcessAmbiguous",
    "20000, , ProcessAmbiguous",
    "20001, , OpenFilesBelowMinimum",
    ", 20000, Effective",
    ", 19999, ProcessAmbiguous",
    ", 1024, ProcessAmbiguous",
    ", 1023, OpenFilesAboveMaximum",
  })
  void aDoubtCountsOnlyIfItDecides(Long minimum, Long maximum, TuningReason reason) {
    ServerReportBuilder report = node().nofile(1024, 20_000).doubt(20_000, Missing.Descriptors);

    assertThat(judge(tune().openFiles(minimum, maximum), report).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "909, Effective",
    "910, ProcessAmbiguous",
    "37273, ProcessAmbiguous", // if all of them serve
    "37274, OpenFilesBelowMinimum",
  })
  void aDoubtAboutCapacity(long connections, TuningReason reason) {
    ServerReportBuilder report = node().nofile(2024, 20_000).doubt(20_000, Missing.Descriptors);

    assertThat(judge(tune().connections(connections), report).reason()).isEqualTo(reason);
  }

  @Test
  void candidatesWithEqualLimitsLeaveNoDoubt() {
    ServerReportBuilder report = node().nofile(20_000, 20_000).doubt(20_000, Missing.Descriptors);

    assertThat(judge(tune().openFiles(20_000), report).reason()).isEqualTo(TuningReason.Effective);
  }

  /** Their limits count together only if all of them serve. */
  @Test
  void candidatesWithEqualLimitsMayBeTooFewTogether() {
    ServerReportBuilder report = node().nofile(20_000, 20_000).doubt(20_000, Missing.Descriptors);

    assertThat(judge(tune().connections(17_250), report).reason())
        .isEqualTo(TuningReason.Effective);
    assertThat(judge(tune().connections(30_000), report))
        .satisfies(
            finding -> {
              assertThat(finding.reason()).isEqualTo(TuningReason.ProcessAmbiguous);
              assertThat(finding.message())
                  .startsWith(
                      "any of 3 processes may be the server, with an open files limit of 20000 each: ");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Descriptors | the observer may not read the descriptors of their user | set runAsUser",
        "Connections | no connection showed which of them accepts | set spec.observation.probe to Allowed",
        "Sockets | the kernel listed no sockets | start the server as the container's only process",
      })
  void aDoubtHasItsReason(Missing missing, String why, String next) {
    Finding finding =
        judge(tune().openFiles(2000), node().nofile(1024, 20_000).doubt(20_000, missing));

    assertThat(finding.message())
        .isEqualTo(
            "any of 3 processes may be the server, with open files limits from 1024 to 20000: "
                + why);
    assertThat(finding.remedy().text()).startsWith(next);
  }

  @Test
  void allWorkersHoldConnections() {
    ServerReportBuilder report = node().nofile(2048, 2048).processes(4, 8192);

    assertThat(judge(tune().connections(6517), report).reason()).isEqualTo(TuningReason.Effective);
    assertThat(judge(tune().connections(6518), report).reason())
        .isEqualTo(TuningReason.OpenFilesBelowMinimum);
  }

  @Test
  void someConnectionsWithoutKeepaliveAreCounted() {
    Finding finding =
        judge(keepalive(), node().keepalive("300", "10", "5").portWithout(8080, 3, 1000));

    assertThat(finding.reason()).isEqualTo(TuningReason.KeepaliveOff);
    assertThat(finding.message())
        .isEqualTo(
            "keepalive does not run on 3 of 1000 connections to port 8080 that were looked at");
  }

  @Test
  void portsThatWereNotNamedDoNotMatter() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 300).portWithoutKeepalive(9090);

    assertThat(judge(keepalive().ports(8080), report).reason()).isEqualTo(TuningReason.Effective);
    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.PortAmbiguous);
  }

  @Test
  void keepaliveThatCouldNotBeLookedAtIsNotTakenOnTrust() {
    ServerReportBuilder report =
        node()
            .keepalive("300", "10", "5")
            .portNotLookedAt(8080)
            .probeFailed("connection refused")
            .error("the server did not listen within 10s");

    assertThat(judge(keepalive(), report))
        .isEqualTo(
            Finding.bad(
                TuningReason.KeepaliveNotSeen,
                "no connection to the server showed its keepalive time:"
                    + " port 8080: connection refused",
                "make sure that the server listens, then run kubectl -n realtime annotate wst NAME --overwrite"
                    + " wstuning.dev/observe=$(date +%s)"));
  }

  @Test
  void whatWentWrongAltogetherIsToldWithoutAPortsProblem() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").error("the server did not listen within 10s");

    assertThat(judge(keepalive(), report).message())
        .isEqualTo(
            "no connection to the server showed its keepalive time:"
                + " the server did not listen within 10s");
  }

  @Test
  void portsForWhichThereWasNoRoomAreNotTakenOnTrust() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 300).portsLeftOut(2);

    assertThat(judge(keepalive().ports(8080, 9090), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.PortsNotReported,
                "the observer's report had no room for all ports; it left out 2",
                "list the ports of WebSockets in spec.ports, and no others"));
  }

  @Test
  void noTextOfAnErrorDecides() {
    ServerReportBuilder report =
        node()
            .keepalive("300", "10", "5")
            .port(8080, 1, 300)
            .error("ports left out: 2")
            .error("read net.ipv4.tcp_retries2: permission denied")
            .error("port 8080: the server closed the probe");

    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.Effective);
  }

  @Test
  void whatErrorsOfAnOlderObserverMeanIsNotGuessed() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 300).older().error("ports left out: 2");

    assertThat(judge(keepalive().ports(8080, 9090), report))
        .isEqualTo(
            Finding.unknown(
                TuningReason.PortsNotReported,
                "an older observer reported errors, so ports may be missing: ports left out: 2",
                "kubectl -n realtime annotate wst NAME --overwrite"
                    + " wstuning.dev/observe=$(date +%s)"));
  }

  @Test
  void anOlderObserverWithoutErrorsIsAsGoodAsANewOne() {
    ServerReportBuilder report = node().keepalive("300", "10", "5").port(8080, 1, 300).older();

    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.Effective);
  }

  @Test
  void aSysctlThatCannotBeReadIsNotOneThatTheKernelLacks() {
    SpecBuilder asked = tune().sysctl("net.ipv4.tcp_rto_max_ms", "5000");

    assertThat(judge(asked, node()).message())
        .isEqualTo("net.ipv4.tcp_rto_max_ms is missing in this kernel, want 5000");
    assertThat(judge(asked, node().unread(Sysctl.TCP_RTO_MAX_MS)).message())
        .isEqualTo("net.ipv4.tcp_rto_max_ms is not readable, want 5000");
    assertThat(judge(asked, node().older().error("something")).message())
        .isEqualTo("net.ipv4.tcp_rto_max_ms is not readable, want 5000");
  }

  @Test
  void aRunningTimerWithoutATimeIsNoProofOfAnything() {
    ServerReportBuilder report = node().keepalive("300", "10", "5").port(8080, 1, (Integer) null);

    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.KeepaliveNotSeen);
  }

  @Test
  void everyPortThatWasNamedMustShowIt() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 300).portNotLookedAt(9090);

    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.Effective);
    assertThat(judge(keepalive().ports(8080, 9090), report).message())
        .isEqualTo(
            "not every port of [8080, 9090] had a connection that showed its keepalive time");
  }

  @Test
  void thePodMustSayWhichContainerIsTheServer() {
    ObservedPodBuilder pod =
        observed(TestPod.named("chat-1").container("proxy").running())
            .observation(new Observation.Ambiguous());

    assertThat(judge(keepalive(), pod))
        .isEqualTo(
            Finding.bad(
                TuningReason.ContainerAmbiguous,
                "it is unclear which container runs the server: [server, proxy]",
                "set spec.container to its name"));
  }

  /** It proves nothing about the limits of the server. */
  @Test
  void aFailedObservationLeavesThemUnknown() {
    ObservedPodBuilder pod =
        observed("chat-1")
            .observation(new Observation.Failed("the kubelet truncated its report", Prospect.NONE));

    assertThat(judge(keepalive(), pod))
        .isEqualTo(
            Finding.unknown(
                TuningReason.ObservationFailed,
                "the server could not be observed: the kubelet truncated its report",
                "kubectl -n realtime describe pod chat-1"));
  }

  @Test
  void beforeAReportNothingIsKnown() {
    assertThat(judge(keepalive(), observed("chat-1")))
        .isEqualTo(Finding.unknown(TuningReason.NotObserved, "the server is being observed"));
  }

  @Test
  void whatThePolicyMustExemptIsNamed() {
    Finding finding =
        judge(
            keepalive(),
            observed("chat-1")
                .observation(new Observation.Failed("it is refused", Prospect.REFUSED)));

    assertThat(finding.next())
        .startsWith("exempt ephemeral containers called wst-observe-* from what refuses them");
  }

  @Test
  void whatAnEarlierStartHadProvesNothingAboutThisOne() {
    assertThat(judge(keepalive(), outdated(Prospect.COMING)))
        .isEqualTo(Finding.unknown(TuningReason.NotObserved, "it restarted"));
    assertThat(judge(keepalive(), outdated(Prospect.ON_REQUEST)))
        .isEqualTo(
            Finding.unknown(
                TuningReason.ObservationOutdated,
                "it restarted",
                "kubectl -n realtime annotate wst NAME --overwrite"
                    + " wstuning.dev/observe=$(date +%s)"));
    assertThat(judge(keepalive(), outdated(Prospect.NONE)))
        .isEqualTo(
            Finding.unknown(
                TuningReason.ObservationOutdated,
                "it restarted",
                "kubectl -n realtime describe pod chat-1"));
  }

  @Test
  void aServerThatDidNotListenMayDoSoLater() {
    Observation.Reported silent =
        new Observation.Reported(node().build(), ObservedPodBuilder.SEEN_AT, false);
    ObservedPodBuilder never =
        observed("chat-1").observation(new Observation.NotListening(silent, Optional.empty()));
    ObservedPodBuilder before =
        observed("chat-1")
            .observation(
                new Observation.NotListening(
                    silent,
                    Optional.of(
                        new Observation.Reported(
                            node().port(8080, 1, 300).build(),
                            ObservedPodBuilder.SEEN_AT,
                            false))));

    assertThat(judge(keepalive(), never))
        .isEqualTo(
            Finding.unknown(
                TuningReason.NotListening,
                "the server listened on no port while it was observed; it is observed again"
                    + " within an hour",
                "wait, or run kubectl -n realtime annotate wst NAME --overwrite"
                    + " wstuning.dev/observe=$(date +%s) when it listens; if these pods serve no"
                    + " WebSockets, narrow spec.selector"));
    assertThat(judged(never).inspection()).as("limits of something else").isEmpty();
    assertThat(judged(before).inspection().orElseThrow().served()).hasSize(1);
  }

  /** Only one that is ready is observed again. */
  @Test
  void aServerThatNeitherListensNorIsReady() {
    Observation.Reported silent =
        new Observation.Reported(node().build(), ObservedPodBuilder.SEEN_AT, false);
    TestPod unready =
        TestPod.named("chat-1").phase("Running").serverStatus(false, 0, TestPod.STARTED);

    assertThat(
            judge(
                keepalive(),
                observed(unready)
                    .observation(new Observation.NotListening(silent, Optional.empty()))))
        .isEqualTo(
            Finding.unknown(
                TuningReason.NotListening,
                "the server listened on no port while it was observed, and is not ready; it is"
                    + " observed again when it is",
                "find out why it is not ready: kubectl -n realtime describe pod chat-1"));
  }

  private static JudgedPod judged(ObservedPodBuilder pod) {
    return VerdictInputBuilder.of(keepalive()).pod(pod).judged().get(0);
  }

  @Test
  void whatAnEarlierStartHadIsStillShown() {
    JudgedPod judged =
        VerdictInputBuilder.of(keepalive()).pod(outdated(Prospect.NONE)).judged().get(0);

    assertThat(judged.inspection()).isPresent();
  }

  private static ObservedPodBuilder outdated(Prospect prospect) {
    return observed("chat-1")
        .observation(
            new Observation.Outdated(
                new Observation.Reported(node().build(), ObservedPodBuilder.SEEN_AT, false),
                "it restarted",
                prospect));
  }

  private static SpecBuilder keepalive() {
    return tune().keepalive(300, 10, 5);
  }

  private static Finding judge(SpecBuilder asked, ServerReportBuilder report) {
    return judge(asked, observed("chat-1").seen(report.build()));
  }

  private static Finding judge(SpecBuilder asked, ObservedPodBuilder pod) {
    return VerdictInputBuilder.of(asked).pod(pod).judged().get(0).finding();
  }
}
