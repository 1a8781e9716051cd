package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.node;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeStateSpec.WantedSetting;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuningSpec.Policy;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.node.plan.TuningsAnnotation;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final String PODS = "/api/v1/namespaces/wstuning-nodes/pods/";
  private static final String DAEMON_SET =
      "/apis/apps/v1/namespaces/wstuning-nodes/daemonsets/wstuning-node-agent";
  private static final String APPLY = "?fieldManager=wstuning&force=true";
  private static final NodeAgentDaemonSet AGENT =
      new NodeAgentDaemonSet("agent:1", List.of("/var/run/nri/nri.sock"), false);

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock(NOW.toString());
  private final Known known = new Known();

  /** The requests to the API server, in order. */
  private final List<String> asked = new ArrayList<>();

  /** The codes of the requests that it refuses. */
  private final Map<String, Integer> refusing = new HashMap<>();

  private NodeFleet fleet;

  @BeforeEach
  void answer() {
    for (String name : List.of("n1", "n2", "n3")) {
      WebSocketNodeState object = new WebSocketNodeState();
      object.setMetadata(new ObjectMetaBuilder().withName(name).build());
      applying(OBJECTS + name, name, object);
      applying(OBJECTS + name + "/status", "conditions of " + name, object);
      deleting(OBJECTS + name, "delete " + name);
      deleting(PODS + "agent-on-" + name, "replace on " + name);
    }
    DaemonSet daemonSet = AGENT.on(List.of());
    daemonSet.getMetadata().setUid("uid");
    daemonSet.getMetadata().setGeneration(1L);
    applying(DAEMON_SET, "DaemonSet", daemonSet);
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
  void aNodeThatIsRefusedStopsNeitherTheOthersNorTheDaemonSet() {
    refusing.put("n1", 403);

    fleet.converge();

    assertThat(asked).containsExactly("n1", "n2", "n3", "DaemonSet");
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

    assertThat(fleet.pause(fleet.states())).contains(Duration.ofSeconds(7));
    assertThat(fleet.pause(fleet.states().subList(1, 3))).isEmpty();
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
    known.tuning = named("big").sysctl("fs.nr_open", "1048577").build();

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
    List.of("n1", "n2", "n3", "DaemonSet").forEach(name -> refusing.put(name, 503));

    assertThatThrownBy(fleet::converge).isInstanceOf(KubernetesClientException.class);

    assertThat(asked).containsExactly("n1", "DaemonSet");
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
    object.getMetadata().setAnnotations(TuningsAnnotation.annotations(List.of("big")));
    object.setSpec(
        new WebSocketNodeStateSpec(
            List.of(new WantedSetting("fs.nr_open", "1048576", Policy.AtLeast, "big")), null));
    return object;
  }

  /** To write what is left of it would be to undo what the nodes have. */
  @Test
  void nodesOfATuningThatCannotBeReadStayAsTheyAre() {
    WebSocketNodeState tuned = objectOf("n2");
    tuned.getMetadata().setAnnotations(TuningsAnnotation.annotations(List.of("big")));
    tuned.setSpec(
        new WebSocketNodeStateSpec(
            List.of(new WantedSetting("fs.nr_open", "1048576", Policy.AtLeast, "big")), null));
    known.objects.add(tuned);
    known.tuning = named("big").build();
    known.tuning.notUnderstood(new NotUnderstood(List.of(), List.of("spec.sysctls.0.policy")));

    fleet.converge();

    assertThat(asked).doesNotContain("n1", "n2", "n3", "delete n2");
    assertThat(fleet.states())
        .extracting(state -> state.planned().orElseThrow().spec())
        .containsExactly(tuned.getSpec());
  }

  /** A newer agent may have written originals in another form: to delete them would lose them. */
  @Test
  void anObjectWhoseStatusCannotBeReadIsNotDeleted() throws Exception {
    known.tuning = named("elsewhere").on("a", "b").sysctl("fs.nr_open", "1048576").build();
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
    refusing.put("n1", 500);
    assertThatThrownBy(fleet::converge).isInstanceOf(KubernetesClientException.class);
    assertThat(asked).as("agents are not kept from all").containsExactly("n1", "DaemonSet");
    asked.clear();

    fleet.converge();

    assertThat(asked).startsWith("n2", "n3");
  }

  @Test
  void anObjectThatCannotBeDeletedStopsNeitherTheOthersNorTheDaemonSet() {
    known.nodes.clear();
    known.nodes.add(node("n3"));
    known.objects.add(objectOf("n1"));
    known.objects.add(objectOf("n2"));
    refusing.put("delete n1", 403);

    fleet.converge();
    fleet.converge();

    assertThat(asked.subList(0, 4)).containsExactly("n3", "delete n1", "delete n2", "DaemonSet");
    assertThat(asked.subList(4, asked.size())).doesNotContain("delete n1");
  }

  @Test
  void aDaemonSetThatIsRefusedConcernsAllAndIsNoException() {
    refusing.put("DaemonSet", 403);

    fleet.converge();
    fleet.converge();

    assertThat(asked).containsOnlyOnce("DaemonSet");
    assertThat(fleet.refusal()).contains("the DaemonSet of node agents: no DaemonSet");
    assertThat(fleet.pause(List.of())).contains(PAUSE);
  }

  @Test
  void agentsAreNotReplacedForATemplateThatWasRefused() {
    known.daemonSet =
        Optional.of(new NodeAgentDaemonSet("agent:0", List.of(), false).on(List.of("n1.example")));
    AgentPod old = running("n1");
    known.agents.add(
        new AgentPod(
            old.name(),
            old.uid(),
            "n1",
            AgentPod.templateOf(known.daemonSet.get()),
            false,
            old.createdAt(),
            old.appliedAt(),
            true,
            Optional.empty()));
    refusing.put("DaemonSet", 403);

    fleet.converge();
    assertThat(asked).contains("DaemonSet").doesNotContain("replace on n1");

    refusing.clear();
    clock.pass(PAUSE);
    fleet.converge();
    assertThat(asked).contains("replace on n1");
  }

  @Test
  void anAgentThatCannotBeDeletedDoesNotStopTheOthers() {
    known.agents.addAll(List.of(running("n1"), running("n2")));
    refusing.put("replace on n1", 403);

    for (int pass = 0; pass < 3; pass++) {
      fleet.tend();
      clock.pass(Duration.ofSeconds(5));
    }

    assertThat(asked).containsSubsequence("replace on n1", "replace on n2");
    assertThat(refusals().get(0))
        .isEqualTo("the deletion of the node agent's pod: no replace on n1");
  }

  @Test
  void nodeTuningsAreWokenWhenARefusalBeginsAndWhenItEnds() {
    refusing.put("n1", 403);
    fleet.tend();
    fleet.tend();
    assertThat(known.woken).isEqualTo(1);

    refusing.clear();
    clock.pass(PAUSE);
    fleet.tend();
    assertThat(known.woken).isEqualTo(2);
  }

  private List<String> refusals() {
    return fleet.states().stream().map(TunedNode::refusal).map(r -> r.orElse(null)).toList();
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

  private void applying(String path, String name, Object body) {
    server.expect().patch().withPath(path + APPLY).andReply(new Answer(name, body)).always();
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

  /** Three nodes that one tuning selects, and nothing else yet. */
  private static final class Known implements NodeFleetView {

    private final List<NodeFacts> nodes =
        new ArrayList<>(List.of(node("n1"), node("n2"), node("n3")));
    private final List<WebSocketNodeState> objects = new ArrayList<>();
    private final List<AgentPod> agents = new ArrayList<>();
    private WebSocketNodeTuning tuning = named("big").sysctl("fs.nr_open", "1048576").build();
    private Optional<DaemonSet> daemonSet = Optional.empty();
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
    public Optional<DaemonSet> daemonSet() {
      return daemonSet;
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
