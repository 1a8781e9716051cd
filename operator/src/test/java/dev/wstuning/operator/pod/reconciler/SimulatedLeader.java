package dev.wstuning.operator.pod.reconciler;

import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.SimulatedInformer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.observer.Turns;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.suspension.Suspending;
import dev.wstuning.operator.pod.verdict.PodJudge;
import dev.wstuning.operator.store.Interner;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A replica that leads, without an API server: its store, and a pass over a tuning. */
final class SimulatedLeader implements TuningView, SelectedPods.Listener, AutoCloseable {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T13:00:00Z"), ZoneOffset.UTC);

  private static final Turns TURNS = new Turns(1, () -> 0, () -> true, pod -> {});

  private final Map<String, List<WebSocketTuning>> tunings;
  private final Map<String, WebSocketNodeState> nodes = new HashMap<>();
  private final Set<WebSocketTuning> requested = new LinkedHashSet<>();
  private final SimulatedInformer informer = new SimulatedInformer();
  private final SelectedPods pods;
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final TuningPass pass;
  private long judged;

  SimulatedLeader(Map<String, List<WebSocketTuning>> tunings) {
    this.tunings = tunings;
    pods =
        new SelectedPods(
            informer.client(),
            PodReader.STRICT.sharing(new Interner()::shared),
            tunings::keySet,
            this,
            pod -> {},
            (stopped, failure) -> {});
    AuthorityStore authority = new AuthorityStore(client, "wstuning-system", CLOCK);
    Suspending suspending = Refusals.noneReported(CLOCK);
    pass =
        new TuningPass(
            this,
            new Gatherer(this),
            new PodObservers(this, new Observer(null, CLOCK, TURNS), new ServerLog(null, TURNS)),
            suspending,
            new InjectionControl(null, authority),
            new PodActions(suspending, new Evictions(null, null, System::nanoTime), null, null),
            new Wishes(),
            new Judgements(PodJudge.RULES, new Interner()::shared),
            new StatusFactory(CLOCK),
            CLOCK,
            TestPod.TUNER_IMAGE,
            new WebhookProbe(null, "wstuning-system", authority, null, () -> {}));
    pods.follow();
    pods.follow();
  }

  void hasNode(String name) {
    WebSocketNodeState node = new WebSocketNodeState();
    node.setMetadata(new ObjectMetaBuilder().withName(name).build());
    node.setStatus(
        new WebSocketNodeStateStatus(
            1L,
            "boot",
            "0.2.0",
            List.of(),
            new Serving(true, null, 1_048_576L, null, null, null, null),
            null,
            262_144L,
            List.of()));
    nodes.put(name, node);
  }

  void arrives(Pod pod) {
    informer.update("pods", pod);
  }

  SimulatedInformer informer() {
    return informer;
  }

  SelectedPods pods() {
    return pods;
  }

  /** Passes over the tunings that changes concern, as the framework does; how many. */
  int passes() {
    List<WebSocketTuning> due = List.copyOf(requested);
    requested.clear();
    due.forEach(this::pass);
    return due.size();
  }

  /** When the pods of the last pass were judged, in nanoseconds of the thread's processor time. */
  long judged() {
    return judged;
  }

  TuningPass.Outcome pass(WebSocketTuning tuning) {
    return pass.over(tuning, pods.of(tuning).orElseThrow());
  }

  @Override
  public void changed(String namespace, Map<String, String> labels) {
    for (WebSocketTuning tuning : inNamespace(namespace)) {
      if (SelectedPods.selects(tuning, labels)) {
        requested.add(tuning);
      }
    }
  }

  @Override
  public void replaced(String namespace) {}

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return tunings.getOrDefault(namespace, List.of());
  }

  @Override
  public PlanContext planContext(String namespace) {
    return VerdictInputBuilder.ADMITS_ALL;
  }

  /** A pass asks this when all pods are judged, before it makes a status. */
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
    judged = THREADS.getCurrentThreadCpuTime();
    return true;
  }

  @Override
  public Optional<NodeAgentReport> node(String name) {
    return Optional.ofNullable(nodes.get(name)).map(NodeAgentReport::of);
  }

  @Override
  public List<MutatingWebhookConfiguration> webhooks(String namespace) {
    return List.of();
  }

  @Override
  public void close() {
    pods.close();
    client.close();
  }
}
