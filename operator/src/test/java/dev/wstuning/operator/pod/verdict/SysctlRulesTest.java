package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ObservedPodBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.sysctl.Sysctl;
import org.junit.jupiter.api.Test;

/** What is said to have set a sysctl that differs. */
class SysctlRulesTest {

  private static final String KEY = "net.ipv4.tcp_fin_timeout";
  private static final SpecBuilder WANTED = tune().sysctl(KEY, "15");

  private static TestPod pod() {
    return TestPod.named("chat-1").ofDeployment("chat").running();
  }

  /** A pod whose author wrote the key. */
  private static TestPod setting(String value) {
    return pod()
        .with(
            p ->
                p.editSpec()
                    .editOrNewSecurityContext()
                    .addNewSysctl(KEY, value)
                    .endSecurityContext()
                    .endSpec());
  }

  private static ObservedPodBuilder seen(TestPod pod, String value) {
    return observed(pod).seen(node().sysctl(Sysctl.TCP_FIN_TIMEOUT, value).build());
  }

  private static Finding judge(SpecBuilder spec, PlanContext context, ObservedPodBuilder pod) {
    return VerdictInputBuilder.of(spec).planContext(context).pod(pod).judged().get(0).finding();
  }

  @Test
  void whatThePodItselfSetsIsNamed() {
    Finding expected =
        Finding.bad(
            TuningReason.SysctlDiffers,
            KEY + " is 30, want 15; the pod itself sets it, in securityContext.sysctls",
            "remove net.ipv4.tcp_fin_timeout from securityContext.sysctls of deployment/chat, or"
                + " write 30 in the tuning");

    assertThat(judge(WANTED, VerdictInputBuilder.RESTRICTED, seen(setting("30"), "30")))
        .isEqualTo(expected);
    assertThat(
            judge(
                WANTED,
                VerdictInputBuilder.RESTRICTED,
                seen(setting("30"), "30").coverage(Coverage.RESTART_PENDING)))
        .as("a restart changes nothing")
        .isEqualTo(expected);
    assertThat(
            judge(
                observe().sysctl(KEY, "15"),
                VerdictInputBuilder.RESTRICTED,
                seen(setting("30"), "30")))
        .isEqualTo(expected);
  }

  /** Without privilege the operator writes into securityContext.sysctls, too. */
  @Test
  void whatAnOlderPlanSetIsNotThePodsOwn() {
    SpecBuilder older = tune().sysctl(KEY, "30");
    TestPod tuned =
        setting("30")
            .tuned(
                "chat",
                VerdictInputBuilder.of(older)
                    .planContext(VerdictInputBuilder.RESTRICTED)
                    .expectation()
                    .plan());

    assertThat(
            judge(
                WANTED,
                VerdictInputBuilder.RESTRICTED,
                seen(tuned, "30").coverage(Coverage.RESTART_PENDING)))
        .isEqualTo(
            Finding.bad(
                TuningReason.SysctlDiffers, KEY + " is 30, want 15", new Remedy.RestartPod()));
    assertThat(
            judge(
                    observe().sysctl(KEY, "15"),
                    VerdictInputBuilder.RESTRICTED,
                    seen(tuned, "30").coverage(Coverage.RESTART_PENDING))
                .next())
        .isEqualTo("set spec.mode to Tune");
    assertThat(judge(WANTED, VerdictInputBuilder.RESTRICTED, seen(tuned, "30")).message())
        .as("with the present plan only the pod itself can have set it")
        .endsWith("the pod itself sets it, in securityContext.sysctls");
  }

  @Test
  void aPrivilegedInitContainerWillWriteOverIt() {
    SpecBuilder unsafe = tune().sysctl(KEY, "15").sysctl("net.core.somaxconn", "4096");
    ObservedPodBuilder old =
        observed(setting("30"))
            .coverage(Coverage.RESTART_PENDING)
            .seen(
                node()
                    .sysctl(Sysctl.TCP_FIN_TIMEOUT, "30")
                    .sysctl(Sysctl.SOMAXCONN, "4096")
                    .build());

    assertThat(judge(unsafe, VerdictInputBuilder.ADMITS_ALL, old).remedy())
        .isEqualTo(new Remedy.RestartPod());
  }

  @Test
  void whatChangedAfterTheStartIsNotHelpedByARestart() {
    Finding expected =
        Finding.bad(
            TuningReason.SysctlDiffers,
            KEY
                + " is 60, want 15; the pod started with the wanted value, and something changed it"
                + " since",
            "find what sets it (an init container or the server of deployment/chat, or a program on"
                + " the node) and remove that, or write 60 in the tuning");

    assertThat(judge(WANTED, VerdictInputBuilder.RESTRICTED, seen(setting("15"), "60")))
        .isEqualTo(expected);

    SpecBuilder unsafe = tune().sysctl(KEY, "15").sysctl("net.core.somaxconn", "4096");
    TestPod written = pod().tuned("chat", VerdictInputBuilder.of(unsafe).expectation().plan());
    ObservedPodBuilder changed =
        observed(written)
            .boot(Boots.givenLimit(1024, 1024))
            .seen(
                node()
                    .sysctl(Sysctl.TCP_FIN_TIMEOUT, "60")
                    .sysctl(Sysctl.SOMAXCONN, "4096")
                    .build());
    assertThat(judge(unsafe, VerdictInputBuilder.ADMITS_ALL, changed)).isEqualTo(expected);
    assertThat(
            judge(
                    unsafe,
                    VerdictInputBuilder.ADMITS_ALL,
                    changed.boot(Boots.refused("net.ipv4.tcp_fin_timeout=15: invalid argument")))
                .remedy())
        .as("the init container failed")
        .isEqualTo(new Remedy.RestartPod());
  }

  @Test
  void withoutACauseARestartIsAdvised() {
    assertThat(judge(WANTED, VerdictInputBuilder.RESTRICTED, seen(pod(), "60")))
        .isEqualTo(
            Finding.bad(
                TuningReason.SysctlDiffers, KEY + " is 60, want 15", new Remedy.RestartPod()));
    assertThat(judge(WANTED, VerdictInputBuilder.RESTRICTED, seen(setting("30"), "60")).message())
        .as("the pod sets a third value")
        .isEqualTo(KEY + " is 60, want 15");
  }

  @Test
  void whatThePodItselfSetsInsteadOfADerivedValueIsNamed() {
    TestPod own =
        pod()
            .with(
                p ->
                    p.editSpec()
                        .editOrNewSecurityContext()
                        .addNewSysctl("net.ipv4.tcp_keepalive_time", "7200")
                        .endSecurityContext()
                        .endSpec());
    Finding finding =
        judge(
            tune().deadPeers(60),
            VerdictInputBuilder.RESTRICTED,
            observed(own).seen(node().port(8080, 1, 7200).build()));

    assertThat(finding.reason()).isEqualTo(TuningReason.DeadPeersLate);
    assertThat(finding.message())
        .endsWith(
            "; the pod itself sets net.ipv4.tcp_keepalive_time, in securityContext.sysctls, want 30");
    assertThat(finding.next())
        .isEqualTo(
            "remove net.ipv4.tcp_keepalive_time from securityContext.sysctls of deployment/chat");
    assertThat(
            judge(
                    tune().deadPeers(60),
                    VerdictInputBuilder.RESTRICTED,
                    observed(pod()).seen(node().port(8080, 1, 7200).build()))
                .message())
        .doesNotContain("the pod itself");
  }
}
