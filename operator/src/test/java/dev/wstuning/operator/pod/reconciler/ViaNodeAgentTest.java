package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.ConditionStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeReportStatus.ReportedPod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.CountedConnections;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Observation;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.condition.Conditions;
import dev.wstuning.operator.fixtures.AgentReports;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.observer.Turns;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.plan.Planner;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.suspension.Suspending;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A whole pass over pods that the agents of their nodes tune, or count. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient
class ViaNodeAgentTest implements TuningView {

  private static KubernetesClient client;

  private static final SpecBuilder SPEC = tune().keepalive(300, 10, 5).openFiles(1024);
  private static final TuningPlan ADMISSION = plan(SPEC.build());
  private static final WebSocketTuning AT_ADMISSION = Tunings.of("chat", SPEC.build());
  private static final WebSocketTuning BY_NODE =
      Tunings.of("chat", SPEC.via(Via.NodeAgent).build());
  private static final TuningPlan PLAN = plan(BY_NODE.getSpec());

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T13:00:00Z"), ZoneOffset.UTC);
  private static final Turns TURNS = new Turns(1, () -> 0, () -> true, pod -> {});
  private static final ObserveCommand COMMAND = new ObserveCommand(List.of(), true, Set.of(), "");

  private final Map<String, NodeAgentReport> nodes = new HashMap<>();
  private final Map<String, PodReport> reports = new HashMap<>();

  @Test
  void aTunedPodIsJudgedAsIfAdmissionHadTunedIt() {
    nodes.put("node-1", Agents.tuning("node-1", Optional.empty()));

    WebSocketTuningStatus byNode =
        pass(
            BY_NODE,
            List.of(observed(pod("chat-1"))),
            AgentReports.of("chat-1").tuned(PLAN).created(TestPod.CONTAINER_ID, 20_000, 20_000));
    WebSocketTuningStatus admitted = pass(AT_ADMISSION, List.of(observed(admitted("chat-1"))));

    assertThat(byNode.pods()).isEqualTo(admitted.pods());
    assertThat(byNode.pods().effective()).isEqualTo(1);
    assertThat(byNode.observations().get(0).message())
        .isEqualTo(admitted.observations().get(0).message());
    assertThat(byNode.problems()).isEmpty();
    assertThat(Conditions.ready(byNode.conditionsOrEmpty()).orElseThrow().status())
        .as("the webhook, which was not tested yet, does not matter")
        .isEqualTo(ConditionStatus.True);
    assertThat(byNode.plan().hash()).isEqualTo(admitted.plan().hash());
    assertThat(byNode.plan().mechanism()).isEqualTo("NodeAgent");
    assertThat(byNode.observations().get(0).sysctls())
        .filteredOn(s -> s.name().equals("net.ipv4.tcp_keepalive_time"))
        .singleElement()
        .satisfies(s -> assertThat(s.by()).isEqualTo("NodeAgent"));
    assertThat(byNode.injectingSince()).isNotNull();
  }

  @Test
  void aPodWithoutAnAgentIsMissed() {
    WebSocketTuningStatus status = pass(BY_NODE, List.of(observed(pod("chat-1"))));

    assertThat(status.pods().missed()).isEqualTo(1);
    assertThat(status.problems().get(0).reason()).isEqualTo("NoNodeAgent");
    assertThat(status.problems().get(0).next()).contains("pods: Allowed");
  }

