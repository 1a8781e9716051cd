package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.ReadableYaml;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.Suspensions;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.observation.ObservedPod.Life;
import dev.wstuning.operator.pod.status.StatusFactory.Occasion;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The status as users read it. */
class StatusFactoryTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:01:00.123456Z");
  private static final InjectionState NOTHING = InjectionState.NONE;

  @Test
  void twoTunedPodsAndOneOldOne() {
    InjectionState state =
        new InjectionState(Optional.of(Instant.parse("2026-01-01T11:00:00Z")), List.of());
    VerdictInputBuilder input =
        VerdictInputBuilder.of(tune().keepalive(300, 10, 5).openFiles(524_288).ports(8080))
            .pod(tuned("chat-a"))
            .pod(tuned("chat-b"))
            .pod(
                observed("chat-old")
                    .coverage(Coverage.RESTART_PENDING)
                    .seen(
                        node()
                            .comm("anycable-go")
                            .nofile(524_287, 524_288)
                            .port(8080, 7, 15)
                            .build()));

    WebSocketTuningStatus status = factory(NOW).create(input.build(), occasion(3, null, state));

    assertThat(ReadableYaml.of(status))
        .isEqualTo(
            """
            conditions:
              - lastTransitionTime: '2026-01-01T12:01:00Z'
                message: the tuning is valid and owns the pods that it selects.
                observedGeneration: 3
                reason: Accepted
                status: 'True'
                type: Accepted
              - lastTransitionTime: '2026-01-01T12:01:00Z'
                message: '1 pod created before the current settings. Next: kubectl -n realtime rollout restart deployment/chat'
                observedGeneration: 3
                reason: RestartPending
                status: 'False'
                type: Applied
              - lastTransitionTime: '2026-01-01T12:01:00Z'
                message: '1 of 3 pods: net.ipv4.tcp_keepalive_time is 7200, want 300. Next: kubectl -n realtime rollout restart deployment/chat'
                observedGeneration: 3
                reason: SysctlDiffers
                status: 'False'
                type: Effective
              - lastTransitionTime: '2026-01-01T12:01:00Z'
                message: '1 pod created before the current settings. Next: kubectl -n realtime rollout restart deployment/chat'
                observedGeneration: 3
                reason: RestartPending
                status: 'True'
                type: Ready
            injectingSince: '2026-01-01T11:00:00Z'
            lastObservedTime: '2026-01-01T12:00:05Z'
            observations:
              - capacity:
                  bindsFirst: OpenFiles
                  bounds:
                    - assumes: a soft limit of 524287, of which the process needs 64 for itself
                      connections: 524223
                      limit: OpenFiles
                  connections: 524223
                deadPeer:
                  busySeconds: 925
                examples:
                  - chat-old
                message: net.ipv4.tcp_keepalive_time is 7200, want 300
                observedAt: '2026-01-01T12:00:05Z'
                openFiles:
                  hard: 524288
                  mechanism: Server
                  reason: one below the hard limit, as Go sets it
                  soft: 524287
                pods: 1
                ports:
                  - connections: 7
                    evidence: Existing
                    keepalive:
                      state: 'On'
                      timeSeconds: 15
                    port: 8080
                    setBy: Application
                process: anycable-go
                reason: SysctlDiffers
                sysctls:
                  - by: Other
                    name: net.ipv4.tcp_keepalive_time
                    value: '7200'
                  - by: Other
                    name: net.ipv4.tcp_keepalive_intvl
                    value: '75'
                  - by: Other
                    name: net.ipv4.tcp_keepalive_probes
                    value: '9'
                workloads:
                  - deployment/chat
              - capacity:
                  bindsFirst: OpenFiles
                  bounds:
                    - assumes: a soft limit of 524288, of which the process needs 64 for itself
                      connections: 524224
                      limit: OpenFiles
                  connections: 524224
                deadPeer:
                  busySeconds: 925
                  idleSeconds: 350
                  withinSeconds: 1177
                examples:
                  - chat-a
                  - chat-b
                message: the server has the wanted limits
                observedAt: '2026-01-01T12:00:05Z'
                openFiles:
                  hard: 524288
                  mechanism: Inherited
                  reason: the container started with it, or the process set it
                  soft: 524288
                pods: 2
                ports:
                  - connections: 24
                    evidence: Existing
                    inferred:
                      - intervalSeconds
                      - probes
                    keepalive:
                      intervalSeconds: 10
                      probes: 5
                      state: 'On'
                      timeSeconds: 300
                    port: 8080
                    setBy: Kernel
                process: node
                reason: Effective
                sysctls:
                  - by: InitContainer
                    name: net.ipv4.tcp_keepalive_time
                    value: '300'
                  - by: InitContainer
                    name: net.ipv4.tcp_keepalive_intvl
                    value: '10'
                  - by: InitContainer
                    name: net.ipv4.tcp_keepalive_probes
                    value: '5'
                workloads:
                  - deployment/chat
            observedGeneration: 3
            plan:
              applicationKeepalive: Respect
              deadPeer:
                busySeconds: 925
                idleSeconds: 350
                withinSeconds: 1177
              hash: v1:ef764996f40d
              keepalive:
                intervalSeconds: 10
                probes: 5
                timeSeconds: 300
              mechanism: InitContainer
              methods:
                openFiles:
                  - NodeAgent
                sockets:
                  - Programs
              openFiles:
                minimum: 524288
              openFilesBy:
                - Inherited
              reason: this namespace admits privileged pods
              sockets: Programs
              sysctls:
                - name: net.ipv4.tcp_keepalive_time
                  value: '300'
                - name: net.ipv4.tcp_keepalive_intvl
                  value: '10'
                - name: net.ipv4.tcp_keepalive_probes
                  value: '5'
              toleratedOutageSeconds: 40
            pods:
              effective: 2
              improvable: 0
              missed: 0
              notRunning: 0
              ownedByOther: 0
              restartPending: 1
              running: 3
              selected: 3
              skipped: 0
              starting: 0
              suspended: 0
            problems:
              - message: 1 pod created before the current settings
                next: kubectl -n realtime rollout restart deployment/chat
                pods: 1
                reason: RestartPending
                workloads:
                  - deployment/chat
              - message: net.ipv4.tcp_keepalive_time is 7200, want 300
                next: kubectl -n realtime rollout restart deployment/chat
                pods: 1
                reason: SysctlDiffers
                workloads:
                  - deployment/chat
            summary:
              deadPeer: unknown
              effective: 2/3
              openFiles: '524287'
            """);
  }

  private static ObservedPodBuilder tuned(String name) {
    TestPod pod =
        TestPod.named(name)
            .ofDeployment("chat")
            .tuned(
                "chat", VerdictInputBuilder.of(tune().keepalive(300, 10, 5)).expectation().plan())
            .running();
    return observed(pod)
        .seen(
            asAsked()
                .programs(300, 10, 5, 0, false)
                .nofile(524_288, 524_288)
                .port(8080, 12, 300)
                .build());
  }

  @Test
  void equalSituationsGiveEqualStatusesInAnyOrderOfPods() {
    ObservedPodBuilder a = observed("chat-a").seen(node().port(8080, 1, 15).build());
    ObservedPodBuilder b =
        observed("chat-b").seen(node().keepalive("60", "1", "1").port(8080, 1, 60).build());
    TestPod onHost =
        TestPod.named("chat-c").running().with(p -> p.editSpec().withHostNetwork(true).endSpec());
    TestPod withHostProcesses =
        TestPod.named("chat-d").running().with(p -> p.editSpec().withHostPID(true).endSpec());
    ObservedPodBuilder c = observed(onHost).coverage(Coverage.SKIPPED);
    ObservedPodBuilder d = observed(withHostProcesses).coverage(Coverage.SKIPPED);

    WebSocketTuningStatus one = create(keepalive().pod(a).pod(b).pod(c).pod(d));
    WebSocketTuningStatus other = create(keepalive().pod(d).pod(c).pod(b).pod(a));

    assertThat(Serialization.asJson(other)).isEqualTo(Serialization.asJson(one));
  }

  @Test
  void theStatusOfAnotherDayIsEqualUnlessSomethingChanged() {
    VerdictInputBuilder input = keepalive().pod(observed("chat-a"));
    WebSocketTuningStatus before = create(input);

    WebSocketTuningStatus after =
        factory(NOW.plus(Duration.ofDays(1))).create(input.build(), occasion(1, before, NOTHING));

    assertThat(after).isEqualTo(before);
  }

  @Test
  void onlyAConditionThatTurnedGetsANewTime() {
    WebSocketTuningStatus before = create(keepalive().pod(observed("chat-a")));
    VerdictInputBuilder seen =
        keepalive().pod(observed("chat-a").seen(asAsked().port(8080, 1, 300).build()));

    WebSocketTuningStatus after =
        factory(NOW.plusSeconds(60)).create(seen.build(), occasion(2, before, NOTHING));

    assertThat(after)
        .satisfies(hasCondition("Accepted", "True", "Accepted", "2026-01-01T12:01:00Z"))
        .satisfies(hasCondition("Applied", "True", "Applied", "2026-01-01T12:01:00Z"))
        .satisfies(hasCondition("Effective", "True", "Effective", "2026-01-01T12:02:00Z"))
        .satisfies(hasCondition("Ready", "True", "Effective", "2026-01-01T12:02:00Z"));
    assertThat(after.conditions()).allMatch(c -> c.observedGeneration() == 2);
  }

  private static Consumer<WebSocketTuningStatus> hasCondition(
      String type, String status, String reason, String since) {
    return s ->
        assertThat(s.conditions())
            .filteredOn(c -> c.type().equals(type))
            .extracting(c -> c.status() + " " + c.reason() + " " + c.lastTransitionTime())
            .containsExactly(status + " " + reason + " " + since);
  }

  @Test
  void reconcilingIsThereWhileWaitingHelps() {
    assertThat(create(keepalive().pod(observed("chat-a"))).conditions())
        .extracting(Condition::type)
        .containsExactly("Accepted", "Applied", "Effective", "Ready", "Reconciling");
  }

  @Test
  void stalledIsThereWhileOnlyTheUserCanHelp() {
    assertThat(create(keepalive().ownedByOther(Map.of("older", 1))).conditions())
        .extracting(Condition::type)
        .containsExactly("Accepted", "Applied", "Effective", "Ready", "Stalled");
  }

  @Test
  void podsAreCountedByWhatBecameOfThem() {
    WebSocketTuningStatus status =
        create(
            keepalive()
                .pod(observed("a").life(Life.STARTING))
                .pod(observed("b").life(Life.NOT_RUNNING))
                .pod(observed("c").coverage(Coverage.MISSED))
                .pod(observed("d").coverage(Coverage.MISSED).life(Life.NOT_RUNNING))
                .pod(observed("e").coverage(Coverage.RESTART_PENDING))
                .pod(observed("f").coverage(Coverage.SKIPPED))
                .pod(observed("s").coverage(Coverage.SUSPENDED))
                .pod(observed("g").seen(asAsked().port(8080, 1, 300).build()))
                .ownedByOther(Map.of("older", 3, "oldest", 4)));

    assertThat(status.pods())
        .isEqualTo(new WebSocketTuningStatus.Pods(8, 5, 1, 1, 2, 1, 1, 1, 0, 1, 7));
    assertThat(status.summary().effective()).isEqualTo("1/4");
  }

  @Test
  void countersAreThereAlsoAtZero() {
    assertThat(Serialization.asJson(create(keepalive()).pods()))
        .isEqualTo(
            "{\"selected\":0,\"running\":0,\"effective\":0,\"starting\":0,\"notRunning\":0,"
                + "\"missed\":0,\"suspended\":0,\"restartPending\":0,\"improvable\":0,\"skipped\":0,"
                + "\"ownedByOther\":0}");
  }

  @Test
  void keepaliveThatIsOffNeverFindsADeadPeer() {
    ServerReportBuilder report = asAsked().port(9090, 1, 300).portWithoutKeepalive(8080);

    WebSocketTuningStatus status = create(keepalive().pod(observed("a").seen(report.build())));

    assertThat(status.summary().deadPeer()).isEqualTo("never");
    assertThat(status.observations().get(0).deadPeer()).isEqualTo(new DeadPeer(null, 925L, null));
  }

  @Test
  void theSlowestPodSpeaksForTheColumn() {
    WebSocketTuningStatus status =
        create(
            VerdictInputBuilder.of(observe())
                .pod(observed("a").seen(asAsked().port(8080, 1, 300).build()))
                .pod(observed("b").seen(node().port(8080, 1, 7200).build())));

    assertThat(status.summary().deadPeer()).isEqualTo("7875s");
  }

  @Test
  void whatSetASysctlIsOnlyShownIfPodAndPlanProveIt() {
    TestPod unprivileged =
        TestPod.named("a")
            .tuned(
                "chat",
                keepalive().planContext(VerdictInputBuilder.RESTRICTED).expectation().plan())
            .running();

    WebSocketTuningStatus status =
        create(
            keepalive()
                .planContext(VerdictInputBuilder.RESTRICTED)
                .pod(observed(unprivileged).seen(asAsked().port(8080, 1, 300).build()))
                .pod(observed("b").seen(asAsked().port(8080, 1, 300).build())));

    assertThat(status.observations())
        .extracting(o -> o.examples().get(0) + " " + o.sysctls().get(0).by())
        .containsExactlyInAnyOrder("a PodSecurityContext", "b Other");
  }

  @Test
  void aSuspensionIsRemembered() {
    InjectionState state = new InjectionState(Optional.empty(), List.of(Suspensions.STUCK));

    WebSocketTuningStatus status =
        factory(NOW).create(keepalive().build(), occasion(1, null, state));

    assertThat(InjectionState.of(status)).isEqualTo(state);
  }

  @Test
  void theTimeSinceWhenPodsAreInjectedIsRemembered() {
    InjectionState state = new InjectionState(Optional.of(NOW), List.of());

    WebSocketTuningStatus status =
        factory(NOW).create(keepalive().build(), occasion(1, null, state));

    assertThat(InjectionState.of(status)).isEqualTo(state);
    assertThat(InjectionState.of(null)).isEqualTo(NOTHING);
  }

  @Test
  void theStatusSurvivesTheWayThroughTheApiServer() {
    WebSocketTuningStatus status =
        create(keepalive().pod(observed("a").seen(asAsked().port(8080, 1, 300).build())));
    var tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
    tuning.setStatus(status);

    var back = Serialization.unmarshal(Serialization.asJson(tuning), tuning.getClass());

    assertThat(Serialization.asJson(back.getStatus())).isEqualTo(Serialization.asJson(status));
  }

  private static WebSocketTuningStatus create(VerdictInputBuilder input) {
    return factory(NOW).create(input.build(), occasion(1, null, NOTHING));
  }

  private static StatusFactory factory(Instant now) {
    return new StatusFactory(Clock.fixed(now, ZoneOffset.UTC));
  }

  private static VerdictInputBuilder keepalive() {
    return VerdictInputBuilder.of(tune().keepalive(300, 10, 5));
  }

  private static ServerReportBuilder asAsked() {
    return node().keepalive("300", "10", "5");
  }

  private static Occasion occasion(
      long generation, WebSocketTuningStatus previous, InjectionState state) {
    return new Occasion(
        generation, Optional.ofNullable(previous), Requests.NONE, state, false, List.of());
  }
}
