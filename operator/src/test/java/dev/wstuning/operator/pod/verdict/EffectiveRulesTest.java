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
import dev.wstuning.operator.sysctl.Sysctl;
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

    assertThat(judge(keepalive(), report).message())
        .isEqualTo(
            "the server itself sets an idle time of 7200 s on connections to port 9090,"
                + " want 300 s");
  }

  @Test
  void portsThatWereNotNamedDoNotMatter() {
    ServerReportBuilder report =
        node().keepalive("300", "10", "5").port(8080, 1, 300).portWithoutKeepalive(9090);

    assertThat(judge(keepalive().ports(8080), report).reason()).isEqualTo(TuningReason.Effective);
    assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.KeepaliveOff);
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
