package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.OpenFilesOrigin.By;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From what the init container was given and what the server has, to what made it so. */
class OpenFilesOriginTest {

  private static By by(ObservedPodBuilder pod, long soft, long hard) {
    return by(asked(), pod, soft, hard);
  }

  private static By by(SpecBuilder spec, ObservedPodBuilder pod, long soft, long hard) {
    return OpenFilesOrigin.of(
            VerdictInputBuilder.of(spec).expectation(),
            pod.build(),
            node().nofile(soft, hard).build())
        .by();
  }

  /** A pod whose containers were given a limit, as its init container found out. */
  private static ObservedPodBuilder given(SpecBuilder spec, long soft, long hard) {
    TestPod pod =
        TestPod.named("chat-1")
            .with(p -> p.editSpec().editContainer(0).withCommand("chat").endContainer().endSpec())
            .tuned("chat", VerdictInputBuilder.of(spec).expectation().plan());
    return observed(pod).boot(Boots.refusedAt(soft, hard));
  }

  private static NodeAgentReport agent(boolean serving) {
    return new NodeAgentReport(
        "n1",
        serving,
        Optional.empty(),
        OptionalLong.of(20_000),
        OptionalLong.of(1024),
        false,
        OptionalLong.empty(),
        Optional.empty());
  }

  private static SpecBuilder asked() {
    return tune().keepalive(300, 10, 5).openFiles(15_000);
  }

  @ParameterizedTest
  @CsvSource({
    // what the server has after it was given 1024:20000
    "1024, 20000, Inherited",
    "15000, 20000, Preload",
    "20000, 20000, Server",
    "19999, 20000, Server",
    // a server with CAP_SYS_RESOURCE, on a node without an agent
    "2048, 30000, Server",
  })
  void withTheLibrary(long soft, long hard, By expected) {
    assertThat(by(given(asked().library(), 1024, 20_000), soft, hard)).isEqualTo(expected);
  }

  @Test
  void anAgentThatCameAfterTheInitContainer() {
    assertThat(by(given(asked(), 1024, 4096).node(agent(true)), 15_000, 15_000))
        .isEqualTo(By.NodeAgent);
  }

  @Test
  void aLauncherWithTheRightToRaiseTheHardLimit() {
    assertThat(by(given(asked().launcher(), 1024, 4096), 15_000, 15_000)).isEqualTo(By.Launcher);
  }

  @ParameterizedTest
  @CsvSource({"15000, Launcher", "1024, Inherited", "20000, Server"})
  void withTheLauncher(long soft, By expected) {
    assertThat(by(given(asked().launcher(), 1024, 20_000), soft, 20_000)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // the init container was given it too, and an agent gives what the runtime does not
    "15000, 20000, true, NodeAgent",
    "15000, 20000, false, Inherited",
    "1024, 20000, true, Inherited",
  })
  void aLimitThatTheInitContainerHadTooIsTheAgentsOrInherited(
      long soft, long hard, boolean serving, By expected) {
    assertThat(by(given(asked(), soft, hard).node(agent(serving)), soft, hard)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "15000, 20000, true, NodeAgent",
    // the wanted limit is above the hard limit that the runtime gives
    "15000, 15000, true, NodeAgent",
    "20000, 20000, true, Server",
    "19999, 20000, true, Server",
    "1024, 20000, true, Inherited",
    "15000, 20000, false, Inherited",
  })
  void withoutAnInitContainer(long soft, long hard, boolean serving, By expected) {
    SpecBuilder spec = tune().openFiles(15_000);
    TestPod pod =
        TestPod.named("chat-1").tuned("chat", VerdictInputBuilder.of(spec).expectation().plan());

    assertThat(by(spec, observed(pod).node(agent(serving)), soft, hard)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // the runtime gives 1024, so the process did it
    "15000, 20000, Server",
    "20000, 20000, Server",
    "1024, 20000, Inherited",
  })
  void aPodThatAsksNoAgent(long soft, long hard, By expected) {
    SpecBuilder spec = observe().openFiles(15_000L, 20_000L);

    assertThat(by(spec, observed("chat-1").node(agent(true)), soft, hard)).isEqualTo(expected);
  }

  @Test
  void podsOfDifferentNodesMakeOneGroup() {
    ObservedPod pod = given(asked(), 15_000, 20_000).node(agent(true)).build();

    assertThat(
            OpenFilesOrigin.of(
                    VerdictInputBuilder.of(asked()).expectation(),
                    pod,
                    node().nofile(15_000, 20_000).build())
                .reason())
        .doesNotContain("n1");
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096, true, NodeAgent",
    "4096, 4096, false, Server",
    "4096, 20000, true, Server",
  })
  void aMaximumThatIsHeld(long soft, long hard, boolean serving, By expected) {
    SpecBuilder spec = tune().keepalive(300, 10, 5).openFiles(null, 4096L);

    assertThat(by(spec, given(spec, 20_000, 20_000).node(agent(serving)), soft, hard))
        .isEqualTo(expected);
  }

  @Test
  void aMaximumThatWasThereAlreadyWasNotLowered() {
    SpecBuilder spec = asked().openFiles(15_000L, 20_000L);

    assertThat(by(spec, given(spec, 1024, 20_000).node(agent(true)), 1024, 20_000))
        .isEqualTo(By.Inherited);
  }
}
