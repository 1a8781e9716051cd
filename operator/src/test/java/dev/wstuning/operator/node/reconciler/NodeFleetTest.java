package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.NodeTunings.settled;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.failing;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.node;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.Grant;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.PodTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.AppliedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateStatus.Serving;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.plan.Mark;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.Settings;
import dev.wstuning.operator.node.plan.StateMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.Headers;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.utils.ResponseProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the API server refuses stops nothing else. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient
class NodeFleetTest {

  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final String OBJECTS = "/apis/wstuning.dev/v1alpha1/websocketnodestates/";
  private static final String NODES = "/api/v1/nodes/";
  private static final String DAEMON_SETS = "/apis/apps/v1/namespaces/wstuning-nodes/daemonsets/";
  private static final String APPLY = "?fieldManager=wstuning&force=true";
  private static final WebSocketNodeTuning ELSEWHERE =
      named("elsewhere").on("a", "b").sysctl("fs.nr_open", "1048576").build();
  private static final NodeAgentDaemonSet AGENT =
      new NodeAgentDaemonSet("agent:1", List.of("/var/run/nri/nri.sock"));

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock(NOW.toString());
  private final Known known = new Known();

  /** The requests to the API server, in order. */
  private final List<String> asked = new ArrayList<>();

  /** What the last request of each name said. */
  private final Map<String, String> bodies = new HashMap<>();

  /** The codes of the requests that it refuses. */
  private final Map<String, Integer> refusing = new HashMap<>();

  private NodeFleet fleet;

  @BeforeEach
  void answer() {
    for (String name : List.of("n1", "n2", "n3")) {
      WebSocketNodeState object = new WebSocketNodeState();
      object.setMetadata(new ObjectMetaBuilder().withName(name).build());
      patching(OBJECTS + name + APPLY, name, object);
      patching(OBJECTS + name + "/status" + APPLY, "conditions of " + name, object);
      deleting(OBJECTS + name, "delete " + name);
      patching(NODES + name, "label of " + name, new Node());
    }
    for (AgentKind kind : AgentKind.values()) {
      patching(DAEMON_SETS + kind.daemonSet() + APPLY, kind.value(), daemonSet(kind));
      deleting(DAEMON_SETS + kind.daemonSet(), "delete " + kind.value());
    }
    fleet =
        new NodeWiring(
                Impatient.client(client),
                clock,
                clock::nanoTime,
                AGENT,
                "wstuning-operator-x",
                Deaf.STATUSES,
                Deaf.STATUSES)
            .of(known);
  }

  @Test
  void aNodeThatIsRefusedStopsNoOther() {
    refusing.put("n1", 403);

    fleet.converge();

    assertThat(asked).containsExactly("n1", "n2", "n3");
    assertThat(refusals()).containsExactly("the WebSocketNodeState of the node: no n1", null, null);
  }

  @Test
  void aRefusedNodeIsTriedAgainLessAndLessOften() {
    refusing.put("n1", 422);
    List<Integer> seconds = new ArrayList<>();
    for (int second = 0; second < 2400; second += 5) {
      asked.clear();
      fleet.tend();
      if (asked.contains("n1")) {
        seconds.add(second);
      }
      clock.pass(Duration.ofSeconds(5));
    }

    // 10, 20, 40, 80, 160, 320, and 600 seconds apart.
    assertThat(seconds).containsExactly(0, 10, 30, 70, 150, 310, 630, 1230, 1830);
  }

  @Test
  void aNodeTuningIsWokenWhenThePauseIsOver() {
    refusing.put("n1", 403);
    fleet.converge();
    clock.pass(Duration.ofSeconds(3));

    assertThat(fleet.pause(fleet.last().nodes())).contains(Duration.ofSeconds(7));
    assertThat(fleet.pause(fleet.last().nodes().subList(1, 3))).isEmpty();
  }

  @Test
  void aRefusalIsNoLongerShownOnceItIsGranted() {
    refusing.put("n1", 403);
    fleet.converge();
    refusing.clear();
    clock.pass(PAUSE);

    fleet.converge();

    assertThat(refusals()).containsExactly(null, null, null);
  }

  @Test
  void otherSettingsAreRequestedAtOnce() {
    refusing.put("n1", 422);
    fleet.converge();
    asked.clear();
    known.tuning = settled(named("big").sysctl("fs.nr_open", "1048577").build());

    fleet.converge();

    assertThat(asked).contains("n1");
  }

