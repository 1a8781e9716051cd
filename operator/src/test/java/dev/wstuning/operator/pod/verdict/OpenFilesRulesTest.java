package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.fixtures.Agents;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.selection.Markers;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is reported about limits that are not as wanted. */
class OpenFilesRulesTest {

  private static final String AGENT =
      "let a WebSocketNodeTuning with openFiles.maximum of at least 15000 select node n1";
  private static final String RUNTIME =
      "raise LimitNOFILE of the container runtime on the node, or lower spec.openFiles.minimum";

  private static SpecBuilder asked() {
    return tune().openFiles(15_000);
  }

  private static ObservedPodBuilder low(long soft, long hard) {
    return observed(onNode("chat-1")).seen(node().comm("python3").nofile(soft, hard).build());
  }

  private static TestPod onNode(String name) {
    return TestPod.named(name)
        .ofDeployment("chat")
        .running()
        .with(p -> p.editSpec().withNodeName("n1").endSpec());
  }

  private static NodeAgentReport serving(long limit) {
    return new NodeAgentReport(
        "n1",
        true,
        Optional.empty(),
        OptionalLong.of(limit),
        OptionalLong.of(1024),
        false,
        OptionalLong.empty(),
        Optional.empty());
  }

  private static final String RESTART =
      "restart the pod so that it boots with the current settings";

  private static Finding judge(SpecBuilder spec, ObservedPodBuilder pod) {
    return VerdictInputBuilder.of(spec).pod(pod).judged().get(0).finding();
  }

  @Test
  void aLowLimitIsReportedWithItsNodeAndEveryRemedy() {
    assertThat(judge(asked(), low(1024, 20_000)))
        .isEqualTo(
            Finding.bad(
                TuningReason.OpenFilesBelowMinimum,
                "the open files limit of python3 on node n1 is 1024 (hard 20000), want at least"
                    + " 15000; no node agent serves the node",
                "add Preload to spec.methods.openFiles (or Launcher, for statically linked servers), or "
                    + AGENT
                    + ", or raise the soft limit in the server (setrlimit)"));
  }

  @Test
  void aHardLimitThatIsTooLowNeedsTheNode() {
    assertThat(judge(asked().library(), low(4096, 4096)).next())
        .isEqualTo(AGENT + ", or " + RUNTIME);
  }

  @Test
  void aRemedyNamesWhatAnAgentGrants() {
    assertThat(judge(asked(), low(4096, 4096).node(serving(4096))).next())
        .isEqualTo(
            "raise openFiles.maximum and fs.nr_open in the WebSocketNodeTuning of node n1, whose agent"
                + " grants at most 4096 (kubectl get wsns n1 -o yaml shows why), or "
                + RUNTIME);
  }

  @Test
  void anAgentThatServesByNowHelpsWithARestart() {
    Finding finding = judge(asked(), low(1024, 4096).node(serving(20_000)));

    assertThat(finding.next()).isEqualTo(RESTART);
    assertThat(finding.message()).endsWith("want at least 15000");
  }

  @Test
  void aPodThatIsOlderThanTheServiceOfTheAgentSaysSo() {
    Finding finding = judge(asked(), asking().node(servingSince("2026-01-01T12:00:20Z")));

    assertThat(finding.message()).endsWith("; the pod was created before its node agent served");
    assertThat(finding.next()).isEqualTo(RESTART);
  }

  @Test
  void aPodThatMissedTheGrantOfAnAgentThatServedIsForAPersonToLookAt() {
    Finding finding = judge(asked(), asking().node(servingSince("2026-01-01T11:00:00Z")));

    assertThat(finding.message())
        .endsWith(
            "; the pod was created while its node agent served, but was not granted enough, so it is"
                + " not restarted by itself");
    assertThat(finding.next())
        .isEqualTo(
            "restart the pod by hand; if the next one lacks them, too, see why its node agent does not"
                + " grant them (kubectl get wsns n1 -o yaml, and the log of the agent)");
  }

  private static ObservedPodBuilder asking() {
    TestPod pod =
        onNode("chat-1").tuned("chat", VerdictInputBuilder.of(asked()).expectation().plan());
    return observed(pod).seen(node().comm("python3").nofile(1024, 4096).build());
  }

  private static NodeAgentReport servingSince(String time) {
    return Agents.serving("n1", 20_000, Optional.of(Instant.parse(time)));
  }

  @Test
  void anAgentThatDoesNotServeSaysWhy() {
    NodeAgentReport silent =
        new NodeAgentReport(
            "n1",
            false,
            Optional.of("no NRI socket"),
            OptionalLong.empty(),
            OptionalLong.empty(),
            false,
            OptionalLong.empty(),
            Optional.empty());

    Finding finding = judge(asked(), low(1024, 1024).node(silent));

    assertThat(finding.message()).endsWith("; its node agent does not serve: no NRI socket");
    assertThat(finding.next())
        .isEqualTo("fix the agent on node n1 (kubectl get wsnt -o wide), or " + RUNTIME);
  }

  @Test
  void aServerThatLowersItsLimitIsNotRestarted() {
    Finding finding =
        judge(
            asked(), low(1024, 20_000).node(serving(20_000)).boot(Boots.refusedAt(15_000, 20_000)));

    assertThat(finding.next()).startsWith("check what lowers the limit in the container");
  }

  @Test
  void aNameThatIsTooLongForTheAgentIsReported() {
    TestPod pod = withTooLongAName();
    Finding finding =
        judge(
            asked(), observed(pod).seen(node().nofile(1024, 20_000).build()).node(serving(20_000)));

    assertThat(finding.message())
        .endsWith("; a node agent cannot serve a container whose name has more than 53 characters");
    assertThat(finding.next())
        .isEqualTo(
            "give the container a shorter name, or add Launcher or Preload to spec.methods.openFiles");
  }

