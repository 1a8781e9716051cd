package dev.wstuning.operator.pod.reconciler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodRecord;
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
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.verdict.PodJudge;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Pods of one tuning that are all well, no two alike, on as many nodes as hold twenty each. */
final class Crowd implements TuningView {

  static final WebSocketTuning TUNING = Tunings.of("chat", spec().build());

  /** Wishes that the pods have. */
  static SpecBuilder spec() {
    return SpecBuilder.tune()
        .keepalive(300, 10, 5)
        .userTimeout(345)
        .connections(10_000)
        .loadBalancerIdle(400)
        .sysctl("net.core.somaxconn", "16384")
        .sysctl("net.ipv4.tcp_max_syn_backlog", "16384");
  }

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T13:00:00Z"), ZoneOffset.UTC);
  private static final Turns TURNS = new Turns(1, () -> 0, () -> true, pod -> {});
  private static final ObserveCommand COMMAND = new ObserveCommand(List.of(), true, Set.of(), "");
  private static final TuningPlan PLAN =
      Planner.plan(TUNING.getSpec(), VerdictInputBuilder.ADMITS_ALL);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int PODS_OF_A_NODE = 20;

  private final List<Pod> pods;
  private List<PodRecord> records;
  private final Map<String, NodeAgentReport> agents;

  Crowd(int size) {
    int nodes = Math.max(1, size / PODS_OF_A_NODE);
    pods = IntStream.range(0, size).mapToObj(i -> pod(i, nodes)).toList();
    read(PodReader.STRICT);
    agents =
        IntStream.range(0, nodes)
            .mapToObj(Crowd::agent)
            .collect(Collectors.toMap(NodeAgentReport::name, Function.identity()));
  }

  /** All pods arrive. */
  void read(PodReader reader) {
    records = pods.stream().map(reader::record).toList();
  }

  SelectedPods.Selected selected() {
    return new SelectedPods.Selected(records, List.of(), false);
  }

  /**
   * A pass of an operator that was just started.
   *
   * @param client is not used, because the webhook has no certificate yet and all is well
   */
  TuningPass pass(KubernetesClient client, PodJudge judge) {
    AuthorityStore authority = new AuthorityStore(client, "wstuning-system", CLOCK);
    Suspending suspending = Refusals.noneReported(CLOCK);
    return new TuningPass(
        this,
        new Gatherer(this),
        new PodObservers(this, new Observer(null, CLOCK, TURNS), new ServerLog(null, TURNS)),
        suspending,
        new InjectionControl(null, authority),
        new PodActions(suspending, new Evictions(null, null, System::nanoTime), null, null),
        new Wishes(),
        new Judgements(judge, Sharing.NOTHING),
        new StatusFactory(CLOCK),
        CLOCK,
        TestPod.TUNER_IMAGE,
        new WebhookProbe(null, "wstuning-system", authority, null, () -> {}));
  }

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return List.of(TUNING);
  }

  @Override
  public PlanContext planContext(String namespace) {
    return VerdictInputBuilder.ADMITS_ALL;
  }

  @Override
  public boolean tunesPods() {
    return false;
  }

  @Override
  public Optional<PodReport> reported(PodFacts pod) {
    return Optional.empty();
  }

  @Override
  public boolean agentServes() {
    return true;
  }

  @Override
  public Optional<NodeAgentReport> node(String name) {
    return Optional.ofNullable(agents.get(name));
  }

  @Override
  public List<MutatingWebhookConfiguration> webhooks(String namespace) {
    return List.of();
  }

  private static NodeAgentReport agent(int i) {
    return new NodeAgentReport(
        "node-" + i,
        true,
        Optional.empty(),
        OptionalLong.of(1_048_576),
        OptionalLong.of(1024),
        false,
        OptionalLong.of(262_144 + i),
        Optional.empty());
  }

  static Pod pod(int i, int nodes) {
    String id = "containerd://%064x".formatted(i);
    String start = Markers.token(id);
    String question = Markers.token(COMMAND.sent().question(""));
    long memory = (512L << 20) + i * 4096L;
    return TestPod.named("chat-7d9c5b6f4-%05d".formatted(i))
        .ofDeployment("chat")
        .with(
            p ->
                p.editSpec()
                    .withNodeName("node-" + i % nodes)
                    .editFirstContainer()
                    .withNewResources()
                    .addToLimits("memory", new Quantity(Long.toString(memory)))
                    .endResources()
                    .endContainer()
                    .endSpec())
        .tuned("chat", PLAN)
        .running()
        .with(
            p ->
                p.editStatus()
                    .editFirstContainerStatus()
                    .withContainerID(id)
                    .endContainerStatus()
                    .endStatus())
        .booted(0, json(BOOT))
        .observerEnded(Markers.OBSERVER_PREFIX + start + "-" + question, 0, server(i, start))
        .build();
  }

  private static final BootReport BOOT =
      new BootReport(
          1,
          "boot",
          "0.1.0",
          PLAN.hash(),
          new OpenFilesLimit(1024, 524_288),
          PLAN.settings().stream().map(Setting::value).toList(),
          new BootReport.Sockets(BootReport.By.Programs, true, null),
          null,
          null,
          null);

  private static String server(int i, String start) {
    ServerReport report =
        ServerReportBuilder.node()
            .comm("server-" + i)
            .keepalive("300", "10", "5")
            .sysctl(Sysctl.SOMAXCONN, "16384")
            .sysctl(Sysctl.TCP_MAX_SYN_BACKLOG, "16384")
            .nofile(100_000 + i, 524_288 + i)
            .programs(300, 10, 5, 345, false)
            .remotes(50 + i % 100)
            .port(10_000 + i, 50 + i, 300)
            .port(20_001 + i, 70 + i % 1000, 300)
            .port(40_003 + i, 90 + i % 500, 300)
            .build();
    return json(report).replace(report.start(), start);
  }

  private static String json(Object report) {
    try {
      return MAPPER.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