  @Test
  void aNodeThatIsGoneIsForgotten() {
    refusing.put("n1", 403);
    fleet.converge();
    NodeFacts gone = known.nodes.remove(0);
    fleet.converge();
    asked.clear();
    known.nodes.add(0, gone);

    fleet.converge();

    assertThat(asked).contains("n1");
  }

  @Test
  void anApiServerThatCannotAnswerIsNotAskedForEveryNode() {
    List.of("n1", "n2", "n3").forEach(name -> refusing.put(name, 503));

    assertThatThrownBy(fleet::converge).isInstanceOf(KubernetesClientException.class);

    assertThat(asked).containsExactly("n1");
    assertThat(fleet.last().nodes()).as("the status shows what is known").hasSize(3);
  }

  /** Otherwise nothing would remove it with its node. */
  @Test
  void anObjectBelongsToTheNodeThatHasItsNameNow() {
    WebSocketNodeState object = told("n1", "uid-of-the-node-before");
    known.objects.addAll(List.of(object, told("n2", "uid-of-n2")));

    fleet.converge();

    assertThat(asked).contains("n1").doesNotContain("n2");
  }

  @Test
  void theConditionsOfAnObjectAreWrittenInEveryStateOfItsAgent() {
    known.objects.add(told("n1", "uid-of-n1"));

    fleet.converge();

    assertThat(asked).contains("conditions of n1").doesNotContain("conditions of n2");
  }

