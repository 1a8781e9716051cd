package dev.wstuning.operator.pod.status;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.DeadPeer;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.KeepaliveValues;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.NotPossible;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesRange;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Plan;
import dev.wstuning.operator.fixtures.ReadableYaml;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.PlanContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What new pods get, and what it leads to, as users read it. */
class PlanRendererTest {

  private static final PlanContext ADMITS_ALL = VerdictInputBuilder.ADMITS_ALL;
  private static final PlanContext RESTRICTED = VerdictInputBuilder.RESTRICTED;

  @Test
  void anOutcomeIsShownWithItsNumbers() {
    assertThat(ReadableYaml.of(plan(tune().deadPeers(60), ADMITS_ALL)))
        .isEqualTo(
            """
            applicationKeepalive: Override
            deadPeer:
              busySeconds: 50
              idleSeconds: 51
              withinSeconds: 59
            hash: v1:388efd86dd3a
            keepalive:
              intervalSeconds: 7
              probes: 3
              timeSeconds: 30
            mechanism: InitContainer
            methods:
              openFiles:
                - NodeAgent
              sockets:
                - Programs
            reason: this namespace admits privileged pods
            sockets: Programs
            sysctls:
              - name: net.ipv4.tcp_keepalive_time
                value: '30'
              - name: net.ipv4.tcp_keepalive_intvl
                value: '7'
              - name: net.ipv4.tcp_keepalive_probes
                value: '3'
              - name: net.ipv4.tcp_retries2
                value: '6'
            toleratedOutageSeconds: 14
            userTimeoutSeconds: 50
            """);
  }

  @Test
  void theWaysToOpenFilesAreThoseThatThereAre() {
    SpecBuilder all = tune().connections(50_000).launcher().library();

    assertThat(PlanRenderer.of(VerdictInputBuilder.of(all).expectation(), true))
        .satisfies(
            p -> {
              assertThat(p.openFiles()).isEqualTo(new OpenFilesRange(56_024L, null));
              assertThat(p.methods().openFiles())
                  .containsExactly("NodeAgent", "Launcher", "Preload");
              assertThat(p.openFilesBy())
                  .containsExactly("Inherited", "NodeAgent", "Launcher", "Preload");
            });
    assertThat(plan(tune().openFiles(15_000), ADMITS_ALL).openFilesBy())
        .containsExactly("Inherited");
    assertThat(plan(tune().deadPeers(60), ADMITS_ALL).openFilesBy()).isNullOrEmpty();
  }

  @Test
  void anOutcomeUnderRestrictedIsShownWithItsNumbers() {
    assertThat(ReadableYaml.of(plan(tune().deadPeers(60).library(), RESTRICTED)))
        .isEqualTo(
            """
            applicationKeepalive: Override
            deadPeer:
              busySeconds: 50
              idleSeconds: 51
              withinSeconds: 59
            hash: v1:e8c725887800
            keepalive:
              intervalSeconds: 7
              probes: 3
              timeSeconds: 30
            mechanism: PodSecurityContext
            methods:
              openFiles:
                - NodeAgent
                - Preload
              sockets:
                - Programs
                - Preload
            reason: Pod Security restricted of this namespace refuses privileged pods
            sockets: Preload
            sysctls:
              - name: net.ipv4.tcp_keepalive_time
                value: '30'
              - name: net.ipv4.tcp_keepalive_intvl
                value: '7'
              - name: net.ipv4.tcp_keepalive_probes
                value: '3'
            toleratedOutageSeconds: 14
            userTimeoutSeconds: 50
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 11, 30, 60, 350, 3600, 86_400})
  void aPromiseIsKeptByItsPlan(int withinSeconds) {
    assertThat(plan(tune().deadPeers(withinSeconds), ADMITS_ALL).deadPeer().withinSeconds())
        .isLessThanOrEqualTo(withinSeconds);
    assertThat(
            plan(tune().deadPeers(withinSeconds).library(), RESTRICTED).deadPeer().withinSeconds())
        .isLessThanOrEqualTo(withinSeconds);
  }

  @Test
  void sysctlsThatAreAskedForCount() {
    SpecBuilder spec =
        tune()
            .keepalive(300, 10, 5)
            .sysctl("net.ipv4.tcp_retries2", "8")
            .sysctl("net.ipv4.tcp_rto_max_ms", "5000");

    assertThat(plan(spec, ADMITS_ALL).deadPeer().busySeconds()).isEqualTo(27);
  }

  @Test
  void sysctlsThatCannotBeSetDoNot() {
    SpecBuilder spec = tune().keepalive(300, 10, 5).library().sysctl("net.ipv4.tcp_retries2", "8");

    assertThat(plan(spec, RESTRICTED).deadPeer().busySeconds()).isEqualTo(925);
  }

  @Test
  void aUserTimeoutAloneFindsNoIdlePeer() {
    Plan plan = plan(tune().userTimeout(20), ADMITS_ALL);

    assertThat(plan.keepalive()).isNull();
    assertThat(plan.userTimeoutSeconds()).isEqualTo(20);
    assertThat(plan.deadPeer()).isEqualTo(new DeadPeer(null, 20L, null));
    assertThat(plan.applicationKeepalive()).isEqualTo("Respect");
  }

  @Test
  void nothingIsPromisedWhereNothingTouchesSockets() {
    SpecBuilder spec =
        tune().keepalive(300, 10, 5).applicationKeepalive(ApplicationKeepalive.Override);

    Plan plan = plan(spec, RESTRICTED);

    assertThat(plan.mechanism()).isEqualTo("PodSecurityContext");
    assertThat(plan.keepalive()).isEqualTo(new KeepaliveValues(300, 10, 5));
    assertThat(plan.sockets()).isNull();
    assertThat(plan.applicationKeepalive()).isNull();
    assertThat(plan.deadPeer()).isNull();
    assertThat(plan.toleratedOutageSeconds()).isNull();
    assertThat(plan.notPossible())
        .containsExactly(
            new NotPossible(
                "applicationKeepalive",
                "needs a privileged init container, or Preload in methods.sockets"));
  }

  @Test
  void whoObservesSeesTheNumbersAndNoPlan() {
    Plan plan = plan(observe().deadPeers(60), ADMITS_ALL);

    assertThat(plan.hash()).isNull();
    assertThat(plan.sockets()).isNull();
    assertThat(plan.keepalive()).isEqualTo(plan(tune().deadPeers(60), ADMITS_ALL).keepalive());
    assertThat(plan.deadPeer()).isNull();
  }

  @Test
  void theLibraryAloneIsAPlanToo() {
    Plan plan = plan(tune().userTimeout(20).library(), RESTRICTED);

    assertThat(plan.hash()).isNotNull();
    assertThat(plan.mechanism()).isEqualTo("None");
    assertThat(plan.sockets()).isEqualTo("Preload");
  }

  private static Plan plan(SpecBuilder spec, PlanContext planContext) {
    return PlanRenderer.of(
        VerdictInputBuilder.of(spec).planContext(planContext).expectation(), false);
  }
}
