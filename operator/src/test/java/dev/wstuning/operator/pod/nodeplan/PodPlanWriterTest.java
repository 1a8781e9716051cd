package dev.wstuning.operator.pod.nodeplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.Selector.Operator;
import dev.wstuning.operator.api.v1alpha1.Selector.Requirement;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlan;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.publish.TargetRequests;
import dev.wstuning.operator.publish.WriteBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which plans are written, when, and how often. */
class PodPlanWriterTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final Map<String, WebSocketTuning> tunings = new LinkedHashMap<>();
  private final SimulatedPlans plans = new SimulatedPlans();
  private final List<String> untouched = new ArrayList<>();
  private final PodPlanWriter writer =
      new PodPlanWriter(
          () -> List.copyOf(tunings.values()),
          plans,
          namespace -> !untouched.contains(namespace),
          new TargetRequests(
              new WriteBudget(NodePlans.WRITES_PER_SECOND, clock::nanoTime), clock::nanoTime),
          clock::nanoTime);

  /** Those in the cluster, which the cache of the operator may see later. */
  private static final class SimulatedPlans implements Plans {

    private final Map<String, WebSocketPodPlan> stored = new HashMap<>();
    private Map<String, WebSocketPodPlan> seen = new HashMap<>();
    private boolean behind;
    private boolean complete = true;
    private final List<String> writes = new ArrayList<>();
    private final Map<String, Integer> refusing = new HashMap<>();

    @Override
    public Optional<Collection<WebSocketPodPlan>> list() {
      if (!behind) {
        seen = new HashMap<>(stored);
      }
      return complete ? Optional.of(List.copyOf(seen.values())) : Optional.empty();
    }

    @Override
    public void apply(WebSocketPodPlan plan) {
      note(plan.getMetadata().getName());
      // As it comes back from the API server.
      stored.put(
          key(plan), Serialization.unmarshal(Serialization.asJson(plan), WebSocketPodPlan.class));
    }

    @Override
    public void delete(WebSocketPodPlan plan) {
      note("delete " + plan.getMetadata().getName());
      stored.remove(key(plan));
    }

    private void note(String write) {
      writes.add(write);
      if (refusing.containsKey(write)) {
        throw new KubernetesClientException("no " + write, refusing.get(write), null);
      }
    }

    private static String key(WebSocketPodPlan plan) {
      return plan.getMetadata().getNamespace() + "/" + plan.getMetadata().getName();
    }

    List<String> takeWrites() {
      List<String> taken = List.copyOf(writes);
      writes.clear();
      return taken;
    }
  }

  @Test
  void withoutPodsByAgentsThereAreNoPlans() {
    add("a", Via.Admission, 1);
    add("b", null, 2);

    assertThat(writesOfAPass()).isEmpty();
  }

  @Test
  void allTuningsOfTheNamespaceAreWrittenTheOldestFirst() {
    add("young", Via.NodeAgent, 3);
    add("old", null, 1);
    add("b-middle", Via.NodeAgent, 2);
    add("a-middle", Via.Admission, 2);
    add("elsewhere", "other", Via.Admission, 1);

    assertThat(writesOfAPass()).containsExactly("old", "a-middle", "b-middle", "young");
    assertThat(plan("young").getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("WebSocketTuning");
              assertThat(owner.getApiVersion()).isEqualTo("wstuning.dev/v1alpha1");
              assertThat(owner.getName()).isEqualTo("young");
              assertThat(owner.getUid()).isEqualTo("uid-of-young");
              assertThat(owner.getController()).isTrue();
              assertThat(owner.getBlockOwnerDeletion()).isNull();
            });
    assertThat(plan("old").getSpec().via()).isEqualTo(Via.Admission);
  }

  @Test
  void whatIsThereIsNotWrittenAgain() {
    add("a", Via.NodeAgent, 1);
    writer.converge();
    plans.takeWrites();

    assertThat(writesOfPasses(100)).isEmpty();
  }

  /** The API server drops empty parts, and the plan must equal what comes back. */
  @Test
  void aSelectorWithEmptyPartsIsWrittenOnce() {
    add("a", Via.NodeAgent, 1);
    tunings
        .get("a")
        .setSpec(
            SpecBuilder.tune()
                .via(Via.NodeAgent)
                .keepalive(300, 10, 5)
                .selector(
                    new Selector(
                        Map.of(), List.of(new Requirement("app", Operator.Exists, List.of()))))
                .build());

    assertThat(writesOfPasses(30)).containsExactly("a");
  }

  @Test
  void aChangeOfOneTuningIsOneWrite() {
    add("a", Via.NodeAgent, 1);
    add("b", Via.NodeAgent, 2);
    writer.converge();
    plans.takeWrites();

    change("b", SpecBuilder.tune().via(Via.NodeAgent).keepalive(60, 10, 5));
    assertThat(writesOfPasses(30)).containsExactly("b");
    assertThat(plan("b").getSpec().arguments()).contains("--keepalive=60/10/5");

    // Nothing of this is for agents.
    change("b", SpecBuilder.tune().via(Via.NodeAgent).keepalive(60, 10, 5).ports(8080));
    assertThat(writesOfPasses(30)).isEmpty();
  }

  @Test
  void aCacheThatIsBehindCausesNoSecondWrite() {
    add("a", Via.NodeAgent, 1);
    plans.behind = true;
    plans.list();

    assertThat(writesOfPasses(9)).containsExactly("a");
    // By then it is lost, or someone took it away.
    assertThat(writesOfPasses(9)).containsExactly("a");

    change("a", SpecBuilder.tune().via(Via.NodeAgent).keepalive(60, 10, 5));
    assertThat(writesOfAPass()).containsExactly("a");
  }

  @Test
  void anEditOfAPlanIsUndone() {
    add("a", Via.NodeAgent, 1);
    writer.converge();
    clock.pass(Duration.ofMinutes(1));
    plans.takeWrites();

    plan("a").getMetadata().setOwnerReferences(List.of());
    assertThat(writesOfAPass()).containsExactly("a");
    clock.pass(Duration.ofMinutes(1));

    plan("a").getMetadata().setLabels(Map.of());
    assertThat(writesOfAPass()).containsExactly("a");
  }

  @Test
  void aTuningThatWasCreatedAgainOwnsItsPlan() {
    add("a", Via.NodeAgent, 1);
    writer.converge();
    plans.takeWrites();

    tunings.get("a").getMetadata().setUid("another");
    assertThat(writesOfPasses(30)).containsExactly("a");
    assertThat(plan("a").getMetadata().getOwnerReferences().get(0).getUid()).isEqualTo("another");
  }

  @Test
  void withTheLastTuningByAgentsAllPlansGoTheYoungestFirst() {
    add("old", Via.Admission, 1);
    add("young", Via.NodeAgent, 2);
    writer.converge();
    plans.takeWrites();
    clock.pass(SECOND);

    change("young", SpecBuilder.tune().via(Via.Admission).keepalive(300, 10, 5));
    assertThat(writesOfPasses(30)).containsExactly("delete young", "delete old");
    assertThat(plans.stored).isEmpty();
  }

  @Test
  void thePlanOfADeletedTuningGoes() {
    add("a", Via.NodeAgent, 1);
    add("b", Via.NodeAgent, 2);
    writer.converge();
    plans.takeWrites();

    tunings.remove("b");
    assertThat(writesOfPasses(30)).containsExactly("delete b");
  }

  @Test
  void aNamespaceThatMustNotBeTouchedHasNone() {
    add("a", Via.NodeAgent, 1);
    writer.converge();
    clock.pass(SECOND);
    plans.takeWrites();

    untouched.add(Tunings.NAMESPACE);
    assertThat(writesOfPasses(30)).containsExactly("delete a");
  }

  @Test
  void aTuningThatSelectsNothingHasNone() {
    add("a", Via.NodeAgent, 1);
    change("a", SpecBuilder.tune().via(Via.NodeAgent).selector(Selector.NOTHING));

    assertThat(writesOfPasses(5)).isEmpty();
  }

  @Test
  void nothingIsRemovedBeforeAllIsKnown() {
    add("a", Via.NodeAgent, 1);
    writer.converge();
    tunings.clear();
    plans.complete = false;
    plans.takeWrites();

    assertThat(writesOfPasses(5)).isEmpty();
  }

  /** Agents would take the younger one for the owner of pods that the older one owns. */
  @Test
  void withoutTheOlderOneTheYoungerIsNotWritten() {
    add("old", Via.Admission, 1);
    add("young", Via.NodeAgent, 2);
    add("elsewhere", "z", Via.NodeAgent, 1);
    plans.refusing.put("old", 403);

    assertThat(writesOfPasses(9)).containsExactly("old", "elsewhere");

    plans.refusing.clear();
    assertThat(writesOfPasses(9)).containsExactly("old", "young");
  }

  @Test
  void aFaultOfTheApiServerEndsThePass() {
    add("a", "n1", Via.NodeAgent, 1);
    add("b", "n2", Via.NodeAgent, 1);
    plans.refusing.put("a", 503);

    assertThatThrownBy(writer::converge).isInstanceOf(KubernetesClientException.class);
    assertThat(plans.takeWrites()).containsExactly("a");
    assertThat(writesOfAPass()).containsExactly("b");
  }

  /** Each write goes to the agents of all nodes. */
  @Test
  void aThousandTuningsAreWrittenAFewASecondAndThenNoMore() {
    // Each of the 200 namespaces has a tuning by agents.
    for (int i = 0; i < 1000; i++) {
      add("t" + i, "n" + i % 200, i % 3 == 0 ? Via.NodeAgent : Via.Admission, i % 50 + 1);
    }
    int seconds = 0;
    int writes = 0;
    while (plans.stored.size() < 1000 && seconds < 1000) {
      int inThisSecond = writesOfAPass().size();
      assertThat(inThisSecond).isLessThanOrEqualTo(NodePlans.WRITES_PER_SECOND);
      writes += inThisSecond;
      seconds++;
    }

    assertThat(writes).isEqualTo(1000);
    assertThat(seconds).isEqualTo(1000 / NodePlans.WRITES_PER_SECOND);
    assertThat(writesOfPasses(100)).isEmpty();
    change("t7", SpecBuilder.tune().via(Via.NodeAgent).keepalive(60, 10, 5));
    assertThat(writesOfPasses(30)).containsExactly("t7");
  }

  private List<String> writesOfAPass() {
    return writesOfPasses(1);
  }

  /** One each second. */
  private List<String> writesOfPasses(int passes) {
    for (int i = 0; i < passes; i++) {
      clock.pass(SECOND);
      writer.converge();
    }
    return plans.takeWrites();
  }

  private WebSocketPodPlan plan(String name) {
    return plans.stored.get(Tunings.NAMESPACE + "/" + name);
  }

  private void add(String name, Via via, int minute) {
    add(name, Tunings.NAMESPACE, via, minute);
  }

  private void add(String name, String namespace, Via via, int minute) {
    WebSocketTuning tuning =
        Tunings.of(
            name,
            SpecBuilder.tune().via(via).keepalive(300, 10, 5).build(),
            "2026-01-01T00:%02d:00Z".formatted(minute));
    tuning.getMetadata().setNamespace(namespace);
    tunings.put(name, tuning);
  }

  private void change(String name, SpecBuilder spec) {
    WebSocketTuning before = tunings.get(name);
    WebSocketTuning after =
        Tunings.of(name, spec.build(), before.getMetadata().getCreationTimestamp());
    after.getMetadata().setNamespace(before.getMetadata().getNamespace());
    after.getMetadata().setGeneration(before.getMetadata().getGeneration() + 1);
    tunings.put(name, after);
  }
}
