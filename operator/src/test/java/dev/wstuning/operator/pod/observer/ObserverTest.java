package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pace.RateLimit;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.ServerReport;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a pod is looked at, and what is made of what the observer left. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class ObserverTest {

  private static final String POD = "/api/v1/namespaces/realtime/pods/chat-1";
  private static final String PATCH = POD + "/ephemeralcontainers";
  private static final ObserveCommand ALL_PORTS = new ObserveCommand(List.of(), true, "");
  private static final String START = Markers.startToken(TestPod.CONTAINER_ID, ALL_PORTS.text());
  private static final String NAME = Markers.OBSERVER_PREFIX + START;
  private static final Observation SENT = new Observation.Pending("the server is being observed");

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:10Z");
  private Observer observer;

  @BeforeEach
  void oneObserverASecond() {
    observer =
        new Observer(
            new ObserverLauncher(
                client, TestPod.TUNER_IMAGE, new RateLimit(1, clock), outcome -> {}),
            clock,
            clock::nanoTime);
    server.expect().get().withPath(POD).andReturn(200, pod().build()).always();
  }

  @Test
  void aServerThatIsReadyGetsAnObserver() {
    admitObservers();

    assertThat(look(pod())).isEqualTo(at(SENT));
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void aServerThatIsNotReadyGetsNoObserver() {
    TestPod pod = TestPod.named("chat-1").phase("Running").serverStatus(false, 0, TestPod.STARTED);

    assertThat(look(pod)).isEqualTo(at(new Observation.Pending("the server is not ready yet")));
    assertThat(look(TestPod.named("chat-1")))
        .isEqualTo(at(new Observation.Pending("the server is not running yet")));
    assertThat(sent()).isZero();
  }

  @Test
  void aServerThatHasAnObserverGetsNoSecond() {
    assertThat(look(pod().observer(NAME))).isEqualTo(at(SENT));
    assertThat(look(pod().observerWaits(NAME, "ContainerCreating")))
        .isEqualTo(at(new Observation.Pending("the observer is starting")));
    assertThat(sent()).isZero();
  }

  @Test
  void whichContainerIsTheServerMustBeKnown() {
    assertThat(look(pod().container("proxy"))).isEqualTo(at(new Observation.Ambiguous()));
  }

  @Test
  void whereTheSecondsShareIsSpentItIsTriedAgainSoon() {
    admitObservers();
    look(TestPod.named("chat-1").running());

    Look second = look(TestPod.named("chat-2").running());

    assertThat(second)
        .isEqualTo(
            new Look(
                new Observation.Pending("the server waits for an observer"),
                Optional.of(Duration.ofSeconds(1))));
  }

  @Test
  void podsThatWaitAreCountedUntilTheirObserverIsSent() {
    List<String> uids = List.of("uid-of-chat-1", "uid-of-chat-2");
    TestPod gone = TestPod.named("chat-2").running();
    admitObservers();

    look(gone);
    look(pod());
    assertThat(observer.waiting()).as("the pass is under way").isZero();
    observer.retain("tuning", uids);
    assertThat(observer.waiting()).isEqualTo(2);

    clock.pass(Duration.ofSeconds(1));
    assertThat(look(pod())).isEqualTo(at(SENT));
    look(gone);
    observer.retain("tuning", uids);
    assertThat(observer.waiting()).isEqualTo(1);

    observer.retain("tuning", List.of());
    assertThat(observer.waiting()).isZero();
  }

  @Test
  void aReportIsReadAndKept() {
    ServerReport report = report(START);
    PodRecord read = pod().observerEnded(NAME, 0, json(report)).record();

    assertThat(look(read))
        .isEqualTo(at(new Observation.Reported(report, Instant.parse("2026-01-01T12:00:05Z"))));
    // The kubelet cuts messages when a pod gets more containers.
    assertThat(look(cut(pod(), read))).isEqualTo(look(read));
  }

  @Test
  void aReportOfAnEarlierPodOfThatNameDoesNotCount() {
    PodRecord earlier = pod().observerEnded(NAME, 0, json(report(START))).record();
    TestPod next = pod().with(p -> p.editMetadata().withUid("another").endMetadata());

    assertThat(look(cut(next, earlier)).observation()).isInstanceOf(Observation.Failed.class);
  }

  /** A version of the pod in which its observer's report is cut. */
  private static PodRecord cut(TestPod pod, PodRecord before) {
    String message = json(report(START)).substring(0, 50);
    return PodReader.STRICT.record(
        pod.observerEnded(NAME, 0, message).build(), Optional.of(before));
  }

  @Test
  void anotherStartIsObservedAgain() {
    admitObservers();
    TestPod restarted =
        pod()
            .observerEnded(Markers.OBSERVER_PREFIX + "00000000", 0, json(report("00000000")))
            .serverStatus(true, 1, TestPod.STARTED);

    assertThat(look(restarted)).isEqualTo(at(SENT));
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void aServerThatKeepsRestartingIsGivenTime() {
    TestPod restarted =
        pod()
            .observer(Markers.OBSERVER_PREFIX + "00000000")
            .serverStatus(true, 7, "2026-01-01T12:00:08Z");

    assertThat(look(restarted))
        .isEqualTo(
            new Look(
                new Observation.Pending("the server restarted a moment ago"),
                Optional.of(Duration.ofSeconds(3))));
    assertThat(sent()).isZero();
  }

  @Test
  void aUserMayAskForAnotherLook() {
    admitObservers();
    look(pod().observerEnded(NAME, 0, json(report(START))));

    Look again =
        observer.look(
            "tuning",
            pod().observerEnded(NAME, 0, json(report(START))).facts(),
            Optional.empty(),
            new ObserveCommand(List.of(), true, "again"));

    assertThat(again).isEqualTo(at(SENT));
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void aPodGetsThreeAndNoMore() {
    TestPod pod =
        pod()
            .observer(Markers.OBSERVER_PREFIX + "00000000")
            .observer(Markers.OBSERVER_PREFIX + "00000001")
            .observer(Markers.OBSERVER_PREFIX + "00000002");

    assertThat(look(pod))
        .isEqualTo(
            at(
                new Observation.Failed(
                    "the pod had 3 observers already, and Kubernetes never removes them")));
    assertThat(sent()).isZero();
  }

  @Test
  void otherPortsAreAnotherQuestion() {
    admitObservers();
    look(pod().observerEnded(NAME, 0, json(report(START))));

    Look other =
        observer.look(
            "tuning",
            pod().observerEnded(NAME, 0, json(report(START))).facts(),
            Optional.empty(),
            new ObserveCommand(List.of(9090), true, ""));

    assertThat(other).isEqualTo(at(SENT));
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void whetherConnectionsMayBeOpenedIsAnotherQuestion() {
    assertThat(new ObserveCommand(List.of(), false, "").text()).isNotEqualTo(ALL_PORTS.text());
    assertThat(ALL_PORTS.arguments(START)).noneMatch(a -> a.startsWith("--probe"));
    assertThat(new ObserveCommand(List.of(), false, "").arguments(START)).contains("--probe=false");
  }

  @Test
  void aRefusalOfTheApiServerIsTriedAgainSeldom() {
    refuseObservers();
    Look first = look(pod());

    assertThat(first.again()).contains(Duration.ofMinutes(1));
    assertThat(first.observation()).isInstanceOf(Observation.Failed.class);
    assertThat(((Observation.Failed) first.observation()).problem())
        .isEqualTo("the API server refused the observer: violates policy");
    admitObservers();
    clock.pass(Duration.ofSeconds(59));
    assertThat(look(pod()))
        .isEqualTo(new Look(first.observation(), Optional.of(Duration.ofSeconds(1))));
    assertThat(sent()).isEqualTo(1);
    clock.pass(Duration.ofSeconds(1));
    assertThat(look(pod())).isEqualTo(at(SENT));
    assertThat(sent()).isEqualTo(2);
  }

  @Test
  void aServerThatRestartsInAPodThatRefusedIsNotTriedSooner() {
    refuseObservers();
    look(pod());
    clock.pass(Duration.ofSeconds(10));

    Look restarted =
        look(
            pod()
                .serverStatus(true, 1, TestPod.STARTED)
                .with(
                    p ->
                        p.editStatus()
                            .editContainerStatus(0)
                            .withContainerID("containerd://other")
                            .endContainerStatus()
                            .endStatus()));

    assertThat(restarted.again()).contains(Duration.ofSeconds(50));
    assertThat(sent()).isEqualTo(1);
  }

  @Test
  void aUsersRequestIsTriedAtOnceInAPodThatRefused() {
    refuseObservers();
    look(pod());
    admitObservers();
    clock.pass(Duration.ofSeconds(1));

    Look again =
        observer.look(
            "tuning",
            pod().facts(),
            Optional.empty(),
            new ObserveCommand(List.of(), true, "again"));

    assertThat(again).isEqualTo(at(SENT));
  }

  @Test
  void aRefusalOfAPodThatIsGoneIsForgotten() {
    refuseObservers();
    look(pod());
    admitObservers();
    clock.pass(Duration.ofSeconds(1));
    observer.retain("tuning", List.of());

    assertThat(look(pod())).isEqualTo(at(SENT));
  }

  @Test
  void anObserverThatCannotStartHasFailed() {
    assertThat(look(pod().observerWaits(NAME, "ErrImagePull")))
        .isEqualTo(at(new Observation.Failed("the observer does not start: ErrImagePull")));
  }

  @Test
  void aReportThatIsOfNoUseHasFailed() {
    assertThat(failureOf(0, json(report(START)).substring(0, 50)))
        .isEqualTo("the kubelet truncated the observer's report");
    assertThat(failureOf(0, json(report("ffffffff"))))
        .isEqualTo("the observer's report is about another start of the server");
    assertThat(failureOf(1, null))
        .isEqualTo("the observer's report is invalid: no message (exit code 1)");
  }

  private String failureOf(int exitCode, String message) {
    Look look = look(pod().observerEnded(NAME, exitCode, message));
    return ((Observation.Failed) look.observation()).problem();
  }

  private static TestPod pod() {
    return TestPod.named("chat-1").running();
  }

  private Look look(TestPod pod) {
    return look(pod.record());
  }

  private Look look(PodRecord pod) {
    return observer.look("tuning", pod.facts(), Optional.empty(), ALL_PORTS);
  }

  private static Look at(Observation observation) {
    return new Look(observation, Optional.empty());
  }

  private void refuseObservers() {
    server
        .expect()
        .patch()
        .withPath(PATCH)
        .andReturn(403, new StatusBuilder().withCode(403).withMessage("violates policy").build())
        .once();
  }

  private void admitObservers() {
    server.expect().patch().withPath(PATCH).andReturn(200, pod().build()).always();
  }

  /** How many observers were sent; the client reads the pod before each. */
  private int sent() {
    return server.getRequestCount() / 2;
  }

  private static ServerReport report(String start) {
    ServerReport report = ServerReportBuilder.node().port(8080, 1, 300).build();
    return new ServerReport(
        report.v(),
        report.kind(),
        report.tuner(),
        start,
        report.process(),
        report.processes(),
        report.nofile(),
        report.values(),
        report.unread(),
        report.accepted(),
        report.ports(),
        report.portsLeftOut(),
        report.errors());
  }

  private static String json(ServerReport report) {
    try {
      return new ObjectMapper().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("write a report", e);
    }
  }
}
