package dev.wstuning.operator;

import dev.wstuning.operator.OperatorMetrics.Kind;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.reconciler.NodeFleet;
import dev.wstuning.operator.node.reconciler.NodeTuningInformers;
import dev.wstuning.operator.node.reconciler.NodeWiring;
import dev.wstuning.operator.pod.admission.ReplicaVersions;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.nodeplan.NodePlans;
import dev.wstuning.operator.pod.reconciler.KeptTunings;
import dev.wstuning.operator.pod.reconciler.PodWiring;
import dev.wstuning.operator.pod.reconciler.SelectedPods;
import dev.wstuning.operator.pod.reconciler.Totals;
import dev.wstuning.operator.pod.reconciler.TuningInformers;
import dev.wstuning.operator.pod.reconciler.TuningReconciler;
import dev.wstuning.operator.pod.suspension.RefusalWords;
import dev.wstuning.operator.pod.suspension.ReportedHolds;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * Everything of a replica that admission does without: it reconciles if the replica leads, and
 * keeps its caches warm if not. If one of these stops, all are closed and made again.
 */
final class Controllers implements Restarting.Part {

  /** The Lease that the leader holds. */
  private static final String LEASE = "wstuning";

  private final AdmissionPlane plane;
  private final CompletableFuture<Void> failure;
  private final NodeTuningInformers nodeInformers = new NodeTuningInformers();
  private final WebhookRegistration registration;
  private final TuningInformers informers;
  private final ReplicaVersions replicas;
  private final WebhookProbe webhookProbe;
  private final ReportedHolds reports;
  private final Leadership leadership;
  private final SelectedPods pods;
  private final TuningReconciler reconciler;
  private final NodeFleet fleet;
  private final NodePlans nodePlans;
  private final Operator operator;
  private final PeriodicTasks tasks = new PeriodicTasks();
  private volatile boolean running;

  /**
   * @param failure is completed when these must be made again
   */
  Controllers(
      OperatorConfig config,
      Clients clients,
      Clock clock,
      AdmissionPlane plane,
      OperatorMetrics metrics,
      CompletableFuture<Void> failure) {
    this.plane = plane;
    this.failure = failure;
    replicas = new ReplicaVersions(clients.impatient(), config.namespace(), this::requestTunings);
    registration =
        new WebhookRegistration(
            clients.impatient(),
            config.namespace(),
            OperatorConfig.WEBHOOK_SERVICE,
            replicas::understandRevisions,
            System::nanoTime);
    informers =
        new TuningInformers(
            clients.impatient(),
            plane.caches(),
            registration,
            nodeInformers::agentRuns,
            nodeInformers::podsAgentRuns);
    nodeInformers.onAgent(informers::requestOnNode);
    webhookProbe =
        new WebhookProbe(
            clients.impatient(),
            config.namespace(),
            plane.authority(),
            registration,
            informers::requestAll);
    leadership =
        new Leadership(
            clients.punctual(),
            new LeaseLock(config.namespace(), LEASE, config.instance()),
            Leadership.Timing.USUAL,
            this::begin);
    pods =
        PodWiring.pods(
            clients.patient(),
            informers,
            plane.refusals()::appeared,
            (informer, why) -> failure.completeExceptionally(why));
    nodeInformers.onTunedPods(node -> informers.hasTunedPods(node, pods::knows));
    reports =
        new ReportedHolds(
            clock,
            clients.impatient(),
            config.namespace(),
            new RefusalWords(clients.impatient()),
            informers::request);
    reconciler =
        new PodWiring(
                clients.impatient(),
                clock,
                System::nanoTime,
                config.tunerImage(),
                config.instance(),
                config.observersPerSecond(),
                config.intervals(),
                metrics.pods())
            .create(
                informers,
                pods,
                registration,
                plane.authority(),
                webhookProbe,
                reports,
                this::leads);
    NodeWiring nodeWiring =
        new NodeWiring(
            clients.impatient(),
            clock,
            System::nanoTime,
            new NodeAgentDaemonSet(config.nodeAgentImage(), config.nriSockets()),
            config.instance(),
            metrics.statuses(Kind.WebSocketNodeTuning),
            metrics.statuses(Kind.WebSocketNodeState));
    fleet = nodeWiring.fleet(nodeInformers);
    nodePlans =
        new NodePlans(
            clients.patient(),
            clients.impatient(),
            plane.caches()::all,
            namespace -> plane.guardRails().current().in(namespace).change().isEmpty(),
            System::nanoTime);
    operator = Framework.operator(clients, failure::completeExceptionally);
    operator.register(reconciler, tunings -> tunings.withItemStore(KeptTunings.store()));
    operator.register(nodeWiring.reconciler(nodeInformers, fleet, this::leads));
  }

