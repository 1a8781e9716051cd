package dev.wstuning.operator.node.reconciler;

import static dev.wstuning.operator.fixtures.NodeTunings.named;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.NOW;
import static dev.wstuning.operator.fixtures.TunedNodeBuilder.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Condition;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeState;
import dev.wstuning.operator.api.v1alpha1.WebSocketNodeTuning;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedWrites;
import dev.wstuning.operator.fixtures.TunedNodeBuilder;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.node.status.NodeStateConditions;
import dev.wstuning.operator.publish.TargetRequests;
import dev.wstuning.operator.publish.WriteBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The conditions of a node's state are written when they change, and nothing else with them. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient
class NodeConditionWriterTest {

  private static final String STATUS =
      "/apis/wstuning.dev/v1alpha1/websocketnodestates/%s/status?fieldManager=wstuning&force=true";

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final MovableClock clock = new MovableClock(NOW.toString());
  private final NodeStateConditions conditions = new NodeStateConditions(clock);
  private final WebSocketNodeTuning tuning = named("big").sysctl("fs.nr_open", "1048576").build();
  private final RecordedWrites writes = new RecordedWrites();
  private TargetRequests requests;
  private NodeConditionWriter writer;

  @BeforeEach
  void wire() {
    requests = new TargetRequests(new WriteBudget(50, clock::nanoTime), clock::nanoTime);
    writer = new NodeConditionWriter(Impatient.client(client), requests, conditions, writes);
  }

  @Test
  void onlyTheConditionsAreWritten() throws InterruptedException {
    answer("n1", 200);

    converge(List.of(node("n1").build()));

    assertThat(server.getRequestCount()).isEqualTo(1);
    assertThat(server.takeRequest().getBody().readUtf8())
        .contains("\"uid\":\"uid-of-the-object-of-n1\"", "\"type\":\"Ready\"", "\"Applied\"")
        .doesNotContain("spec", "settings", "bootID", "resourceVersion");
    assertThat(writes.heard()).containsExactly("written");
  }

  @Test
  void nothingIsWrittenWhileTheConditionsStay() {
    answer("n1", 200);
    TunedNode before = node("n1").build();

    converge(List.of(before));
    clock.pass(Duration.ofMinutes(1));
    converge(List.of(before)); // the cache does not have it yet
    converge(List.of(node("n1").version("2").conditions(applied(before)).build()));

    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void conditionsThatSomethingElseChangedAreWrittenAgain() {
    answer("n1", 200);
    converge(List.of(node("n1").build()));

    converge(List.of(node("n1").version("2").build()));

    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void aRefusalStopsNoOtherNodeAndIsNotRepeatedAtOnce() {
    answer("n1", 403);
    answer("n2", 200);
    List<TunedNode> states = List.of(node("n1").build(), node("n2").build());

    converge(states);
    clock.pass(Duration.ofSeconds(5));
    converge(states);

    assertThat(server.getRequestCount()).isEqualTo(2);
    assertThat(writes.heard()).as("of n2").containsExactly("written");
    clock.pass(Duration.ofSeconds(5));
    converge(states);
    assertThat(server.getRequestCount()).isEqualTo(3);
  }

  @Test
  void anObjectThatIsGoneIsNoFault() {
    answer("n1", 404);

    converge(List.of(node("n1").build()));

    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void neitherANodeWithoutAnObjectNorOneThatIsDoneIsJudged() {
    converge(List.of(node("n1").notTold().build(), state("n2").had("big").build()));

    assertThat(server.getRequestCount()).isZero();
  }

  private void converge(List<TunedNode> states) {
    requests.beginPass();
    writer.converge(states);
  }

  private TunedNodeBuilder node(String name) {
    return state(name).tunedBy(tuning).has("fs.nr_open", "1048576", "1024", "1048576");
  }

  /** The conditions that were written of this node a minute ago. */
  private List<Condition> applied(TunedNode state) {
    return new NodeStateConditions(new MovableClock(NOW.toString())).create(state, List.of());
  }

  private void answer(String node, int code) {
    server
        .expect()
        .patch()
        .withPath(STATUS.formatted(node))
        .andReply(code, r -> new WebSocketNodeState())
        .always();
  }
}
