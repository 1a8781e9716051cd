package dev.wstuning.operator.pod.rollout;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Intent;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedRollout;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.observation.Boot;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.ObservedPod;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A restart on request: one pod first, then all, once. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class RestarterTest {

  private static final String PLAN = "cb94e9040db7";
  private static final String EVICTION = "/api/v1/namespaces/realtime/pods/%s/eviction";

  private static final List<String> EVICTED = new ArrayList<>();

  private static KubernetesMockServer server;
  private static KubernetesClient client;
  private static KubernetesClient impatient;
  private final RecordedRollout rollout = new RecordedRollout();
  private Restarter restarter;

  @BeforeAll
  static void grantEvictions() {
    impatient = Impatient.client(client);
    List.of("chat-1", "chat-2", "push-0").forEach(RestarterTest::grantEviction);
  }

  private static void grantEviction(String pod) {
    server
        .expect()
        .post()
        .withPath(EVICTION.formatted(pod))
        .andReply(
            201,
            request -> {
              EVICTED.add(pod);
              return new StatusBuilder().withStatus("Success").build();
            })
        .always();
  }

  @BeforeEach
  void deploy() {
    EVICTED.clear();
    client.resource(chat()).create();
    MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
    restarter =
        new Restarter(
            impatient, clock, rollout, new Evictions(impatient, rollout, clock::nanoTime));
  }

  @AfterEach
  void delete() {
    client.resource(chat()).delete();
  }

  @Test
  void firstOneOldPodIsEvicted() {
    advance(List.of(old("chat-1"), old("chat-2")));

    assertThat(EVICTED).containsExactly("chat-1");
    assertThat(annotations()).containsExactly(Map.entry(Restarter.CANARY, PLAN));
    assertThat(restarts()).isZero();
  }

  /** What replaces the old one may come there. */
  @Test
  void nothingIsRestartedWhereNoAgentTunesSomeOfThePods() {
    ObservedPod elsewhere = current("chat-2").coverage(Coverage.NO_AGENT).build();
    advance(List.of(old("chat-1"), elsewhere));
    assertThat(EVICTED).isEmpty();

    advance(List.of(old("chat-1"), elsewhere, seen("chat-3").build()));
    assertThat(restarts()).isZero();

    advance(List.of(old("chat-1"), seen("chat-3").build()));
    assertThat(restarts()).isEqualTo(1);
  }

  @Test
  void whereADisruptionBudgetRefusesItIsTriedAgain() {
    server
        .expect()
        .post()
        .withPath(EVICTION.formatted("chat-0"))
        .andReturn(429, new StatusBuilder().withCode(429).build())
        .once();

    assertThat(advance(List.of(old("chat-0"), old("chat-2")))).contains(Duration.ofSeconds(30));
    assertThat(annotations()).isEmpty();

    grantEviction("chat-0");
    assertThat(advance(List.of(old("chat-0"), old("chat-2")))).isEmpty();
    assertThat(EVICTED).containsExactly("chat-0");
    assertThat(annotations()).containsExactly(Map.entry(Restarter.CANARY, PLAN));
  }

  @Test
  void theSuccessorOfAnEvictedPodIsAwaited() {
    advance(List.of(old("chat-1"), old("chat-2")));
    advance(List.of(old("chat-2")));
    advance(List.of(current("chat-3").life(Life.STARTING).build(), old("chat-2")));
    advance(List.of(current("chat-3").build(), old("chat-2")));

    assertThat(EVICTED).containsExactly("chat-1");
    assertThat(restarts()).isZero();
  }

  /** One that is not ready is observed, too. */
  @Test
  void aSuccessorThatIsNotReadyProvesNothing() {
    TestPod unready =
        TestPod.named("chat-3")
            .ofDeployment("chat")
            .phase("Running")
            .serverStatus(false, 0, TestPod.STARTED);

    advance(
        List.of(observed(unready).seen(ServerReportBuilder.node().build()).build(), old("chat-2")));

    assertThat(restarts()).isZero();
  }

  @Test
  void aSuccessorThatDoesNotListenYetProvesNothing() {
    Observation.Reported silent =
        new Observation.Reported(
            ServerReportBuilder.node().build(), ObservedPodBuilder.SEEN_AT, false);

    advance(
        List.of(
            current("chat-3")
                .observation(new Observation.NotListening(silent, Optional.empty()))
                .build(),
            old("chat-2")));

    assertThat(restarts()).isZero();
  }

  @Test
  void aSuccessorThatWasLookedAtProvesThePlan() {
    advance(List.of(seen("chat-3").build(), old("chat-2")));

    assertThat(annotations()).containsEntry(Restarter.RESTARTED, PLAN);
    assertThat(deployment().getSpec().getTemplate().getMetadata().getAnnotations())
        .containsExactly(Map.entry("kubectl.kubernetes.io/restartedAt", "2026-01-01T12:00:00Z"));
    assertThat(rollout.heard()).containsExactly("restart DONE");
    assertThat(EVICTED).isEmpty();
  }

  @Test
  void aRestartThatIsRefusedIsTriedAgain() {
    server
        .expect()
        .patch()
        .withPath("/apis/apps/v1/namespaces/realtime/deployments/chat?fieldManager=wstuning")
        .andReturn(403, new StatusBuilder().withCode(403).build())
        .once();

    assertThatThrownBy(() -> advance(List.of(seen("chat-3").build(), old("chat-2"))))
        .isInstanceOf(KubernetesClientException.class);
    advance(List.of(seen("chat-3").build(), old("chat-2")));

    assertThat(rollout.heard()).containsExactly("restart REFUSED", "restart DONE");
  }

  @Test
  void aSuccessorWhoseSettingsTheKernelRefusedProvesNothing() {
    advance(
        List.of(
            seen("chat-3").boot(Boots.refused("x")).build(),
            seen("chat-4").boot(Boot.unreadable("x")).build(),
            old("chat-2")));

    assertThat(restarts()).isZero();
  }

  @Test
  void aWorkloadIsRestartedOnceForAPlan() {
    advance(List.of(seen("chat-3").build(), old("chat-2")));
    String version = deployment().getMetadata().getResourceVersion();

    advance(List.of(seen("chat-3").build(), old("chat-2")));
    assertThat(deployment().getMetadata().getResourceVersion()).isEqualTo(version);

    advance(List.of(seen("chat-3").build(), old("chat-2")), "ffffffffffff");
    assertThat(annotations()).containsEntry(Restarter.RESTARTED, "ffffffffffff");
  }

  @Test
  void podsThatWereMissedAreOldToo() {
    advance(
        List.of(seen("chat-3").build(), observed(pod("chat-2")).coverage(Coverage.MISSED).build()));

    assertThat(restarts()).isEqualTo(1);
  }

  @Test
  void whereAllIsCurrentNothingIsTouched() {
    String version = deployment().getMetadata().getResourceVersion();

    advance(List.of(seen("chat-3").build()));

    assertThat(deployment().getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(EVICTED).isEmpty();
  }

  @Test
  void podsThatNothingReplacesAndWorkloadsThatAreGoneAreLeft() {
    TestPod bare = TestPod.named("bare").running();
    TestPod orphan = TestPod.named("orphan").ofDeployment("gone").running();

    advance(
        List.of(
            observed(bare).coverage(Coverage.MISSED).build(),
            observed(orphan).coverage(Coverage.MISSED).build()));

    assertThat(EVICTED).isEmpty();
  }

  @Test
  void eachWorkloadGoesItsOwnWay() {
    client
        .resource(
            new StatefulSetBuilder()
                .withNewMetadata()
                .withNamespace(Tunings.NAMESPACE)
                .withName("push")
                .endMetadata()
                .build())
        .create();
    TestPod push = TestPod.named("push-0").ownedBy("StatefulSet", "push").running();

    advance(
        List.of(
            seen("chat-3").build(),
            old("chat-2"),
            observed(push).coverage(Coverage.RESTART_PENDING).build()));

    assertThat(restarts()).isEqualTo(1);
    assertThat(EVICTED).containsExactly("push-0");
  }

  @Test
  void whatIsToBeDoneIsAnnouncedFirst() {
    Intent evict = new Intent("Evict", "deployment/chat", "chat-1", PLAN);
    Intent restart = new Intent("Restart", "deployment/chat", null, PLAN);

    assertThat(restarter.advance(List.of(old("chat-1")), PLAN, List.of()))
        .isEqualTo(new Progress(List.of(evict), Optional.of(Duration.ofSeconds(1))));
    assertThat(restarter.advance(List.of(seen("chat-3").build(), old("chat-2")), PLAN, List.of()))
        .isEqualTo(new Progress(List.of(restart), Optional.of(Duration.ofSeconds(1))));
    assertThat(EVICTED).isEmpty();
    assertThat(annotations()).isEmpty();

    assertThat(restarter.advance(List.of(old("chat-1")), PLAN, List.of(evict)))
        .isEqualTo(Progress.NONE);
    assertThat(EVICTED).containsExactly("chat-1");
  }

  /** Announces what is to be done, then does it. */
  private Optional<Duration> advance(List<ObservedPod> pods) {
    return advance(pods, PLAN);
  }

  private Optional<Duration> advance(List<ObservedPod> pods, String plan) {
    List<Intent> announced = restarter.advance(pods, plan, List.of()).intents();
    return restarter.advance(pods, plan, announced).again();
  }

  private static TestPod pod(String name) {
    return TestPod.named(name).ofDeployment("chat").running();
  }

  private static ObservedPod old(String name) {
    return observed(pod(name)).coverage(Coverage.RESTART_PENDING).build();
  }

  private static ObservedPodBuilder current(String name) {
    return observed(pod(name));
  }

  private static ObservedPodBuilder seen(String name) {
    return current(name).seen(ServerReportBuilder.node().build());
  }

  private static Deployment chat() {
    return new DeploymentBuilder()
        .withNewMetadata()
        .withNamespace(Tunings.NAMESPACE)
        .withName("chat")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewMetadata()
        .addToLabels("app", "chat")
        .endMetadata()
        .endTemplate()
        .endSpec()
        .build();
  }

  private Deployment deployment() {
    return client.apps().deployments().inNamespace(Tunings.NAMESPACE).withName("chat").require();
  }

  private Map<String, String> annotations() {
    return deployment().getMetadata().getAnnotations();
  }

  private int restarts() {
    return annotations().containsKey(Restarter.RESTARTED) ? 1 : 0;
  }
}