  private static WebSocketNodeState told(String node, String owner) {
    WebSocketNodeState object = objectOf(node);
    object
        .getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("v1")
                    .withKind("Node")
                    .withName(node)
                    .withUid(owner)
                    .build()));
    object.getMetadata().setAnnotations(given());
    object.setSpec(
        new WebSocketNodeStateSpec(
            List.of(new WantedSetting("fs.nr_open", "1048576", Policy.AtLeast, "big")),
            null,
            null));
    return object;
  }

  /** To write what is left of it would be to undo what the nodes have. */
  @Test
  void nodesOfATuningThatCannotBeReadStayAsTheyAre() {
    WebSocketNodeState tuned = objectOf("n2");
    tuned.getMetadata().setAnnotations(given());
    tuned.setSpec(
        new WebSocketNodeStateSpec(
            List.of(new WantedSetting("fs.nr_open", "1048576", Policy.AtLeast, "big")),
            null,
            null));
    known.objects.add(tuned);
    known.tuning = named("big").build();
    known.tuning.notUnderstood(new NotUnderstood(List.of(), List.of("spec.sysctls.0.policy")));

    fleet.converge();

    assertThat(asked).doesNotContain("n1", "n2", "n3", "delete n2");
    assertThat(fleet.last().nodes())
        .extracting(state -> state.planned().orElseThrow().spec())
        .containsExactly(tuned.getSpec());
  }

  /** A newer agent may have written originals in another form: to delete them would lose them. */
  @Test
  void anObjectWhoseStatusCannotBeReadIsNotDeleted() throws Exception {
    known.tuning = ELSEWHERE;
    known.objects.add(
        Serialization.unmarshal(
            """
            apiVersion: wstuning.dev/v1alpha1
            kind: WebSocketNodeState
            metadata: {name: n2, uid: "2", resourceVersion: "1", generation: 1, annotations: {}}
            spec: {sysctls: []}
            status: {settings: {fs.nr_open: {original: "1048576"}}}
            """,
            WebSocketNodeState.class));

    fleet.converge();

    assertThat(asked).contains("n2").doesNotContain("delete n2");
  }

  @Test
  void anApiServerThatIsNotThereEndsThePass() {
    server.shutdown();

    assertThatThrownBy(fleet::converge).isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void aFaultThatIsAboutOneNodeStopsTheOthersForOnePassOnly() {
    known.objects.add(told("n3", "uid-of-n3"));
    refusing.put("n1", 500);
    assertThatThrownBy(fleet::converge).isInstanceOf(KubernetesClientException.class);
    assertThat(asked)
        .as("agents are not kept from the others")
        .containsExactly("settings", "label of n3", "n1");
    asked.clear();

    fleet.converge();

    assertThat(asked).contains("n2").doesNotContain("n1");
  }

  @Test
  void anObjectThatCannotBeDeletedStopsNoOther() {
    known.nodes.clear();
    known.nodes.add(node("n3"));
    known.objects.add(objectOf("n1"));
    known.objects.add(objectOf("n2"));
    refusing.put("delete n1", 403);

    fleet.converge();
    fleet.converge();

    assertThat(asked.subList(0, 3)).containsExactly("n3", "delete n1", "delete n2");
    assertThat(asked.subList(3, asked.size())).doesNotContain("delete n1");
  }

  @Test
  void aNodeGetsTheAgentThatItsObjectNeeds() {
    known.objects.add(told("n1", "uid-of-n1"));
    WebSocketNodeState grants = told("n2", "uid-of-n2");
    grants.setSpec(new WebSocketNodeStateSpec(List.of(), new Grant(65536L, "big"), null));
    known.objects.add(grants);
    WebSocketNodeState pods = told("n3", "uid-of-n3");
    pods.setSpec(new WebSocketNodeStateSpec(List.of(), null, new PodTuning("big", null)));
    known.objects.add(pods);

    fleet.converge();

    assertThat(asked)
        .contains("settings", "grants", "pods", "label of n1", "label of n2", "label of n3");
    assertThat(bodies.get("label of n1"))
        .isEqualTo("{\"metadata\":{\"labels\":{\"wstuning.dev/agent\":\"settings\"}}}");
    assertThat(bodies.get("label of n2")).contains("\"wstuning.dev/agent\":\"grants\"");
    assertThat(bodies.get("label of n3")).contains("\"wstuning.dev/agent\":\"pods\"");
  }

  @Test
  void aNodeWhoseLabelIsRightIsLeftAlone() {
    known.nodes.set(0, labelled("n1", "settings"));
    known.objects.add(told("n1", "uid-of-n1"));

    fleet.converge();

    assertThat(asked).doesNotContain("label of n1");
  }

  @Test
  void withoutAnObjectTheLabelGoesAndThenTheDaemonSet() {
    known.tuning = ELSEWHERE;
    known.nodes.set(0, labelled("n1", "settings"));
    known.daemonSets.add(daemonSet(AgentKind.SETTINGS));

    fleet.converge();
    assertThat(asked).contains("label of n1").doesNotContain("delete settings");
    assertThat(bodies.get("label of n1"))
        .isEqualTo("{\"metadata\":{\"labels\":{\"wstuning.dev/agent\":null}}}");

    known.nodes.set(0, node("n1"));
    fleet.converge();
    assertThat(asked).contains("delete settings");
  }

  @Test
  void aLabelThatIsRefusedStopsNoOtherAndKeepsTheAgent() {
    known.tuning = ELSEWHERE;
    known.nodes.set(0, labelled("n1", "grants"));
    known.nodes.set(1, labelled("n2", "grants"));
    known.daemonSets.add(daemonSet(AgentKind.GRANTS));
    refusing.put("label of n1", 403);

    fleet.converge();

    assertThat(asked).contains("label of n2").doesNotContain("delete grants");
  }

  /** Its selector is immutable. */
  @Test
  void theDaemonSetOfAnEarlierVersionIsReplaced() {
    known.objects.add(told("n1", "uid-of-n1"));
    DaemonSet before = daemonSet(AgentKind.SETTINGS);
    before.getSpec().getSelector().setMatchLabels(NodeAgentDaemonSet.LABELS);
    known.daemonSets.add(before);

    fleet.converge();
    assertThat(asked).contains("delete settings").doesNotContain("settings");

    known.daemonSets.clear();
    fleet.converge();
    assertThat(asked).contains("settings");
  }

  @Test
  void aDaemonSetIsWrittenAgainOnlyIfSomethingElseChangedIt() {
    known.objects.add(told("n1", "uid-of-n1"));
    fleet.converge();
    known.daemonSets.add(daemonSet(AgentKind.SETTINGS));
    asked.clear();

    fleet.converge();
    assertThat(asked).doesNotContain("settings");

    known.daemonSets.get(0).getMetadata().setGeneration(2L);
    fleet.converge();
    assertThat(asked).contains("settings");
  }

  @Test
  void aDaemonSetThatIsRefusedConcernsAllAndIsNoException() {
    known.objects.add(told("n1", "uid-of-n1"));
    refusing.put("settings", 403);

    fleet.converge();
    fleet.converge();

    assertThat(asked).containsOnlyOnce("settings");
    assertThat(fleet.refusal()).contains("daemonset/wstuning-node-agent: no settings");
    assertThat(fleet.pause(List.of())).contains(PAUSE);
  }

  @Test
  void anObjectIsDeletedWhenTheAgentHasNothingLeftToDo() {
    known.tuning = ELSEWHERE;
    known.agents.add(running("n1"));
    WebSocketNodeState object = objectOf("n1");
    known.objects.add(object);

    for (WebSocketNodeStateStatus busy :
        List.of(
            report(0, List.of(), null),
            report(1, List.of(restoring()), null),
            report(1, List.of(), 65536L))) {
      object.setStatus(busy);
      fleet.converge();
    }
    object.setStatus(null);
    fleet.converge();
    assertThat(asked).doesNotContain("delete n1");

    object.setStatus(report(1, List.of(), null));
    fleet.converge();
    assertThat(asked).contains("delete n1");
  }

  /** The report on them goes with the object: they would look untuned, and be restarted. */
  @Test
  void anObjectIsNotDeletedWhilePodsRunThatTheAgentTuned() {
    known.tuning = ELSEWHERE;
    known.agents.add(running("n1"));
    WebSocketNodeState object = objectOf("n1");
    object.setStatus(report(1, List.of(), null));
    known.objects.add(object);
    known.tunedPods.add("n1");
    fleet.converge();
    assertThat(asked).doesNotContain("delete n1");

    known.tunedPods.clear();
    fleet.converge();
    assertThat(asked).contains("delete n1");
  }

  @Test
  void anObjectWhoseAgentNeverRanIsDeleted() {
    known.tuning = ELSEWHERE;
    known.agents.add(failing("n1", "ImagePullBackOff"));
    known.objects.add(objectOf("n1"));

    fleet.converge();

    assertThat(asked).contains("delete n1");
  }

  @Test
  void reconciledTogetherTheyShareAPass() {
    fleet.latest();
    asked.clear();

    assertThat(fleet.latest().again()).isEmpty();
    assertThat(asked).isEmpty();
    known.changes++;
    assertThat(fleet.latest().again()).as("something changed").isPresent();
    assertThat(asked).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    fleet.latest();
    assertThat(asked).isNotEmpty();
  }

  @Test
  void anotherTuningIsNotKeptWaiting() {
    fleet.latest();
    asked.clear();
    known.tuning = settled(named("big").generation(2).sysctl("fs.nr_open", "1048577").build());

    fleet.latest();

    assertThat(asked).contains("n1", "n2", "n3");
  }

  @Test
  void nodesAreTendedEveryFiveSecondsUnlessSomethingIsLeftOver() {
    fleet.tend();
    asked.clear();
    clock.pass(Duration.ofSeconds(4));
    fleet.tend();
    assertThat(asked).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    fleet.tend();
    assertThat(asked).contains("n1");

    // As many as are written in a second, and one more.
    known.nodes.clear();
    known.objects.clear();
    for (int i = 0; i < 51; i++) {
      known.objects.add(objectOf("x" + i));
      deleting(OBJECTS + "x" + i, "delete x" + i);
    }
    clock.pass(Duration.ofSeconds(5));
    asked.clear();
    fleet.tend();
    assertThat(asked).hasSize(50);
    clock.pass(Duration.ofSeconds(1));
    fleet.tend();
    assertThat(asked).hasSizeGreaterThan(50);
  }

  @Test
  void nodeTuningsAreWokenWhenARefusalBeginsAndWhenItEnds() {
    fleet.tend();
    int before = known.woken;
    refusing.put("n1", 403);
    clock.pass(Duration.ofSeconds(5));
    fleet.tend();
    clock.pass(Duration.ofSeconds(5));
    fleet.tend();
    assertThat(known.woken).isEqualTo(before + 1);

    refusing.clear();
    clock.pass(PAUSE);
    fleet.tend();
    assertThat(known.woken).isEqualTo(before + 2);
  }

  @Test
  void nodeTuningsAreWokenWhenWavesGoOnByThemselves() {
    known.tuning = named("big").sysctl("fs.nr_open", "1048576").build();
    fleet.tend();
    int before = known.woken;
    known.objects.add(told("n1", "uid-of-n1"));
    clock.pass(Duration.ofSeconds(5));

    fleet.tend();

    assertThat(known.woken).isEqualTo(before + 1);
  }

  private List<String> refusals() {
    return fleet.last().nodes().stream().map(n -> n.refusal().orElse(null)).toList();
  }

  private static WebSocketNodeStateStatus report(
      long generation, List<AppliedSetting> settings, Long highestGrant) {
    return new WebSocketNodeStateStatus(
        generation,
        "boot-1",
        "test",
        settings,
        new Serving(true, null, 65536L, highestGrant, null, null, null),
        null,
        null,
        List.of());
  }

  private static AppliedSetting restoring() {
    return new AppliedSetting("fs.nr_open", null, "1", null, "2", null, null, "a container runs");
  }

  private static Map<String, String> given() {
    WebSocketNodeTuning big = named("big").sysctl("fs.nr_open", "1048576").build();
    return StateMetadata.annotations(Map.of("big", Mark.outside(Settings.of(big.getSpec()))));
  }

  private static NodeFacts labelled(String name, String agent) {
    NodeFacts node = node(name);
    Map<String, String> labels = new HashMap<>(node.labels());
    labels.put("wstuning.dev/agent", agent);
    return new NodeFacts(name, node.uid(), node.created(), node.bootId(), true, labels, List.of());
  }

  private static DaemonSet daemonSet(AgentKind kind) {
    DaemonSet daemonSet = AGENT.of(kind);
    daemonSet.getMetadata().setUid("uid");
    daemonSet.getMetadata().setGeneration(1L);
    return daemonSet;
  }

  private static WebSocketNodeState objectOf(String node) {
    WebSocketNodeState object = new WebSocketNodeState();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(node)
            .withUid("uid")
            .withResourceVersion("1")
            .withGeneration(1L)
            .build());
    return object;
  }

  private void patching(String path, String name, Object body) {
    server.expect().patch().withPath(path).andReply(new Answer(name, body)).always();
  }

  private void deleting(String path, String name) {
    server
        .expect()
        .delete()
        .withPath(path)
        .andReply(new Answer(name, new StatusBuilder().withStatus("Success").build()))
        .always();
  }

  /** Notes each request, and grants it unless it must be refused. */
  private final class Answer implements ResponseProvider<Object> {

    private final String name;
    private final Object granted;
    private Headers headers = Headers.builder().add("Content-Type", "application/json").build();

    Answer(String name, Object granted) {
      this.name = name;
      this.granted = granted;
    }

    @Override
    public int getStatusCode(RecordedRequest request) {
      asked.add(name);
      bodies.put(name, request.getBody().readUtf8());
      return refusing.getOrDefault(name, 200);
    }

    @Override
    public Object getBody(RecordedRequest request) {
      return refusing.containsKey(name)
          ? new StatusBuilder().withCode(refusing.get(name)).withMessage("no " + name).build()
          : granted;
    }

    @Override
    public Headers getHeaders() {
      return headers;
    }

    @Override
    public void setHeaders(Headers headers) {
      this.headers = headers;
    }
  }

  /** Three nodes that one tuning selects, whose waves are over, and nothing else yet. */
  private static final class Known implements NodeFleetView {

    private final List<NodeFacts> nodes =
        new ArrayList<>(List.of(node("n1"), node("n2"), node("n3")));
    private final List<WebSocketNodeState> objects = new ArrayList<>();
    private final List<AgentPod> agents = new ArrayList<>();
    private final List<DaemonSet> daemonSets = new ArrayList<>();
    private WebSocketNodeTuning tuning =
        settled(named("big").sysctl("fs.nr_open", "1048576").build());
    private final Set<String> tunedPods = new HashSet<>();
    private long changes;
    private int woken;

    @Override
    public boolean filled() {
      return true;
    }

    @Override
    public List<WebSocketNodeTuning> tunings() {
      return List.of(tuning);
    }

    @Override
    public List<NodeFacts> nodes() {
      return List.copyOf(nodes);
    }

    @Override
    public Stream<WebSocketNodeState> objects() {
      return objects.stream();
    }

    @Override
    public List<DaemonSet> daemonSets() {
      return List.copyOf(daemonSets);
    }

    @Override
    public boolean hasTunedPods(String node) {
      return tunedPods.contains(node);
    }

    @Override
    public long changes() {
      return changes;
    }

    @Override
    public Stream<AgentPod> agents() {
      return agents.stream();
    }

    @Override
    public void requestAll() {
      woken++;
    }

    @Override
    public void requestUnanswered() {}
  }
}