  /** Whether this replica leads, and has found out what a leader must know first. */
  boolean leads() {
    return leadership.held() && webhookProbe.begunIn(leadership.term()) && replicas.known();
  }

  /** Whether everything has started. */
  boolean running() {
    return running;
  }

  boolean holdsLease() {
    return leadership.held();
  }

  /** Begins to lead. What fails here is a periodic task, too. */
  private void begin() {
    PeriodicTasks.perform("make certificates", plane.authority()::maintain);
    PeriodicTasks.perform("look at replicas", replicas::look);
    PeriodicTasks.perform("self-test", () -> webhookProbe.begin(leadership.term()));
    requestAll();
  }

  private void testWebhookFirst() {
    if (webhookProbe.testFirst()) {
      requestAll();
    }
  }

  private void requestAll() {
    informers.requestAll();
    nodeInformers.requestAll();
  }

  @Override
  public void start() throws InterruptedException, ExecutionException {
    operator.start();
    Synchronisation.await(operator, failure);
    reconciler.start();
    nodePlans.start((informer, why) -> failure.completeExceptionally(why));
    tasks.add("follow pods", seconds(10), seconds(10), pods::follow);
    ofLeader("make certificates", 1, 30, plane.authority()::maintain);
    ofLeader("catch up", 10, 10, reconciler::catchUp);
    ofLeader("first self-tests", 1, 1, this::testWebhookFirst);
    ofLeader("self-test", 5, 15, webhookProbe::run);
    ofLeader("look at replicas", 5, 5, replicas::look);
    ofLeader("read suspensions", 2, 2, reports::look);
    // Restoring nodes goes on after a tuning is deleted, and waves go on with time.
    ofLeader("tend nodes", 3, 1, fleet::tend);
    ofLeader("write plans of pods", 3, 1, nodePlans::converge);
    tasks.add("show counts", seconds(3), seconds(1), () -> informers.requestCounted(leads()));
    tasks.add(
        "sweep",
        seconds(2),
        seconds(5),
        leadership.onceInATerm(() -> registration.sweep(informers.uids(), informers::readUids)));
    leadership.start();
    running = true;
  }

  private void ofLeader(String name, int after, int every, Runnable task) {
    tasks.add(name, seconds(after), seconds(every), leadership.whileHeld(task));
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Whether all pods of a namespace are known, and new ones will be. */
  boolean knowsPods(String namespace) {
    return running && pods.knows(namespace);
  }

  /** Something changed that concerns all tunings, or their entries. */
  void requestTunings() {
    if (leadership.held()) {
      informers.requestAll();
    }
  }

  /** What is known of all tunings together; empty if this replica does not lead. */
  Optional<Totals> totals() {
    return reconciler.totals();
  }

  /** The agents of nodes; empty if this replica does not lead. */
  Optional<Stream<AgentPod>> agents() {
    return leads() ? Optional.of(nodeInformers.agents()) : Optional.empty();
  }

  /** Whether the caches watch, by kind. */
  Map<String, Boolean> watching() {
    return CacheWatch.both(
        CacheWatch.watching(operator, pods), Map.of("WebSocketPodPlan", nodePlans.watching()));
  }

  /** Ends what is under way, and only then gives the lease back. */
  @Override
  public void close() {
    tasks.close();
    operator.stop();
    reconciler.close();
    pods.close();
    nodePlans.close();
    leadership.close();
  }
}
