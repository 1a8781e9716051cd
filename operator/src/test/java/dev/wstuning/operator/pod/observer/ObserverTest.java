package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.Observation;
import dev.wstuning.operator.pod.observation.Observation.Prospect;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is known of a pod's server, and when an observer is sent. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class ObserverTest {

  private static final String POD = "/api/v1/namespaces/realtime/pods/chat-1";
  private static final String PATCH = POD + "/ephemeralcontainers";
  private static final ObserveCommand ALL_PORTS = new ObserveCommand(List.of(), true, Set.of(), "");
  private static final String START = Markers.token(TestPod.CONTAINER_ID);
  private static final String NAME = name(START, ALL_PORTS);
  private static final Instant SEEN_AT = Instant.parse(TestPod.ENDED);

  /** Which start it is about is not kept. */
  private static final ServerReport KEPT = report("");

  private static final Observation.Reported SEEN = new Observation.Reported(KEPT, SEEN_AT, false);
  private static final Observation WAITS =
      new Observation.Pending("the server waits for an observer");
  private static final Observation UNDER_WAY =
      new Observation.Pending("the server is being observed");

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T12:00:10Z");
  private final List<String> woken = new ArrayList<>();
  private boolean leading = true;
  private Observer observer;

  @BeforeEach
  void oneObserverASecond() {
    observer =
        new Observer(
            new ObserverLauncher(client, TestPod.TUNER_IMAGE, outcome -> {}),
            clock,
            new Turns(1, clock::nanoTime, () -> leading, pod -> woken.add(pod.name())));
    server.expect().get().withPath(POD).andReturn(200, pod().build()).always();
  }

  @Test
  void aServerThatIsReadyGetsAnObserver() {
    admitObservers();

    assertThat(look(pod())).isEqualTo(WAITS);
    assertThat(turn()).isTrue();
    assertThat(sent()).isEqualTo(1);
    assertThat(look(pod().observer(NAME))).isEqualTo(UNDER_WAY);
  }

  @Test
  void aServerThatIsNotReadyGetsNoObserver() {
    assertThat(look(unready())).isEqualTo(new Observation.Pending("the server is not ready yet"));
    assertThat(look(TestPod.named("chat-1")))
        .isEqualTo(new Observation.Pending("the server is not running yet"));
    assertThat(turn()).isFalse();
  }

  @Test
  void oneThatIsNotReadyAnyMoreWhenItsTurnComesGetsNone() {
    look(pod());
    look(unready());

    assertThat(turn()).isFalse();
  }

  @Test
  void aServerThatHasAnObserverGetsNoSecond() {
    assertThat(look(pod().observer(NAME))).isEqualTo(UNDER_WAY);
    assertThat(look(pod().observerWaits(NAME, "ContainerCreating")))
        .isEqualTo(new Observation.Pending("the observer is starting"));
    assertThat(turn()).isFalse();
  }

  /** The API server has it, but the change did not arrive yet. */
  @Test
  void anObserverThatWasSentIsNotSentAgain() {
    admitObservers();
    look(pod());
    turn();
    clock.pass(Duration.ofSeconds(1));

    look(pod());

    assertThat(turn()).isFalse();
    assertThat(sent()).isEqualTo(1);
  }

  /** What keeps it from being ready may be a limit. */
  @Test
  void aServerThatIsNotReadyForLongIsObservedOnce() {
    admitObservers();
    look(unready());
    clock.pass(Duration.ofSeconds(111));
    assertThat(turn()).isFalse();

    clock.pass(Duration.ofSeconds(1));

    assertThat(look(unready())).isEqualTo(WAITS);
    assertThat(turn()).isTrue();
    look(
        unready()
            .observerEnded(NAME, 0, json(report(START)))
            .restarted(1, "containerd://2", "2026-01-01T12:05:00Z")
            .with(
                p ->
                    p.editStatus()
                        .editFirstContainerStatus()
                        .withReady(false)
                        .endContainerStatus()
                        .endStatus()));
    clock.pass(Duration.ofHours(1));
    assertThat(turn()).as("after a restart").isFalse();
  }

  @Test
  void aServerThatBecomesReadyIsObservedAtOnce() {
    admitObservers();
    look(unready());
    clock.pass(Duration.ofSeconds(20));
    assertThat(turn()).isFalse();

    look(pod());

    assertThat(turn()).isTrue();
  }

  private static TestPod unready() {
    return TestPod.named("chat-1").phase("Running").serverStatus(false, 0, TestPod.STARTED);
  }

  @Test
  void aServerThatDidNotListenIsObservedAgain() {
    admitObservers();
    TestPod silent = pod().observerEnded(NAME, 0, json(silent(START)));
    assertThat(look(silent)).isEqualTo(notListening(SEEN_AT, false));
    clock.pass(Duration.ofMinutes(15));
    assertThat(turn()).isTrue();
    EphemeralContainer second = sentObserver();
    assertThat(second.getName()).isEqualTo(NAME + "-2");
    assertThat(second.getArgs()).contains("--wait=60s");

    String later = "2026-01-01T12:15:10Z";
    silent.observer(NAME + "-2");
    assertThat(look(silent)).as("while it is observed").isEqualTo(notListening(SEEN_AT, false));
    silent.ended(NAME + "-2", 0, json(silent(START)), later);
    assertThat(look(silent)).isEqualTo(notListening(Instant.parse(later), false));
    clock.pass(Duration.ofHours(1));
    assertThat(turn()).isTrue();
    assertThat(sentName()).isEqualTo(NAME + "-3");

    silent.observer(NAME + "-3").ended(NAME + "-3", 0, json(silent(START)), "2026-01-01T13:17:00Z");
    assertThat(look(silent)).as("no other is due").isInstanceOf(Observation.Reported.class);
    clock.pass(Duration.ofDays(1));
    assertThat(turn()).isFalse();
  }

  /** It may listen, and another look would not show more. */
  @Test
  void aReportThatMayLackPortsShowsNoSilence() {
    for (ServerReportBuilder blind :
        List.of(
            ServerReportBuilder.node().noSockets("no sock_diag"),
            ServerReportBuilder.node().portsUnclear(2),
            ServerReportBuilder.node().portNotListening(8080).portsUnclear(1))) {
      ServerReport report = copy(blind.build(), START, blind.build().values());
      assertThat(look(pod().observerEnded(NAME, 0, json(report))))
          .isInstanceOf(Observation.Reported.class);
    }
  }

  /** What waits for another look must not wait for ever. */
  @Test
  void ifNoOtherLookCanComeTheSilentOneCounts() {
    refuseObservers();
    TestPod silent = pod().observerEnded(NAME, 0, json(silent(START)));
    look(silent);
    clock.pass(Duration.ofMinutes(15));
    assertThat(turn()).isTrue();
    assertThat(look(silent)).as("refused").isInstanceOf(Observation.Reported.class);

    String second = NAME + "-2";
    assertThat(look(silent.observerWaits(second, "ContainerCreating")))
        .isEqualTo(notListening(SEEN_AT, false));
    TestPod stuck = pod().observerEnded(NAME, 0, json(silent(START)));
    assertThat(look(stuck.observerWaits(second, "ErrImagePull")))
        .as("it does not start")
        .isInstanceOf(Observation.Reported.class);
  }

  @Test
  void aReportThatCannotShowWhetherTheServerListensSaysNothingOfThat() {
    for (ServerReportBuilder unknown :
        List.of(
            ServerReportBuilder.node().noSockets("refused"),
            ServerReportBuilder.node().portsUnclear(1),
            ServerReportBuilder.node().portsLeftOut(8))) {
      ServerReport report = unknown.build();
      TestPod pod = pod().observerEnded(NAME, 0, json(copy(report, START, report.values())));

      assertThat(look(pod)).isInstanceOf(Observation.Reported.class);
    }
  }

  @Test
  void aServerThatJustStartedHasMinutesUntilItListens() {
    admitObservers();
    look(pod());
    turn();

    assertThat(sentObserver().getArgs()).contains("--wait=300s");
  }

  @Test
  void aRequestIsHandledAlsoIfNothingListens() {
    ObserveCommand again = new ObserveCommand(List.of(), true, Set.of(), "again");
    TestPod silent = pod().observerEnded(NAME, 0, json(silent(START)));

    assertThat(look(silent, again)).isEqualTo(notListening(SEEN_AT, true));
    String name = name(START, again);
    silent.observer(name).ended(name, 0, json(silent(START)), "2026-01-01T12:02:00Z");
    assertThat(look(silent, again).open()).isFalse();
  }

  /** What a server had that listened is worth more than that another one did not yet. */
  @Test
  void theLastReportIsKnownWhileNothingListens() {
    String start = Markers.token("containerd://2");
    String name = name(start, ALL_PORTS);
    TestPod restarted =
        observed()
            .observer(name)
            .ended(name, 0, json(silent(start)), "2026-01-01T13:05:00Z")
            .restarted(1, "containerd://2", "2026-01-01T13:00:00Z");

    Observation now = look(restarted);
    assertThat(now).isInstanceOf(Observation.NotListening.class);
    assertThat(now.last()).contains(SEEN);
    assertThat(now.reported()).isEmpty();
    assertThat(look(restarted.restarted(2, "containerd://3", "2026-01-01T14:00:00Z")).last())
        .contains(SEEN);
  }

  private static Observation notListening(Instant at, boolean renewed) {
    return new Observation.NotListening(
        new Observation.Reported(silent(""), at, renewed), Optional.empty());
  }

  /** With more containers, the kubelet would cut the reports of all. */
  @Test
  void aPodOfManyContainersGetsFewerObservers() {
    TestPod pod = pod();
    for (int i = 0; i < 9; i++) {
      int number = i;
      pod.with(
          p ->
              p.editSpec()
                  .addNewInitContainer()
                  .withName("init-" + number)
                  .endInitContainer()
                  .endSpec());
    }
    admitObservers();
    String other = name("00000000", ALL_PORTS);
    look(pod.observer(other).ended(other, 1, null, "2026-01-01T11:00:00Z"));
    assertThat(turn()).as("the twelfth container").isTrue();

    String another = name("00000001", ALL_PORTS);
    pod.observer(another).ended(another, 1, null, "2026-01-01T11:00:00Z");
    assertThat(look(pod).failed())
        .contains("the pod had 2 observers already, and Kubernetes never removes them");
  }

  /** Over months, with restarts, and with observers that fail, are refused or see nothing. */
  @Test
  void theLastObservationIsNeverForgotten() {
    server
        .expect()
        .patch()
        .withPath(PATCH)
        .andReturn(403, new StatusBuilder().withCode(403).withMessage("violates policy").build())
        .always();
    TestPod pod = observed();
    Instant now = Instant.parse("2026-02-01T00:00:00Z");
    for (int start = 1; start < 20; start++) {
      now = now.plus(Duration.ofDays(3));
      clock.pass(Duration.ofDays(3));
      pod.restarted(start, "containerd://" + start, now.toString());
      Observation seen = look(pod);
      turn();

      assertThat(seen.last()).as("start %d", start).contains(SEEN);
      assertThat(seen.reported()).isEmpty();
      assertThat(look(pod).last()).as("refused").contains(SEEN);
      if (start <= 5) {
        String token = Markers.token("containerd://" + start);
        String name = name(token, ALL_PORTS);
        pod.observer(name)
            .ended(
                name,
                start % 2,
                start % 2 == 0 ? json(silent(token)) : null,
                now.plusSeconds(60).toString());
        assertThat(look(pod).last()).as("seen by another replica").contains(SEEN);
      }
    }
  }

  @Test
  void whichContainerIsTheServerMustBeKnown() {
    assertThat(look(pod().container("proxy"))).isEqualTo(new Observation.Ambiguous());
  }

  @Test
  void podsThatWaitAreCountedUntilTheirObserverIsSent() {
    admitObservers();
    look(TestPod.named("chat-2").running());
    look(pod());
    assertThat(observer.waiting()).isEqualTo(2);

    observer.retain("tuning", List.of("uid-of-chat-1"));
    assertThat(observer.waiting()).isEqualTo(1);
    turn();
    assertThat(observer.waiting()).isZero();
    look(pod());
    assertThat(observer.waiting()).isZero();
  }

  @Test
  void aReplicaThatDoesNotLeadSendsNothing() {
    look(pod());
    leading = false;

    assertThat(turn()).isFalse();
    assertThat(observer.waiting()).as("another replica leads").isZero();
    leading = true;
    assertThat(turn()).isFalse();
  }

  @Test
  void aReportIsReadAndKept() {
    PodRecord read = observed().record();

    assertThat(look(read, ALL_PORTS)).isEqualTo(SEEN);
    // The kubelet cuts messages when a pod gets more containers.
    assertThat(look(cut(pod(), read), ALL_PORTS)).isEqualTo(SEEN);
  }

  @Test
  void aReportOfAnEarlierPodOfThatNameDoesNotCount() {
    TestPod next = pod().with(p -> p.editMetadata().withUid("another").endMetadata());

    assertThat(look(cut(next, observed().record()), ALL_PORTS))
        .isInstanceOf(Observation.Failed.class);
  }

  /** A version of the pod in which its observer's report is cut. */
  private static PodRecord cut(TestPod pod, PodRecord before) {
    String message = json(report(START)).substring(0, 50);
    return PodReader.STRICT.record(
        pod.observerEnded(NAME, 0, message).build(), Optional.of(before));
  }

  /** There may be a hundred thousand pods, and only the last report of each counts. */
  @Test
  void anEarlierReportIsForgotten() {
    TestPod second = observed().observer(NAME + "-2");
    PodRecord first = second.record();

    PodRecord both =
        PodReader.STRICT.record(
            second.ended(NAME + "-2", 0, json(report(START)), "2026-01-01T12:16:00Z").build(),
            Optional.of(first));

    assertThat(both.facts().observers())
        .extracting(o -> o.observation().reported().isPresent())
        .containsExactly(false, true);
    assertThat(look(both, ALL_PORTS).reported().orElseThrow().at())
        .isEqualTo(Instant.parse("2026-01-01T12:16:00Z"));
  }

  @Test
  void theServerIsLookedAtASecondTime() {
    admitObservers();
    look(observed());
    clock.pass(Duration.ofMinutes(14));
    assertThat(turn()).isFalse();
    assertThat(observer.waiting()).as("its time has not come").isZero();

    clock.pass(Duration.ofMinutes(1));

    assertThat(turn()).isTrue();
    assertThat(sentName()).isEqualTo(NAME + "-2");
  }

  @Test
  void theFirstReportHoldsUntilTheSecondComes() {
    String later = "2026-01-01T12:16:00Z";
    TestPod second = observed().observer(NAME + "-2");

    assertThat(look(second)).isEqualTo(SEEN);
    assertThat(look(second.ended(NAME + "-2", 0, json(report(START)), later)))
        .isEqualTo(new Observation.Reported(KEPT, Instant.parse(later), false));
  }

  @Test
  void aSecondLookThatFailsTakesNothingAway() {
    TestPod second = observed().observer(NAME + "-2");

    assertThat(look(second.ended(NAME + "-2", 1, null, "2026-01-01T12:16:00Z"))).isEqualTo(SEEN);
  }

  @Test
  void anotherStartIsObservedAgain() {
    admitObservers();
    clock.pass(Duration.ofMinutes(1));

    assertThat(look(observed().restarted(1, "containerd://2", "2026-01-01T12:01:00Z")))
        .isEqualTo(outdated("the server waits for an observer", Prospect.COMING));
    assertThat(turn()).isTrue();
    assertThat(sentName()).isEqualTo(name(Markers.token("containerd://2"), ALL_PORTS));
  }

  @Test
  void aServerThatKeepsRestartingIsGivenTime() {
    TestPod restarted = observed().restarted(7, "containerd://2", "2026-01-01T12:00:08Z");

    assertThat(look(restarted))
        .isEqualTo(outdated("the server restarted a moment ago", Prospect.COMING));
    assertThat(turn()).isFalse();
    clock.pass(Duration.ofSeconds(3));
    admitObservers();
    assertThat(turn()).isTrue();
  }

  @Test
  void theLastReportIsKnownWhileNoneIsDue() {
    String second = name(Markers.token("containerd://2"), ALL_PORTS);
    TestPod again =
        observed()
            .observer(second)
            .ended(second, 0, json(report(Markers.token("containerd://2"))), "2026-01-01T12:05:00Z")
            .restarted(2, "containerd://3", "2026-01-01T13:00:00Z");
    clock.pass(Duration.ofHours(2));

    assertThat(look(again))
        .isEqualTo(
            new Observation.Outdated(
                new Observation.Reported(KEPT, Instant.parse("2026-01-01T12:05:00Z"), false),
                "the server restarted since it was observed: a server that restarts is observed"
                    + " once a day",
                Prospect.ON_REQUEST));
    assertThat(turn()).isFalse();
    admitObservers();
    clock.pass(Duration.ofHours(23));
    assertThat(turn()).isTrue();
  }

  /** It may have begun a moment before the start of which the operator hears later. */
  @Test
  void anObserverThatEndedAfterTheStartLookedAtThatOne() {
    assertThat(look(observed().restarted(1, "containerd://2", "2026-01-01T12:00:04Z")))
        .isEqualTo(SEEN);
  }

  @Test
  void aUserMayAskForAnotherLook() {
    admitObservers();
    ObserveCommand again = new ObserveCommand(List.of(), true, Set.of(), "again");
    assertThat(look(observed(), again))
        .as("a newer report is on its way")
        .isEqualTo(new Observation.Reported(KEPT, SEEN_AT, true));
    assertThat(turn()).isTrue();
    String name = sentName();
    assertThat(name).isEqualTo(name(START, again));

    TestPod seen = observed().observer(name);
    assertThat(look(seen, again).open()).isTrue();
    assertThat(look(seen.ended(name, 0, json(report(START)), "2026-01-01T12:02:00Z"), again).open())
        .isFalse();
    clock.pass(Duration.ofMinutes(1));
    assertThat(turn()).isFalse();
  }

  @Test
  void aPodGetsSixAndNoMore() {
    TestPod pod = pod();
    for (int i = 0; i < 6; i++) {
      String name = name("0000000" + i, ALL_PORTS);
      pod.observer(name).ended(name, 1, null, "2026-01-01T11:00:00Z");
    }

    assertThat(look(pod))
        .isEqualTo(
            new Observation.Failed(
                "the pod had 6 observers already, and Kubernetes never removes them",
                Prospect.NONE));
    assertThat(turn()).isFalse();
  }

  @Test
  void portsThatAReportDoesNotShowAreAnotherQuestion() {
    ObserveCommand other = new ObserveCommand(List.of(9090), true, Set.of(), "");
    admitObservers();

    assertThat(look(observed(), other))
        .isEqualTo(
            new Observation.Outdated(
                new Observation.Reported(KEPT, SEEN_AT, false),
                "the server was last observed for other settings: the server waits for an observer",
                Prospect.COMING));
    assertThat(turn()).isTrue();
    assertThat(sentName()).isEqualTo(name(START, other));
  }

  @Test
  void portsThatAReportShowsAreAnswered() {
    ObserveCommand some = new ObserveCommand(List.of(8080), true, Set.of(), "");

    assertThat(look(observed(), some)).isEqualTo(SEEN);
    assertThat(turn()).isFalse();
  }

  @Test
  void connectionsThatMayBeOpenedNowAreAnotherQuestionAndTheOtherWayRoundNot() {
    ObserveCommand without = new ObserveCommand(List.of(), false, Set.of(), "");
    String name = name(START, without);
    TestPod pod = pod().observer(name, without.arguments(START, List.of(), true, Duration.ZERO));
    pod.ended(name, 0, json(report(START)), TestPod.ENDED);

    assertThat(look(pod, ALL_PORTS)).isInstanceOf(Observation.Outdated.class);
    assertThat(look(observed(), without)).isEqualTo(SEEN);
  }

  /** Another version had a key less, and read the others in another order. */
  @Test
  void aReportOfAnotherVersionIsUsedAsFarAsItGoes() {
    String keys = Sysctl.SOMAXCONN.key() + "," + Sysctl.TCP_KEEPALIVE_TIME.key();
    TestPod pod = pod().observer(NAME, List.of("observe", "--start=" + START, "--keys=" + keys));
    pod.ended(NAME, 0, json(with(report(START), List.of("16384", "300"))), TestPod.ENDED);

    ServerReport read = look(pod).reported().orElseThrow().report();

    assertThat(read.values()).hasSize(Sysctl.values().length);
    assertThat(read.values().get(Sysctl.SOMAXCONN.ordinal())).isEqualTo("16384");
    assertThat(read.values().get(Sysctl.TCP_KEEPALIVE_TIME.ordinal())).isEqualTo("300");
    assertThat(read.unread()).contains(Sysctl.TCP_RETRIES2.ordinal());
    assertThat(turn()).isFalse();
    assertThat(look(pod, wants(Sysctl.SOMAXCONN))).isInstanceOf(Observation.Reported.class);
    assertThat(look(pod, wants(Sysctl.TCP_RETRIES2)))
        .as("what the tuning wants and no one read")
        .isInstanceOf(Observation.Outdated.class);
  }

  private static ObserveCommand wants(Sysctl sysctl) {
    return new ObserveCommand(List.of(), true, Set.of(sysctl), "");
  }

  @Nested
  class AfterVersion020 {

    /** As that version named it, for {@link TestPod#CONTAINER_ID} and no request. */
    private static final String BY_020 = "wst-observe-eeaf2d5a";

    private static final List<String> ARGUMENTS =
        List.of(
            "observe",
            "--start=eeaf2d5a",
            "--keys="
                + "net.ipv4.tcp_keepalive_time,net.ipv4.tcp_keepalive_intvl,"
                + "net.ipv4.tcp_keepalive_probes,net.ipv4.tcp_fin_timeout,net.ipv4.tcp_retries2,"
                + "net.ipv4.tcp_rto_max_ms,net.core.somaxconn,net.ipv4.tcp_max_syn_backlog,"
                + "net.ipv4.tcp_max_tw_buckets,net.ipv4.tcp_tw_reuse,net.ipv4.tcp_syn_retries,"
                + "net.ipv4.tcp_syncookies,net.ipv4.tcp_slow_start_after_idle,"
                + "net.ipv4.tcp_notsent_lowat,net.ipv4.ip_local_port_range,net.ipv4.tcp_rmem,"
                + "net.ipv4.tcp_wmem");

    private TestPod pod020() {
      return pod()
          .observer(BY_020, ARGUMENTS)
          .ended(BY_020, 0, json(report(BY_020.substring(12))), TestPod.STARTED);
    }

    @Test
    void whatItObservedIsNotObservedAgain() {
      TestPod pod = pod020();

      assertThat(look(pod)).isInstanceOf(Observation.Reported.class);
      clock.pass(Duration.ofDays(1));
      assertThat(turn()).isFalse();
    }

    @Test
    void whatItObservedOnRequestIsNotObservedAgain() {
      ObserveCommand again = new ObserveCommand(List.of(), true, Set.of(), "again");
      String name =
          Markers.OBSERVER_PREFIX
              + Markers.token(TestPod.CONTAINER_ID, again.sent().question("again"));
      TestPod pod = pod().observerEnded(name, 0, json(report(name.substring(12))));

      assertThat(look(pod, again)).isInstanceOf(Observation.Reported.class);
      assertThat(turn()).isFalse();
    }

    /** Its name was made of a request that is not known any more. */
    @Test
    void whatItObservedOnAnOlderRequestIsRecognisedByItsTime() {
      TestPod pod = pod().observerEnded("wst-observe-00000000", 0, json(report("00000000")));

      assertThat(look(pod)).isInstanceOf(Observation.Reported.class);
      assertThat(turn()).isFalse();
    }

    @Test
    void aRestartAfterwardsIsObserved() {
      TestPod pod = pod020();
      clock.pass(Duration.ofMinutes(2));
      admitObservers();

      assertThat(look(pod.restarted(1, "containerd://2", "2026-01-01T12:01:00Z")))
          .isInstanceOf(Observation.Outdated.class);
      assertThat(turn()).isTrue();
    }
  }

  @Test
  void aRefusalOfTheApiServerIsTriedAgainSeldom() {
    refuseObservers();
    look(pod());
    turn();

    assertThat(woken).as("its status says so").containsExactly("chat-1");
    assertThat(look(pod()))
        .isEqualTo(
            new Observation.Failed(
                "the API server refused the observer: violates policy", Prospect.REFUSED));
    assertThat(observer.waiting()).isEqualTo(1);
    admitObservers();
    clock.pass(Duration.ofSeconds(59));
    assertThat(turn()).isFalse();
    clock.pass(Duration.ofSeconds(1));
    assertThat(turn()).isTrue();
    assertThat(sent()).isEqualTo(2);
  }

  @Test
  void aRefusalLeavesTheLastReportKnown() {
    refuseObservers();
    TestPod restarted = observed().restarted(1, "containerd://2", "2026-01-01T12:01:00Z");
    clock.pass(Duration.ofMinutes(5));
    look(restarted);
    turn();

    assertThat(look(restarted))
        .isEqualTo(
            outdated("the API server refused the observer: violates policy", Prospect.REFUSED));
  }

  @Test
  void aServerThatRestartsInAPodThatRefusedIsNotTriedSooner() {
    refuseObservers();
    look(pod());
    turn();
    clock.pass(Duration.ofSeconds(10));

    look(pod().restarted(1, "containerd://other", TestPod.STARTED));

    assertThat(turn()).as("there is one whose turn it is").isTrue();
    assertThat(sent()).as("but it waits").isEqualTo(1);
    admitObservers();
    clock.pass(Duration.ofSeconds(50));
    turn();
    assertThat(sent()).isEqualTo(2);
  }

  @Test
  void aUsersRequestIsTriedAtOnceInAPodThatRefused() {
    refuseObservers();
    look(pod());
    turn();
    admitObservers();
    clock.pass(Duration.ofSeconds(1));

    look(pod(), new ObserveCommand(List.of(), true, Set.of(), "again"));

    assertThat(turn()).isTrue();
    assertThat(sent()).isEqualTo(2);
  }

  @Test
  void aRefusalOfAPodThatIsGoneIsForgotten() {
    refuseObservers();
    look(pod());
    turn();
    admitObservers();
    clock.pass(Duration.ofSeconds(1));
    observer.retain("tuning", List.of());

    assertThat(look(pod())).isEqualTo(WAITS);
    turn();
    assertThat(sent()).isEqualTo(2);
  }

  @Test
  void anObserverThatCannotStartHasFailed() {
    assertThat(look(pod().observerWaits(NAME, "ErrImagePull")))
        .isEqualTo(
            new Observation.Failed("the observer does not start: ErrImagePull", Prospect.NONE));
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
    return look(pod().observerEnded(NAME, exitCode, message)).failed().orElseThrow();
  }

  private static TestPod pod() {
    return TestPod.named("chat-1").running();
  }

  private static TestPod observed() {
    return pod().observerEnded(NAME, 0, json(report(START)));
  }

  private static Observation outdated(String state, Prospect prospect) {
    return new Observation.Outdated(
        new Observation.Reported(KEPT, SEEN_AT, false),
        "the server restarted since it was observed: " + state,
        prospect);
  }

  private static String name(String start, ObserveCommand command) {
    return Markers.OBSERVER_PREFIX
        + start
        + "-"
        + Markers.token(command.sent().question(command.request()));
  }

  private Observation look(TestPod pod) {
    return look(pod, ALL_PORTS);
  }

  private Observation look(TestPod pod, ObserveCommand command) {
    return look(pod.record(), command);
  }

  private Observation look(PodRecord pod, ObserveCommand command) {
    return observer.look("tuning", pod.facts(), Optional.empty(), Question.of(command));
  }

  private boolean turn() {
    return observer.errands().turn(Duration.ZERO);
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

  private String sentName() {
    return sentObserver().getName();
  }

  private EphemeralContainer sentObserver() {
    try {
      return Serialization.unmarshal(server.getLastRequest().getBody().readUtf8(), Pod.class)
          .getSpec()
          .getEphemeralContainers()
          .get(0);
    } catch (InterruptedException e) {
      throw new IllegalStateException("read a request", e);
    }
  }

  private static ServerReport report(String start) {
    ServerReport report = ServerReportBuilder.node().port(8080, 1, 300).build();
    return copy(report, start, report.values());
  }

  /** Nothing listened. */
  private static ServerReport silent(String start) {
    ServerReport report = ServerReportBuilder.node().portNotListening(8080).build();
    return copy(report, start, report.values());
  }

  private static ServerReport with(ServerReport report, List<String> values) {
    return copy(report, report.start(), values);
  }

  private static ServerReport copy(ServerReport report, String start, List<String> values) {
    return new ServerReport(
        report.v(),
        report.kind(),
        report.tuner(),
        start,
        report.process(),
        report.processes(),
        report.nofile(),
        report.softTotal(),
        report.doubt(),
        values,
        report.unread(),
        report.accepted(),
        report.ports(),
        report.portsLeftOut(),
        report.portsUnclear(),
        report.noSockets(),
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
