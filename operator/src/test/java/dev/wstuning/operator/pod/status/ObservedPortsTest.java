package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.ObservedPort;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the status says of ports and of dead peers. */
class ObservedPortsTest {

  private static final List<String> TIMES = List.of("intervalSeconds", "probes");
  private static final List<String> ALL =
      List.of("intervalSeconds", "probes", "userTimeoutSeconds");

  @Nested
  class APort {

    @Test
    void aPortThatTheSocketProgramsTune() {
      assertThat(port(programs(345, false).remotes(12).port(8080, 12, 300)))
          .isEqualTo(
              new ObservedPort(
                  8080, null, on(300, 10, 5), "Kernel", 345, "Existing", ALL, "Direct"));
    }

    @Test
    void aPortThatTheLibraryTunes() {
      VerdictInputBuilder restricted =
          VerdictInputBuilder.of(asked().userTimeout(345).library())
              .planContext(VerdictInputBuilder.RESTRICTED);

      assertThat(ports(restricted, sysctls().noPrograms().preloaded().port(8080, 1, 300)))
          .containsExactly(
              new ObservedPort(8080, null, on(300, 10, 5), "Preload", 345, "Existing", ALL, null));
    }

    @Test
    void whoseServerSwitchesKeepaliveOn() {
      assertThat(port(sysctls().noPrograms().port(8080, 1, 300)))
          .isEqualTo(
              new ObservedPort(
                  8080, null, on(300, 10, 5), "Sysctls", null, "Existing", TIMES, null));
    }

    @Test
    void whoseServerHasValuesOfItsOwn() {
      assertThat(port(programs(345, false).port(8080, 1, 15)))
          .isEqualTo(
              new ObservedPort(
                  8080,
                  null,
                  on(15, null, null),
                  "Application",
                  345,
                  "Existing",
                  List.of("userTimeoutSeconds"),
                  null));
    }

    @Test
    void whoseServerCanOnlyBeStricter() {
      assertThat(port(programs(0, true).port(8080, 1, 15)))
          .isEqualTo(
              new ObservedPort(
                  8080,
                  null,
                  new ObservedKeepalive("On", 15, 10, 5, TIMES),
                  "Application",
                  null,
                  "Existing",
                  TIMES,
                  null));
    }

    @Test
    void withoutKeepalive() {
      assertThat(port(sysctls().noPrograms().portWithoutKeepalive(8080)))
          .isEqualTo(
              new ObservedPort(8080, null, state("Off"), "Nobody", null, "Probe", null, null));
    }

    @Test
    void whoseTimerDoesNotShowItsTime() {
      assertThat(port(programs(0, false).port(8080, 1, (Integer) null)))
          .isEqualTo(
              new ObservedPort(
                  8080, null, on(null, null, null), null, null, "Existing", null, null));
    }

    @Test
    void toWhichNobodyIsConnected() {
      assertThat(port(programs(0, false).portNotLookedAt(8080)))
          .isEqualTo(new ObservedPort(8080, null, state("NotSeen"), null, null, null, null, null));
    }

    @Test
    void aPortWithoutAListener() {
      assertThat(port(sysctls().noPrograms().portNotListening(8080)).keepalive())
          .isEqualTo(state("NotListening"));
    }

    @Test
    void behindAProxy() {
      assertThat(port(programs(0, false).remotes(2).port(8080, 100, 300)).peers())
          .isEqualTo("LikelyProxy");
    }
  }

  @Nested
  class ADeadPeer {

    @Test
    void isFoundByKeepaliveOrByRepetitions() {
      assertThat(deadPeer(programs(0, false).port(8080, 1, 300)))
          .isEqualTo(new DeadPeer(350L, 925L, 1177L));
    }

    @Test
    void isFoundByTheUserTimeout() {
      assertThat(deadPeer(programs(345, false).port(8080, 1, 300)))
          .isEqualTo(new DeadPeer(350L, 345L, 390L));
    }

    @Test
    void isFoundSoonerWithFewRepetitions() {
      assertThat(
              deadPeer(programs(0, false).sysctl(Sysctl.TCP_RETRIES2, "8").port(8080, 1, 300))
                  .busySeconds())
          .isEqualTo(103);
    }