  @Test
  void anotherPluginIsReportedAndNoRestartIsAdvised() {
    NodeAgentReport beside =
        new NodeAgentReport(
            "n1",
            true,
            Optional.empty(),
            OptionalLong.of(20_000),
            OptionalLong.of(1024),
            true,
            OptionalLong.empty(),
            Optional.empty());
    Finding finding = judge(asked(), low(1024, 20_000).node(beside));

    assertThat(finding.message())
        .endsWith("; another NRI plugin sets limits on the node, so the node agent does not");
    assertThat(finding.next())
        .isEqualTo(
            "let the other NRI plugin grant the limit, or remove that plugin from node n1; then restart the pod");
  }

  @Test
  void anAgentWhosePodIsNotReadyDoesNotServe() {
    Finding finding = judge(asked(), low(1024, 20_000).node(serving(20_000).gone()));

    assertThat(finding.message()).endsWith("; the pod of its node agent is not ready");
    assertThat(finding.next()).contains("fix the agent on node n1");
  }

  @Test
  void aStaticServerIgnoresTheLibrary() {
    assertThat(judge(asked().library(), low(1024, 20_000)).next())
        .isEqualTo(
            "add Launcher to spec.methods.openFiles, because a statically linked server ignores the"
                + " library; or "
                + AGENT);
  }

  @Test
  void whatKeepsTheLauncherOutIsReported() {
    TestPod pod = onNode("chat-1").annotated(Markers.NO_PRELOAD, "container chat has no command");
    Finding finding =
        judge(asked().launcher(), observed(pod).seen(node().nofile(1024, 20_000).build()));

    assertThat(finding.message()).endsWith("; container chat has no command");
    assertThat(finding.next()).isEqualTo("remove what keeps it out, or " + AGENT);
  }

  @Test
  void whatKeptTheInitContainerFromFillingItsVolumeIsReported() {
    assertThat(
            judge(
                    asked().launcher(),
                    low(1024, 20_000).boot(Boots.openFilesRefused("no space left")))
                .message())
        .endsWith("no node agent serves the node; no space left");
  }

  @Test
  void whoObservesMayTuneAndWhoIsOlderIsRestarted() {
    assertThat(judge(observe().openFiles(15_000), low(1024, 20_000)).next())
        .isEqualTo("set spec.mode to Tune");
    assertThat(judge(asked(), low(1024, 20_000).coverage(Coverage.RESTART_PENDING)).next())
        .isEqualTo(RESTART);
  }

  @ParameterizedTest
  @CsvSource({
    "4095, 20000, Effective",
    "4096, 4096, Effective",
    "4097, 20000, OpenFilesAboveMaximum",
    "19999, 20000, OpenFilesAboveMaximum"
  })
  void aMaximumIsHeld(long soft, long hard, TuningReason reason) {
    assertThat(judge(tune().openFiles(null, 4096L), low(soft, hard)).reason()).isEqualTo(reason);
  }

  @Test
  void whatLowersALimitIsReported() {
    SpecBuilder spec = tune().openFiles(null, 4096L);

    assertThat(judge(spec, low(20_000, 20_000)))
        .isEqualTo(
            Finding.bad(
                TuningReason.OpenFilesAboveMaximum,
                "the open files limit of python3 on node n1 is 20000 (hard 20000), want at most"
                    + " 4096; no node agent serves the node",
                "let a WebSocketNodeTuning with openFiles select node n1, or add Launcher or Preload"
                    + " to spec.methods.openFiles, or raise spec.openFiles.maximum"));
    assertThat(judge(spec.launcher(), low(20_000, 20_000)).next())
        .isEqualTo(
            "let a WebSocketNodeTuning with openFiles select node n1, or raise"
                + " spec.openFiles.maximum");
    assertThat(judge(spec, low(20_000, 20_000).node(serving(20_000))).next()).isEqualTo(RESTART);
    assertThat(judge(observe().openFiles(null, 4096L), low(20_000, 20_000)).next())
        .isEqualTo("set spec.mode to Tune");
  }

  @Test
  void aLimitThatAServingAgentDidNotLowerIsForAPersonToLookAt() {
    SpecBuilder spec = tune().openFiles(null, 4096L);
    Finding before = judge(spec, low(20_000, 20_000).node(servingSince("2026-01-01T12:00:20Z")));
    Finding after = judge(spec, low(20_000, 20_000).node(servingSince("2026-01-01T11:00:00Z")));

    assertThat(before.message()).endsWith("; the pod was created before its node agent served");
    assertThat(before.next()).isEqualTo(RESTART);
    assertThat(after.message())
        .endsWith("; the pod was created while its node agent served, which did not lower it");
    assertThat(after.next())
        .isEqualTo(
            "restart the pod by hand; if the next one has as high a limit, see why its node agent"
                + " does not lower it (kubectl get wsns n1 -o yaml, and the log of the agent)");
  }

  @Test
  void anAgentLowersNoLimitOfAContainerWhoseNameIsTooLong() {
    TestPod pod = withTooLongAName();

    assertThat(
            judge(
                    tune().openFiles(null, 4096L),
                    observed(pod).seen(node().build()).node(serving(20_000)))
                .next())
        .isEqualTo(
            "give the container a shorter name, or add Launcher or Preload to"
                + " spec.methods.openFiles, or raise spec.openFiles.maximum");
  }

  /** The name of its container is one character too long to request a limit for it. */
  private static TestPod withTooLongAName() {
    return onNode("chat-1")
        .with(p -> p.editSpec().editContainer(0).withName("x".repeat(54)).endContainer().endSpec());
  }
}
