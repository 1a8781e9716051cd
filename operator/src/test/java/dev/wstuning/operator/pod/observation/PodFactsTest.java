package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.SentCommand;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodFactsTest {

  private static final SpecBuilder KEEPALIVE = tune().keepalive(300, 10, 5).library();

  @Test
  void whetherItsInitContainerIsPrivilegedDependsOnThePlan() {
    TestPod untuned = TestPod.named("chat");
    TestPod programs =
        TestPod.named("chat").tuned("chat", VerdictInputBuilder.of(KEEPALIVE).expectation().plan());

    assertThat(untuned.facts().privilegedTuner()).isFalse();
    assertThat(programs.facts().privilegedTuner()).isTrue();
    assertThat(TestPod.named("chat").tuned("chat", library()).facts().privilegedTuner()).isFalse();
  }

  @Test
  void thatTheSchedulerFindsNoNodeIsKnownUntilItHasOne() {
    TestPod full =
        TestPod.named("chat").tuned("chat", library()).unschedulable("0/3 nodes are available");

    assertThat(TestPod.named("chat").unschedulable("0/3 nodes").facts().unschedulable())
        .as("in which words does not matter unless it is tuned")
        .contains("");
    assertThat(full.facts().unschedulable()).contains("0/3 nodes are available");
    assertThat(full.facts().tunerWaits()).isEmpty();
    assertThat(full.with(p -> p.editSpec().withNodeName("node-1").endSpec()).facts())
        .satisfies(facts -> assertThat(facts.unschedulable()).isEmpty());
  }

  @Test
  void podsThatWaitForOthersToGoOrForAGateAreNotWithoutANode() {
    TestPod nominated =
        TestPod.named("chat")
            .unschedulable("0/3 nodes are available")
            .with(p -> p.editStatus().withNominatedNodeName("node-1").endStatus());

    assertThat(nominated.facts().unschedulable()).isEmpty();
    assertThat(TestPod.named("chat").notScheduled("SchedulingGated", "").facts().unschedulable())
        .isEmpty();
  }

  @Test
  void whyItDoesWithoutTheLibraryIsNoted() {
    assertThat(TestPod.named("chat").tuned("chat", library()).facts().noPreload()).isEmpty();
    assertThat(TestPod.named("chat").withLdPreload().tuned("chat", library()).facts().noPreload())
        .contains("container server sets LD_PRELOAD itself");
  }

  private static TuningPlan library() {
    return VerdictInputBuilder.of(KEEPALIVE)
        .planContext(VerdictInputBuilder.RESTRICTED)
        .expectation()
        .plan();
  }

  @Test
  void theOnlyContainerIsTheServer() {
    assertThat(TestPod.named("chat").facts().serverContainer(Optional.empty())).contains("server");
  }

  @Test
  void ofSeveralNoneIsGuessed() {
    assertThat(TestPod.named("chat").container("proxy").facts().serverContainer(Optional.empty()))
        .isEmpty();
  }

  @Test
  void thePodsAnnotationTells() {
    TestPod pod =
        TestPod.named("chat")
            .container("proxy")
            .annotated("kubectl.kubernetes.io/default-container", "proxy");

    assertThat(pod.facts().serverContainer(Optional.empty())).contains("proxy");
    assertThat(pod.facts().serverContainer(Optional.of("server"))).contains("server");
  }

  @Test
  void aNameThatNoContainerHasIsNoServer() {
    assertThat(TestPod.named("chat").facts().serverContainer(Optional.of("sever"))).isEmpty();
  }

  @Test
  void aPodThatNoKubeletSawYetHasFactsToo() {
    PodFacts facts =
        PodReader.STRICT
            .record(new PodBuilder(TestPod.named("chat").build()).withStatus(null).build())
            .facts();

    assertThat(facts.phase()).isEqualTo("Pending");
    assertThat(facts.failure()).isEmpty();
    assertThat(facts.statuses()).isEmpty();
  }

  @Test
  void onlyOurEphemeralContainersCount() {
    TestPod pod = TestPod.named("chat").observer("wst-observe-8f14e45f").observer("debugger-abcde");

    assertThat(pod.facts().observers())
        .extracting(observer -> observer.name().text())
        .containsExactly("wst-observe-8f14e45f");
  }

  /** Its report answers that, even if the tuning wants something else by then. */
  @Test
  void whatAnObserverWasSentForIsReadFromItsCommand() {
    TestPod pod =
        TestPod.named("chat")
            .observer(
                "wst-observe-8f14e45f",
                List.of(
                    "observe",
                    "--start=8f14e45f",
                    "--ports=8080,9090",
                    "--probe=false",
                    "--keys=net.core.somaxconn"));

    assertThat(pod.facts().observers())
        .extracting(ObserverFacts::target, ObserverFacts::command)
        .containsExactly(
            tuple("server", new SentCommand("8080,9090", false, "net.core.somaxconn")));
  }

  @Test
  void aPodThatIsDeletedOrDoneHasEnded() {
    assertThat(TestPod.named("chat").running().facts().ended()).isFalse();
    assertThat(TestPod.named("chat").running().deleting().facts().ended()).isTrue();
    assertThat(TestPod.named("chat").phase("Succeeded").facts().ended()).isTrue();
    assertThat(TestPod.named("chat").phase("Failed").facts().ended()).isTrue();
  }

  @Test
  void theRevisionOfAWorkloadIsReadFromTheLabelOfItsController() {
    assertThat(labelled("pod-template-hash", "7d9c5b6f4").revision()).isEqualTo("7d9c5b6f4");
    assertThat(labelled("controller-revision-hash", "chat-66bc").revision()).isEqualTo("chat-66bc");
    assertThat(TestPod.named("chat").facts().revision()).isEmpty();
  }

  private static PodFacts labelled(String key, String value) {
    return TestPod.named("chat")
        .with(p -> p.editMetadata().addToLabels(key, value).endMetadata())
        .facts();
  }

  /** There may be a hundred thousand of them in memory. */
  @Test
  void whatIsBigInAPodIsNotKept() {
    String big = "x".repeat(10_000);
    TestPod pod =
        TestPod.named("big")
            .running()
            .annotated("kubectl.kubernetes.io/last-applied-configuration", big)
            .with(
                p ->
                    p.editMetadata()
                        .addNewManagedField()
                        .withManager(big)
                        .endManagedField()
                        .endMetadata()
                        .editSpec()
                        .editFirstContainer()
                        .addNewEnv()
                        .withName("A")
                        .withValue(big)
                        .endEnv()
                        .endContainer()
                        .endSpec());

    assertThat(pod.record().toString()).hasSizeLessThan(1500).doesNotContain("xxx");
  }
}
