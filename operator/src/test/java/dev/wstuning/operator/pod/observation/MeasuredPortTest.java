package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.tuner.ServerReport.Evidence;
import org.junit.jupiter.api.Test;

/** What the agent of a node read in the kernel needs no conclusions. */
class MeasuredPortTest {

  private final Expectation expectation =
      VerdictInputBuilder.of(tune().keepalive(300, 10, 5).userTimeout(345)).expectation();

  /** The timer that an observer sees has the tuning's time, and the rest is the application's. */
  @Test
  void allValuesOfAnApplicationAreKnown() {
    ServedPort port = port(AgentReports.of("chat-1").sockets(8080, 4, 300, 75, 9, 0), looked());

    assertThat(port.keepalive()).contains(new Keepalive(300, 75, 9));
    assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
    assertThat(port.upperBound()).isFalse();
    assertThat(port.userTimeoutSeconds()).isEmpty();
    assertThat(port.report().keepalive().evidence()).isEqualTo(Evidence.Kernel);
    assertThat(port.time().idle().orElseThrow().seconds()).isEqualTo(975);
  }

  @Test
  void valuesOfTheProgramsAndOfSysctlsAreRecognised() {
    assertThat(
            port(AgentReports.of("chat-1").sockets(8080, 4, 300, 10, 5, 345_000), looked())
                .keepaliveSource())
        .contains(KeepaliveSource.Kernel);
    assertThat(
            port(AgentReports.of("chat-1").sockets(8080, 4, 7200, 75, 9, 0), looked())
                .keepaliveSource())
        .contains(KeepaliveSource.Sysctls);
  }

  @Test
  void theConnectionsOnWhichADeadPeerLivesLongestDecide() {
    AgentReports report =
        AgentReports.of("chat-1")
            .sockets(8080, 90, 300, 10, 5, 345_000)
            .sockets(8080, 2, 600, 10, 5, 999_500)
            .sockets(9090, 7, 15, 15, 9, 0);

    ServedPort port = port(report, looked());

    assertThat(port.keepalive()).contains(new Keepalive(600, 10, 5));
    assertThat(port.userTimeoutSeconds()).hasValue(1000);
    assertThat(port.connections()).isEqualTo(92);
    assertThat(port.off()).isFalse();
  }

  @Test
  void keepaliveIsOffIfItIsOnOneOfThem() {
    AgentReports report =
        AgentReports.of("chat-1")
            .sockets(8080, 90, 300, 10, 5, 345_000)
            .socketsWithoutKeepalive(8080, 3);

    ServedPort port = port(report, looked());

    assertThat(port.off()).isTrue();
    assertThat(port.offOnSome()).isTrue();
    assertThat(port.connections()).isEqualTo(93);
    assertThat(port.withinSeconds()).isEmpty();
  }

  @Test
  void withoutOpenConnectionsWhatTheObserverSawCounts() {
    ServedPort port = port(AgentReports.of("chat-1").sockets(9090, 7, 15, 15, 9, 0), looked());

    assertThat(port.measured()).isEmpty();
    assertThat(port.report().keepalive().evidence()).isEqualTo(Evidence.Existing);
    assertThat(port.keepalive()).contains(new Keepalive(300, 10, 5));
    assertThat(port.connections()).isEqualTo(40);
  }

  @Test
  void whatIsOpenNowCountsForTheCapacity() {
    AgentReports report =
        AgentReports.of("chat-1")
            .counts(14_000, 1, 2, 3, 4)
            .sockets(8080, 9_000, 300, 10, 5, 345_000);
    assertThat(inspection(expectation, report).connections()).isEqualTo(14_000);

    Expectation oneOfTwo =
        VerdictInputBuilder.of(tune().keepalive(300, 10, 5).ports(8080)).expectation();
    assertThat(
            Inspection.of(oneOfTwo, pod(report).build(), looked().port(9090, 1, 300).build())
                .connections())
        .as("of the ports that matter")
        .isEqualTo(9_000);
  }

  private ServedPort port(AgentReports report, ServerReportBuilder seen) {
    return ServedPorts.of(pod(report).build(), seen.build()).get(0);
  }

  private static Inspection inspection(Expectation expectation, AgentReports report) {
    return Inspection.of(expectation, pod(report).build(), looked().build());
  }

  private static ObservedPodBuilder pod(AgentReports report) {
    return observed("chat-1").reported(PodReport.of(report.build(), Sharing.NOTHING));
  }

  /** An observer that found the programs of the tuning, and 40 connections. */
  private static ServerReportBuilder looked() {
    return node().programs(300, 10, 5, 345, false).port(8080, 40, 300);
  }
}
