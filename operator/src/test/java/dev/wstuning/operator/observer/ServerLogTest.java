package dev.wstuning.operator.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pace.Pace;
import dev.wstuning.operator.selection.PodFacts;
import dev.wstuning.operator.verdict.ServerSays;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server said of its limit is read from its log, once a start. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class ServerLogTest {

  private static final String PATH =
      "/api/v1/namespaces/realtime/pods/chat-1/log?container=server&limitBytes=65536";
  private static final String BOOT =
      "2024-10-09 11:00:01.402 INF Starting AnyCable 1.6.16 (pid: 1, open file limit: 524287, gomaxprocs: 4)\n";
  private static final PodFacts POD = TestPod.named("chat-1").running().facts();

  private KubernetesClient client;
  private KubernetesMockServer server;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private ServerLog log;

  @BeforeEach
  void log() {
    log = new ServerLog(client, new Pace(2, clock), clock);
  }

  private static Optional<ServerSays> says(String limit) {
    return Optional.of(new ServerSays(Optional.ofNullable(limit), Optional.empty()));
  }

  @Test
  void theBootLineIsReadOnce() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).once();

    assertThat(log.of("tuning", POD, "server")).isEqualTo(says("524287"));
    clock.pass(Duration.ofDays(1));
    assertThat(log.of("tuning", POD, "server")).isEqualTo(says("524287"));
  }

  @Test
  void aLogWithoutOneIsNoProblem() {
    server.expect().get().withPath(PATH).andReturn(200, "listening on 8080\n").once();

    assertThat(log.of("tuning", POD, "server")).isEqualTo(says(null));
  }

  @Test
  void anotherStartIsReadAnew() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).times(2);
    log.of("tuning", POD, "server");
    PodFacts restarted =
        TestPod.named("chat-1")
            .running()
            .with(
                p ->
                    p.editStatus()
                        .editContainerStatus(0)
                        .withContainerID("containerd://other")
                        .endContainerStatus()
                        .endStatus())
            .facts();

    log.of("tuning", restarted, "server");

    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void whoMayNotReadIsToldHowAndAsksAgainLater() {
    server.expect().get().withPath(PATH).andReturn(403, "").once();
    server.expect().get().withPath(PATH).andReturn(200, BOOT).once();

    assertThat(log.of("tuning", POD, "server").orElseThrow().problem().orElseThrow())
        .isEqualTo(
            "the operator may not read logs here. Next: kubectl -n realtime create rolebinding"
                + " wstuning-log-reader --clusterrole=wstuning-log-reader"
                + " --serviceaccount=wstuning-system:wstuning-operator");
    clock.pass(Duration.ofSeconds(59));
    assertThat(log.of("tuning", POD, "server").orElseThrow().problem()).isPresent();
    clock.pass(Duration.ofSeconds(2));
    assertThat(log.of("tuning", POD, "server")).isEqualTo(says("524287"));
  }

  @Test
  void logsAreReadAtAPace() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).always();
    for (int i = 0; i < 2; i++) {
      assertThat(log.of("tuning", POD, "server")).isPresent();
      log.retain("uid", List.of(POD.uid()));
      log.retain("uid", List.of());
    }

    assertThat(log.of("tuning", POD, "server")).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    assertThat(log.of("tuning", POD, "server")).isPresent();
  }

  @Test
  void podsThatAreGoneAreForgotten() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).times(2);
    log.retain("uid", List.of(POD.uid()));
    log.of("tuning", POD, "server");

    log.retain("uid", List.of());
    log.of("tuning", POD, "server");

    assertThat(server.getRequestCount()).isEqualTo(2);
  }
}