  @Test
  void connectionsAreCountedAndMeasuredEitherWay() {
    nodes.put("node-1", Agents.tuning("node-1", Optional.empty()));

    WebSocketTuningStatus status =
        pass(
            AT_ADMISSION,
            List.of(observed(admitted("chat-1")), observed(admitted("chat-2"))),
            AgentReports.of("chat-1")
                .counts("2026-01-01T12:00:01Z", 4, 6, 14, 7, 3)
                .sockets(8080, 4, 300, 10, 5, 390_000),
            AgentReports.of("chat-2")
                .counts("2026-01-01T12:00:09Z", 40, 60, 140, 70, 30)
                .sockets(8080, 40, 300, 10, 5, 390_000));

    Observation observation = status.observations().get(0);
    assertThat(observation.connections())
        .isEqualTo(new CountedConnections(44L, 66L, 154L, 77L, 33L, "2026-01-01T12:00:09Z"));
    assertThat(observation.ports())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.evidence()).isEqualTo("Kernel");
              assertThat(port.inferred()).isNull();
              assertThat(port.userTimeoutSeconds()).isEqualTo(390);
              assertThat(port.connections()).isEqualTo(44);
            });
  }

  @Test
  void countedPodsAreNoGroupWithOthers() {
    nodes.put("node-1", Agents.tuning("node-1", Optional.empty()));

    WebSocketTuningStatus status =
        pass(
            AT_ADMISSION,
            List.of(observed(admitted("chat-1")), observed(admitted("chat-2"))),
            AgentReports.of("chat-1").counts(5, 0, 0, 0, 0));

    assertThat(status.observations())
        .extracting(o -> o.examples() + " " + (o.connections() == null))
        .containsExactlyInAnyOrder("[chat-1] false", "[chat-2] true");
  }

  /** The observer saw no connection, and may have looked days ago. */
  @Test
  void whoIsNearTheLimitIsKnownLive() {
    nodes.put("node-1", Agents.tuning("node-1", Optional.empty()));
    List<Pod> pods = List.of(observed(admitted("chat-1")));
    WebSocketTuningStatus before =
        pass(AT_ADMISSION, pods, AgentReports.of("chat-1").counts(12, 0, 0, 0, 0));
    long holds = before.observations().get(0).capacity().connections();
    assertThat(before.observations().get(0).capacity().nearLimit()).isNullOrEmpty();

    WebSocketTuningStatus after =
        pass(AT_ADMISSION, pods, AgentReports.of("chat-1").counts(holds * 9 / 10, 0, 0, 0, 0));

    assertThat(after.observations().get(0).capacity().nearLimit()).containsExactly("chat-1");
  }

  private WebSocketTuningStatus pass(
      WebSocketTuning tuning, List<Pod> pods, AgentReports... agentReports) {
    reports.clear();
    for (AgentReports report : agentReports) {
      ReportedPod pod = report.build();
      reports.put(pod.uid(), PodReport.of(pod, Sharing.NOTHING));
    }
    AuthorityStore authority = new AuthorityStore(client, "wstuning-system", CLOCK);
    Suspending suspending = Refusals.noneReported(CLOCK);
    return new TuningPass(
            this,
            new Gatherer(this),
            new PodObservers(this, new Observer(null, CLOCK, TURNS), new ServerLog(null, TURNS)),
            suspending,
            new InjectionControl(
                new WebhookRegistration(
                    client, "wstuning-system", "wstuning-webhook", () -> true, System::nanoTime),
                authority),
            new PodActions(suspending, new Evictions(null, null, System::nanoTime), null, null),
            new Wishes(),
            new Judgements(PodJudge.RULES, Sharing.NOTHING),
            new StatusFactory(CLOCK),
            CLOCK,
            TestPod.TUNER_IMAGE,
            new WebhookProbe(null, "wstuning-system", authority, null, () -> {}))
        .over(
            tuning,
            new SelectedPods.Selected(
                pods.stream().map(PodReader.STRICT::record).toList(), List.of(), false))
        .status();
  }

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return List.of(AT_ADMISSION);
  }

  @Override
  public PlanContext planContext(String namespace) {
    return VerdictInputBuilder.ADMITS_ALL;
  }

  @Override
  public boolean agentServes() {
    return false;
  }

  @Override
  public boolean tunesPods() {
    return nodes.values().stream().anyMatch(n -> n.pods().serving());
  }

  @Override
  public Optional<NodeAgentReport> node(String name) {
    return Optional.ofNullable(nodes.get(name));
  }

  @Override
  public Optional<PodReport> reported(PodFacts pod) {
    return Optional.ofNullable(reports.get(pod.uid()));
  }

  @Override
  public List<MutatingWebhookConfiguration> webhooks(String namespace) {
    return List.of();
  }

  private static TestPod pod(String name) {
    return TestPod.named(name).ofDeployment("chat").onNode("node-1").running();
  }

  private static TestPod admitted(String name) {
    return pod(name)
        .tuned("chat", ADMISSION)
        .booted(0, Serialization.asJson(AgentReports.done(ADMISSION)));
  }

  /** An observer saw a server with everything that is wanted. */
  private static Pod observed(TestPod pod) {
    String start = Markers.token(TestPod.CONTAINER_ID);
    ServerReport report =
        ServerReportBuilder.node()
            .keepalive("300", "10", "5")
            .programs(300, 10, 5, 0, false)
            .port(8080, 0, 300)
            .build();
    return pod.observerEnded(
            Markers.OBSERVER_PREFIX + start + "-" + Markers.token(COMMAND.sent().question("")),
            0,
            Serialization.asJson(report).replace(report.start(), start))
        .build();
  }

  private static TuningPlan plan(WebSocketTuningSpec spec) {
    return Planner.plan(spec, VerdictInputBuilder.ADMITS_ALL);
  }
}
