package dev.wstuning.operator.pod.suspension;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.Boot;
import dev.wstuning.operator.pod.plan.TuningPlan;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Only what the operator did itself trips the circuit breaker. */
class InjectionFailuresTest {

  private static final TuningPlan PLAN =
      VerdictInputBuilder.of(tune().keepalive(300, 10, 5)).expectation().plan();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError"
      })
  void anInitContainerThatCannotStart(String reason) {
    assertThat(of(tuned().bootWaits(reason)))
        .contains(
            "the init container of pod chat-1 does not start: %s, a message of the kubelet"
                .formatted(reason));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PodInitializing", "ContainerCreating"})
  void oneThatIsOnItsWayIsFine(String reason) {
    assertThat(of(tuned().bootWaits(reason))).isEmpty();
    assertThat(of(tuned())).isEmpty();
  }

  @Test
  void oneThatCrashesWithoutAReport() {
    TestPod pod = tuned().bootWaits("CrashLoopBackOff");

    assertThat(InjectionFailures.of(observed(pod).boot(Boot.unreadable("no message")).build()))
        .contains("the init container of pod chat-1 crashes");
  }

  @Test
  void oneThatWaitsForTheNodesAgentIsFine() {
    TuningPlan plan =
        VerdictInputBuilder.of(tune().keepalive(300, 10, 5).openFiles(65_536)).expectation().plan();
    TestPod pod = TestPod.named("chat-1").awaitsAgent(plan).bootBacksOff();

    assertThat(InjectionFailures.of(observed(pod).boot(pod.record().boot()).build())).isEmpty();
    assertThat(
            InjectionFailures.of(
                observed(pod.booted(1, null).bootBacksOff()).boot(pod.record().boot()).build()))
        .as("a container that crashes after that")
        .isPresent();
  }

  @Test
  void oneThatHoldsThePodAsItWasToldIsFine() {
    TestPod pod = tuned().bootWaits("CrashLoopBackOff");

    assertThat(InjectionFailures.of(observed(pod).boot(Boots.refused("x")).build())).isEmpty();
  }

  @Test
  void oneThatCannotPutTheLauncherInPlaceAlthoughThePodShallStart() {
    TestPod pod = launched().bootWaits("CrashLoopBackOff");

    assertThat(
            InjectionFailures.of(
                observed(pod).boot(Boots.openFilesRefused("no space left")).build()))
        .contains("the init container of pod chat-1 crashes");
  }

  @ParameterizedTest
  @CsvSource({"StartError, true", "Error, false"})
  void aLauncherThatTheRuntimeCannotExecute(String reason, boolean ours) {
    TestPod pod = launched().serverCrashed(reason, "exec: \"/wstuning/tuner\": permission denied");

    assertThat(of(pod).isPresent()).isEqualTo(ours);
  }

  @Test
  void aLauncherThatStartedInTheEndIsFine() {
    TestPod pod =
        launched()
            .serverCrashed("StartError", "exec: \"/wstuning/tuner\": text file busy")
            .with(
                p ->
                    p.editStatus()
                        .editContainerStatus(0)
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .endContainerStatus()
                        .endStatus());

    assertThat(of(pod)).isEmpty();
  }

  @Test
  void aCommandThatIsNotThereIsItsOwnersFault() {
    assertThat(of(launched().serverCrashed("StartError", "exec: \"chat\": not found"))).isEmpty();
  }

  private static TestPod launched() {
    return TestPod.named("chat-1")
        .with(p -> p.editSpec().editContainer(0).withCommand("chat").endContainer().endSpec())
        .tuned(
            "chat", VerdictInputBuilder.of(tune().openFiles(64).launcher()).expectation().plan());
  }

  @Test
  void aSysctlThatTheKubeletForbids() {
    TestPod pod =
        TestPod.named("chat-1")
            .annotated("wstuning.dev/plan", PLAN.hash())
            .with(p -> p.editStatus().withReason("SysctlForbidden").endStatus());

    assertThat(of(pod)).contains("the kubelet refuses a sysctl of pod chat-1");
  }

  @Test
  void aSysctlOfThePodsOwnIsItsOwnersFault() {
    assertThat(
            of(
                TestPod.named("chat-1")
                    .with(p -> p.editStatus().withReason("SysctlForbidden").endStatus())))
        .isEmpty();
  }

  @Test
  void aServerWhoseImageIsMissingIsItsOwnersFault() {
    assertThat(of(tuned().serverWaits("ImagePullBackOff"))).isEmpty();
  }

  @Test
  void aPodThatGoesAwayDoesNotMatter() {
    assertThat(of(tuned().bootWaits("ErrImagePull").deleting())).isEmpty();
  }

  private static TestPod tuned() {
    return TestPod.named("chat-1").tuned("chat", PLAN);
  }

  private static Optional<String> of(TestPod pod) {
    return InjectionFailures.of(observed(pod).build());
  }
}
