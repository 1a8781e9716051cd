package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.LoggedLimit;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
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
  private static final Question QUESTION = question("");
  private static final PodFacts POD = TestPod.named("chat-1").running().facts();

  private KubernetesClient client;
  private KubernetesMockServer server;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final List<String> woken = new ArrayList<>();
  private ServerLog log;

  @BeforeEach
  void log() {
    log =
        new ServerLog(
            client, new Turns(2, clock::nanoTime, () -> true, pod -> woken.add(pod.name())));
  }

  private static Question question(String request) {
    return Question.of(new ObserveCommand(List.of(), true, Set.of(), request));
  }

  /** What is known when all was done that may be done now. */
  private Optional<LoggedLimit> of(PodFacts pod) {
    look(pod);
    readAll();
    return look(pod);
  }

  private Optional<LoggedLimit> look(PodFacts pod) {
    return log.of("tuning", pod, "server", QUESTION);
  }

  private void readAll() {
    while (log.errands().turn(Duration.ZERO)) {
      // Those that wait for a pause have a turn, too.
    }
  }

  private static Optional<LoggedLimit> logged(String limit) {
    return Optional.of(
        new LoggedLimit(
            limit == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(limit)),
            Optional.empty()));
  }

  @Test
  void theBootLineIsReadOnce() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).once();
    assertThat(look(POD)).as("it waits for its turn").isEmpty();

    assertThat(of(POD)).isEqualTo(logged("524287"));
    assertThat(woken).as("its status shows it").containsExactly("chat-1");
    clock.pass(Duration.ofDays(1));
    assertThat(of(POD)).isEqualTo(logged("524287"));
  }

  @Test
  void aLogWithoutOneIsNoProblem() {
    server.expect().get().withPath(PATH).andReturn(200, "listening on 8080\n").once();

    assertThat(of(POD)).isEqualTo(logged(null));
  }

  @Test
  void theLogOfAnotherStartIsRead() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).times(2);
    of(POD);
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

    of(restarted);

    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void withoutTheRightTheStatusNamesACommandAndTheLogIsTriedAgainLater() {
    server.expect().get().withPath(PATH).andReturn(403, "").once();
    server.expect().get().withPath(PATH).andReturn(200, BOOT).once();

    assertThat(of(POD).orElseThrow().problem().orElseThrow())
        .isEqualTo(
            "the operator may not read logs here. Next: kubectl -n realtime create rolebinding"
                + " wstuning-log-reader --clusterrole=wstuning-log-reader"
                + " --serviceaccount=wstuning-system:wstuning-operator");
    clock.pass(Duration.ofSeconds(59));
    assertThat(of(POD).orElseThrow().problem()).isPresent();
    clock.pass(Duration.ofSeconds(1));
    assertThat(of(POD)).isEqualTo(logged("524287"));
  }

  @Test
  void aLogThatCannotBeReadIsTriedLessAndLessOften() {
    server.expect().get().withPath(PATH).andReturn(403, "").always();
    of(POD);
    int tries = 1;

    for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      clock.pass(Duration.ofMinutes(minutes).minusSeconds(1));
      readAll();
      assertThat(server.getRequestCount()).isEqualTo(tries);
      clock.pass(Duration.ofSeconds(1));
      readAll();
      assertThat(server.getRequestCount()).isEqualTo(++tries);
    }
  }

  @Test
  void podsWhoseLogsCannotBeReadCostAHandfulOfRequests() {
    List<PodFacts> pods =
        IntStream.range(0, 200)
            .mapToObj(i -> TestPod.named("guarded-" + i).running().facts())
            .toList();
    for (int i = 0; i < 200; i++) {
      server
          .expect()
          .get()
          .withPath(PATH.replace("chat-1", "guarded-" + i))
          .andReturn(403, "")
          .always();
    }

    for (int second = 0; second < 60; second++) {
      pods.forEach(this::look);
      readAll();
      clock.pass(Duration.ofSeconds(1));
    }

    assertThat(server.getRequestCount()).isLessThanOrEqualTo(5);
    assertThat(look(pods.get(150)).orElseThrow().problem()).isPresent();
  }

  @Test
  void aUsersRequestForAnotherLookTriesALogThatCouldNotBeRead() {
    server.expect().get().withPath(PATH).andReturn(403, "").once();
    server.expect().get().withPath(PATH).andReturn(200, BOOT).once();
    of(POD);

    log.of("tuning", POD, "server", question("again"));
    readAll();

    assertThat(of(POD)).isEqualTo(logged("524287"));
  }

  @Test
  void logsAreReadAtAPace() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).always();
    List<PodFacts> pods =
        IntStream.range(0, 3)
            .mapToObj(i -> TestPod.named("chat-1").running().with(uid(i)).facts())
            .toList();
    pods.forEach(this::look);

    readAll();
    assertThat(server.getRequestCount()).isEqualTo(2);
    clock.pass(Duration.ofSeconds(1));
    readAll();
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  private static UnaryOperator<PodBuilder> uid(int uid) {
    return pod -> pod.editMetadata().withUid("uid-" + uid).endMetadata();
  }

  @Test
  void podsThatAreGoneAreForgotten() {
    server.expect().get().withPath(PATH).andReturn(200, BOOT).times(2);
    log.retain("tuning", List.of(POD.uid()));
    of(POD);

    log.retain("tuning", List.of());
    of(POD);

    assertThat(server.getRequestCount()).isEqualTo(2);
  }
}
