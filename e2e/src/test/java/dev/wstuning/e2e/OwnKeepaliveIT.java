package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Keepalives;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers with keepalive values of their own: nothing is claimed that cannot be known. */
@Tag("together")
@NeedsTheNode
class OwnKeepaliveIT {

  private final Installation cluster = Installation.withOperator();
  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = cluster.namespace("own");
  }

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  /**
   * 15/1/1 and Go's own 15/15/9 look the same from outside: neither is reported as the other's 150
   * s. With Override looser values do not take, which gives a bound.
   */
  @ParameterizedTest(name = "server-go with {0}, {1}: {2}, {3}")
  @CsvSource({
    "15/1/1,    Respect,  StricterThanRequested, 15/?/?,       ",
    "default,   Respect,  StricterThanRequested, 15/?/?,       ",
    "15/1/1,    Override, StricterThanRequested, 15/<=10/<=5,  65",
    "default,   Override, StricterThanRequested, 15/<=10/<=5,  65",
    "7200/75/9, Respect,  ApplicationOverrides,  7200/?/?,     ",
    "7200/75/9, Override, Effective,             40/10/5,      90",
  })
  void whatCannotBeReadIsNotClaimed(
      String own, String wins, String reason, String shown, Long idleSeconds) {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchLabels: {app: server-go}}
        keepalive: {timeSeconds: 40, intervalSeconds: 10, probes: 5}
        applicationKeepalive: %s
        """
            .formatted(wins));
    cluster.awaitInjection(namespace, "chat", true);
    Servers.deploy(cluster.client(), namespace, "server-go", own);

    WebSocketTuning tuning = Tunings.awaitEffective(cluster, namespace, "chat", reason);

    Observation observation = tuning.getStatus().observations().get(0);
    assertThat(Keepalives.text(observation.ports().get(0).keepalive())).isEqualTo(shown);
    assertThat(observation.deadPeer().idleSeconds()).isEqualTo(idleSeconds);
    boolean proven = wins.equals("Override");
    assertThat(tuning.getStatus().summary().effective()).isEqualTo(proven ? "1/1" : "0/1");
    assertThat(tuning.getStatus().summary().deadPeer())
        .isEqualTo(idleSeconds == null ? "unknown" : "925s");
  }
}
