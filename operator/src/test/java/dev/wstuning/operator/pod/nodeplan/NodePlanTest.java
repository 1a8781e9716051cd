package dev.wstuning.operator.pod.nodeplan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.OpenFilesMethod;
import dev.wstuning.operator.api.v1alpha1.NotUnderstood;
import dev.wstuning.operator.api.v1alpha1.Selector;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec;
import dev.wstuning.operator.api.v1alpha1.WebSocketPodPlanSpec.OpenFilesRange;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.plan.PlanHash;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What agents read of one tuning. */
class NodePlanTest {

  private static final Selector CHAT = new Selector(Map.of("app", "chat"), null);

  @Test
  void theAgentGetsTheArgumentsOfAnInitContainer() {
    SpecBuilder spec =
        byNode()
            .keepalive(300, 10, 5)
            .userTimeout(383)
            .sysctl("net.ipv4.tcp_retries2", "8")
            .openFiles(65536L, 100000L)
            .container("chat")
            .tuningError(TuningError.Hold);
    String hash = PlanHash.of(spec.build());

    assertThat(plan(spec))
        .isEqualTo(
            new WebSocketPodPlanSpec(
                "2026-01-01T00:00:00Z",
                Via.NodeAgent,
                CHAT,
                List.of(
                    "apply",
                    "--plan=" + hash,
                    "--on-error=hold",
                    "--keepalive=300/10/5",
                    "--user-timeout=383",
                    "net.ipv4.tcp_keepalive_time=300",
                    "net.ipv4.tcp_keepalive_intvl=10",
                    "net.ipv4.tcp_keepalive_probes=5",
                    "net.ipv4.tcp_retries2=8"),
                hash,
                "chat",
                new OpenFilesRange(65536L, 100000L)));
  }

  @Test
  void anOutcomeBecomesArguments() {
    assertThat(plan(byNode().deadPeers(60)).arguments())
        .contains("--override")
        .anyMatch(a -> a.startsWith("--keepalive="))
        .anyMatch(a -> a.startsWith("--user-timeout="))
        .anyMatch(a -> a.startsWith("net.ipv4.tcp_retries2="));
  }

  @Test
  void openFilesAloneNeedNoArguments() {
    WebSocketPodPlanSpec plan = plan(byNode().connections(10_000));

    assertThat(plan.arguments()).isNull();
    assertThat(plan.plan()).startsWith("v1:");
    assertThat(plan.openFiles()).isEqualTo(new OpenFilesRange(12_024L, null));
  }

  @Test
  void theAgentSetsOpenFilesOnlyIfThatMethodIsAllowed() {
    WebSocketPodPlanSpec plan =
        plan(
            byNode()
                .keepalive(300, 10, 5)
                .openFiles(65536)
                .openFilesMethods(List.of(OpenFilesMethod.Launcher)));

    assertThat(plan.openFiles()).isNull();
    assertThat(plan.arguments()).noneMatch(a -> a.contains("open-files"));
  }

  /** It is only there to show whose its pods are. */
  @Test
  void aTuningByAdmissionGivesAgentsNothingToDo() {
    assertThat(plan(SpecBuilder.tune().keepalive(300, 10, 5).openFiles(65536).container("chat")))
        .isEqualTo(
            new WebSocketPodPlanSpec(
                "2026-01-01T00:00:00Z", Via.Admission, CHAT, null, null, "chat", null));
  }

  @Test
  void aTuningThatObservesGivesAgentsNothingToDo() {
    assertThat(plan(SpecBuilder.observe().via(Via.NodeAgent).keepalive(300, 10, 5)))
        .isEqualTo(
            new WebSocketPodPlanSpec(
                "2026-01-01T00:00:00Z", Via.NodeAgent, CHAT, null, null, null, null));
  }

  /** Its pods are its own, and what it wants of them is not known. */
  @Test
  void aTuningThatCannotBeReadGivesAgentsNothingToDo() {
    WebSocketTuning tuning = Tunings.of("chat", byNode().keepalive(300, 10, 5).build());
    tuning.notUnderstood(new NotUnderstood(List.of(), List.of("spec.mode")));

    assertThat(NodePlan.of(tuning).arguments()).isNull();
    assertThat(NodePlan.of(tuning).plan()).isNull();
    assertThat(NodePlan.of(tuning).selector()).isEqualTo(CHAT);
  }

  /** What the CRD refused would never reach any agent. */
  @Test
  void theCrdTakesEveryArgument() {
    SpecBuilder all = byNode().deadPeers(60);
    for (Sysctl sysctl : Sysctl.values()) {
      if (!sysctl.keepalive() && sysctl != Sysctl.TCP_RETRIES2) {
        all.sysctl(sysctl.key(), "4096 131072 6291456");
      }
    }

    assertThat(plan(all).arguments())
        .hasSizeGreaterThan(Sysctl.values().length)
        .hasSizeLessThanOrEqualTo(64)
        .allMatch(a -> a.matches(WebSocketPodPlanSpec.ARGUMENT));
    assertThat(
            List.of("--to=/wstuning", "kernel.core_pattern=1", "net.x=|sh", "observe", "/bin/sh"))
        .noneMatch(a -> a.matches(WebSocketPodPlanSpec.ARGUMENT));
  }

  private static SpecBuilder byNode() {
    return SpecBuilder.tune().via(Via.NodeAgent);
  }

  private static WebSocketPodPlanSpec plan(SpecBuilder spec) {
    return NodePlan.of(Tunings.of("chat", spec.build()));
  }
}