    @Test
    void isFoundInNoKnownTimeWhereTheServerHasValuesOfItsOwn() {
      assertThat(deadPeer(programs(345, false).port(8080, 1, 15)))
          .isEqualTo(new DeadPeer(null, 345L, null));
    }

    @Test
    void isFoundAsLateAsOnTheSlowestPort() {
      ServerReportBuilder report = programs(0, true).port(8080, 1, 15).port(9090, 1, 300);

      assertThat(deadPeer(report).idleSeconds()).isEqualTo(350);
      assertThat(deadPeer(asked().ports(8080), report).idleSeconds()).isEqualTo(65);
    }

    @Test
    void isNotSpokenOfWhereNothingListens() {
      assertThat(deadPeer(sysctls().portNotListening(8080))).isNull();
      assertThat(deadPeer(sysctls())).isNull();
    }
  }

  @Nested
  class TheColumn {

    @Test
    void isTheLongerOfIdleAndBusy() {
      assertThat(column(programs(345, false).port(8080, 1, 300))).isEqualTo("350s");
      assertThat(column(programs(400, false).port(8080, 1, 300))).isEqualTo("400s");
      assertThat(column(programs(0, false).port(8080, 1, 300))).isEqualTo("925s");
    }

    @Test
    void isThatOfTheSlowestPod() {
      assertThat(
              column(
                  programs(345, false).port(8080, 1, 300), programs(0, false).port(8080, 1, 300)))
          .isEqualTo("925s");
    }

    @Test
    void isNeverWhereOnePortHasNoKeepalive() {
      assertThat(
              column(programs(345, false).port(8080, 1, 15), sysctls().portWithoutKeepalive(8080)))
          .isEqualTo("never");
    }

    @Test
    void isUnknownWhereOnePodKeepsIt() {
      assertThat(
              column(
                  programs(345, false).port(8080, 1, 300), programs(345, false).port(8080, 1, 15)))
          .isEqualTo("unknown");
      assertThat(column(programs(345, false).portNotLookedAt(8080))).isEqualTo("unknown");
    }
  }

  private static SpecBuilder asked() {
    return tune().keepalive(300, 10, 5);
  }

  private static ServerReportBuilder sysctls() {
    return node().keepalive("300", "10", "5");
  }

  private static ServerReportBuilder programs(int userTimeoutSeconds, boolean override) {
    return sysctls().programs(300, 10, 5, userTimeoutSeconds, override);
  }

  private static ObservedPort port(ServerReportBuilder report) {
    List<ObservedPort> ports = ports(VerdictInputBuilder.of(asked()), report);
    assertThat(ports).hasSize(1);
    return ports.get(0);
  }

  private static List<ObservedPort> ports(VerdictInputBuilder input, ServerReportBuilder report) {
    return observation(input, report).ports();
  }

  private static DeadPeer deadPeer(ServerReportBuilder report) {
    return deadPeer(asked(), report);
  }

  private static DeadPeer deadPeer(SpecBuilder asked, ServerReportBuilder report) {
    return observation(VerdictInputBuilder.of(asked), report).deadPeer();
  }

  private static Observation observation(VerdictInputBuilder input, ServerReportBuilder report) {
    return ObservationRenderer.of(
        input.pod(pod("chat-1", input, report)).judged().get(0),
        ObservationRenderer.shown(input.expectation().targets()));
  }

  private static String column(ServerReportBuilder... reports) {
    VerdictInputBuilder input = VerdictInputBuilder.of(asked());
    for (int i = 0; i < reports.length; i++) {
      input.pod(pod("chat-" + i, input, reports[i]));
    }
    return StatusFactory.deadPeer(input.judged());
  }

  private static ObservedPodBuilder pod(
      String name, VerdictInputBuilder input, ServerReportBuilder report) {
    TestPod pod = TestPod.named(name).tuned("chat", input.expectation().plan()).running();
    return observed(pod).seen(report.build());
  }

  private static ObservedKeepalive on(Integer time, Integer interval, Integer probes) {
    return new ObservedKeepalive("On", time, interval, probes, List.of());
  }

  private static ObservedKeepalive state(String state) {
    return new ObservedKeepalive(state, null, null, null, List.of());
  }
}
