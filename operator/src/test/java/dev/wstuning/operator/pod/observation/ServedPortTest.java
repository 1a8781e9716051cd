package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the options of a port's sockets, and from where its connections come. */
class ServedPortTest {

  @ParameterizedTest
  @CsvSource({
    ",      ,     925", // the kernel's own
    "8,     ,     103",
    "5,     ,     13",
    ",      5000, 62",
    "16,    ,     1045", // more than may be set
    "256,   ,     925", // more than the kernel takes
    "-1,   -1,     925", // forged
  })
  void sysctlsDecideWithoutAUserTimeout(String retries2, String rtoMax, long busy) {
    ServerReportBuilder report =
        sysctls().sysctl(Sysctl.TCP_RETRIES2, retries2).sysctl(Sysctl.TCP_RTO_MAX_MS, rtoMax);

    assertThat(only(report.port(8080, 1, 300)).time().busy().seconds()).isEqualTo(busy);
  }

  @Test
  void aUserTimeoutDecidesBeforeSysctls() {
    ServedPort port = only(sysctls().programs(300, 10, 5, 345, false).port(8080, 1, 300));

    assertThat(port.time().busy().seconds()).isEqualTo(345);
    assertThat(port.time().idle()).map(DeadPeerTime.Detection::seconds).contains(350L);
    assertThat(port.withinSeconds()).hasValue(390); // the later of the two, with late timers
  }

  @ParameterizedTest
  @CsvSource({
    "9,      1,    ", // too few to decide
    "10,     2,    LikelyProxy",
    "10,     3,    Direct",
    "100,    20,   LikelyProxy",
    "100,    21,   Direct",
    "1000,   200,  LikelyProxy",
    "1000,   201,  Direct",
    "50000,  1000, Direct", // the observer looks at a thousand
    "50000,  201,  Direct",
    "50000,  200,  LikelyProxy",
    "100,    ,     ",
    "100,    500000000, Direct", // forged
  })
  void manyFromFewAddressesAreLikelyProxies(
      int connections, Integer remotes, ServedPort.Peers peers) {
    ServerReport.Port port =
        new ServerReport.Port(8080, true, connections, remotes, null, null, null);
    ServedPort served = only(sysctls().port(port));

    assertThat(served.peers()).isEqualTo(Optional.ofNullable(peers));
  }

  /** The namespace's sysctls as wanted. */
  private static ServerReportBuilder sysctls() {
    return node().keepalive("300", "10", "5");
  }

  private static ServedPort only(ServerReportBuilder builder) {
    ServerReport report = builder.build();
    List<ServedPort> ports = ServedPorts.of(observed("chat-1").seen(report).build(), report);
    assertThat(ports).hasSize(1);
    return ports.get(0);
  }
}
