package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.fixtures.VerdictInputBuilder.CAPPED;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.INIT_CONTAINER;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.NONE;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.POD_SECURITY_CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.OpenFilesMethod;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Via;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.sysctl.Setting;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By which mechanism a pod gets what is wanted, and what it cannot get. */
class PlannerTest {

  private static final PlanContext PRIVILEGED =
      PlanContext.of("privileged", OptionalInt.empty(), 36);
  private static final PlanContext RESTRICTED =
      PlanContext.of("restricted", OptionalInt.empty(), 36);

  @ParameterizedTest
  @CsvSource({
    "Auto,         privileged, INIT_CONTAINER,       this namespace admits privileged pods",
    "Auto,         baseline,   POD_SECURITY_CONTEXT, Pod Security baseline of this namespace"
        + " refuses privileged pods",
    "Auto,         restricted, POD_SECURITY_CONTEXT, Pod Security restricted of this namespace"
        + " refuses privileged pods",
    "Unprivileged, privileged, POD_SECURITY_CONTEXT, privilege is Unprivileged",
    "Unprivileged, restricted, POD_SECURITY_CONTEXT, privilege is Unprivileged",
    "Privileged,   privileged, INIT_CONTAINER,       privilege is Privileged",
    "Privileged,   restricted, NONE,                 'privilege is Privileged, but Pod Security"
        + " restricted of this namespace refuses privileged pods'",
    ",             privileged, INIT_CONTAINER,       this namespace admits privileged pods",
  })
  void privilegeAndNamespaceDecide(
      Privilege privilege, String level, SysctlMechanism mechanism, String reason) {
    PlanContext planContext = PlanContext.of(level, OptionalInt.empty(), 36);

    TuningPlan plan = plan(tune().keepalive(300, 10, 5).privilege(privilege), planContext);

    assertThat(plan.mechanism()).isEqualTo(mechanism);
    assertThat(plan.reason()).isEqualTo(reason);
    assertThat(plan.injects()).isEqualTo(mechanism != NONE);
  }

  @Test
  void withoutPrivilegeSafeKeysAreSetAndTheOthersNamed() {
    SpecBuilder spec = tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384");

    TuningPlan plan = plan(spec, RESTRICTED);

    assertThat(plan.settings())
        .extracting(Setting::toString)
        .containsExactly(
            "net.ipv4.tcp_keepalive_time=300",
            "net.ipv4.tcp_keepalive_intvl=10",
            "net.ipv4.tcp_keepalive_probes=5");
    assertThat(plan.notPossible())
        .containsExactly(
            new NotPossible(
                "net.core.somaxconn", "Kubernetes 1.36 calls it unsafe, so it needs privilege"));
  }

  @Test
  void anOldClusterCallsMoreKeysUnsafe() {
    TuningPlan plan =
        plan(tune().keepalive(300, 10, 5), PlanContext.of("restricted", OptionalInt.empty(), 28));

    assertThat(plan.mechanism()).isEqualTo(NONE);
    assertThat(plan.injects()).isFalse();
    assertThat(plan.notPossible()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "baseline,   28, 0, 4", // keepalive keys are allowed from 1.29 on
    "restricted, 29, 3, 1", // and tcp_rmem from 1.32 on
    "restricted, 32, 4, 0",
    "baseline,   99, 4, 0", // a version to come is that of the cluster
    "privileged, 24, 4, 0", // nothing is refused there
  })
  void aVersionOfPodSecurityThatIsPinnedDecidesWhichKeysAreSafe(
      String level, int pinned, int set, int notPossible) {
    SpecBuilder spec =
        tune().keepalive(300, 10, 5).sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456");

    TuningPlan plan =
        plan(
            spec.privilege(Privilege.Unprivileged),
            PlanContext.of(level, OptionalInt.of(pinned), 36));

    assertThat(plan.settings()).hasSize(set);
    assertThat(plan.notPossible()).hasSize(notPossible);
  }

  @Test
  void aPinnedVersionIsNamedAsTheReason() {
    TuningPlan plan =
        plan(tune().keepalive(300, 10, 5), PlanContext.of("baseline", OptionalInt.of(28), 36));

    assertThat(plan.reason())
        .isEqualTo(
            "Pod Security baseline as of version 1.28 of this namespace refuses privileged pods");
    assertThat(plan.notPossible())
        .contains(
            new NotPossible(
                "net.ipv4.tcp_keepalive_time",
                "Pod Security as of version 1.28 refuses it without privilege"));
  }

  @Test
  void aPodWithAUserNamespaceIsTunedWithoutPrivilege() {
    TuningPlan plan = plan(tune().keepalive(300, 10, 5), PRIVILEGED.inUserNamespace());

    assertThat(plan.mechanism()).isEqualTo(POD_SECURITY_CONTEXT);
    assertThat(plan.reason())
        .isEqualTo("the pod has a user namespace of its own (hostUsers: false)");
  }

  @ParameterizedTest
  @CsvSource({
    "Auto,         privileged, POD_SECURITY_CONTEXT, ''",
    "Auto,         restricted, POD_SECURITY_CONTEXT, ''",
    "Privileged,   privileged, NONE,                 'privilege is Privileged, but '",
  })
  void theAdministratorsCapIsNamedAsTheReason(
      Privilege privilege, String level, SysctlMechanism mechanism, String but) {
    PlanContext planContext =
        PlanContext.of(level, OptionalInt.empty(), 36).within(CAPPED.allowance());

    TuningPlan plan = plan(tune().keepalive(300, 10, 5).privilege(privilege), planContext);

    assertThat(plan.mechanism()).isEqualTo(mechanism);
    assertThat(plan.reason())
        .isEqualTo(
            but
                + "the cluster's administrator allows no privileged containers"
                + " (maxPrivilege is Unprivileged in the ConfigMap wstuning-guard-rails)");
  }

  @Test
  void theCapChangesNothingThatNeedsNoPrivilege() {
    for (SpecBuilder spec :
        List.of(
            tune().openFiles(524_288).privilege(Privilege.Privileged),
            tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged),
            observe().keepalive(300, 10, 5))) {
      assertThat(plan(spec, CAPPED)).isEqualTo(plan(spec, PRIVILEGED));
    }
  }

  @Test
  void withPrivilegeEveryKeyIsPossible() {
    SpecBuilder spec = tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384");

    TuningPlan plan = plan(spec, PRIVILEGED);

    assertThat(plan.settings()).hasSize(4);
    assertThat(plan.notPossible()).isEmpty();
  }

  @Test
  void refusedPrivilegeLeavesEveryWishUnfulfilled() {
    TuningPlan plan =
        plan(tune().keepalive(300, 10, 5).privilege(Privilege.Privileged), RESTRICTED);

    assertThat(plan.settings()).isEmpty();
    assertThat(plan.notPossible())
        .hasSize(4)
        .contains(
            new NotPossible("net.ipv4.tcp_keepalive_time", "needs a privileged init container"));
  }

  @Test
  void observingInjectsNothing() {
    TuningPlan plan = plan(observe().keepalive(300, 10, 5), PRIVILEGED);

    assertThat(plan)
        .isEqualTo(
            new TuningPlan(
                PlanHash.of(observe().keepalive(300, 10, 5).build()),
                NONE,
                "mode is Observe; pods are not modified",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                TuningError.Start,
                Via.Admission));
  }

  @Test
  void openFilesAloneNeedNoPrivilege() {
    TuningPlan plan = plan(tune().openFiles(524_288).launcher(), PRIVILEGED);

    assertThat(plan.mechanism()).isEqualTo(NONE);
    assertThat(plan.injects()).isTrue();
    assertThat(plan.openFiles())
        .contains(
            new OpenFilesPlan(
                new OpenFiles(OptionalLong.of(524_288), OptionalLong.empty()), true, true, false));
    assertThat(plan.reason()).isEqualTo("open files need no privileged init container");
  }

  @Test
  void withoutAnyMethodOpenFilesAreOnlyJudged() {
    TuningPlan plan = plan(tune().openFiles(524_288).openFilesMethods(List.of()), PRIVILEGED);

    assertThat(plan.injects()).isFalse();
    assertThat(plan.reason()).isEqualTo("methods.openFiles allows nothing; pods are not modified");
  }

  @Test
  void withoutTheNodeAgentNothingIsRequestedFromIt() {
    TuningPlan plan =
        plan(
            tune().openFiles(524_288).openFilesMethods(List.of(OpenFilesMethod.Preload)),
            PRIVILEGED);

    assertThat(plan.openFiles())
        .hasValueSatisfying(
            o -> {
              assertThat(o.nodeAgent()).isFalse();
              assertThat(o.preload()).isTrue();
            });
  }

  @Test
  void withoutAnyMethodForSocketsSysctlsAreStillWritten() {
    TuningPlan plan = plan(tune().deadPeers(60).socketMethods(), PRIVILEGED);

    assertThat(plan.mechanism()).isEqualTo(INIT_CONTAINER);
    assertThat(plan.sockets()).isEmpty();
    assertThat(plan.notPossible())
        .containsExactly(new NotPossible("deadPeers", "methods.sockets is empty"));
  }

  @Test
  void connectionsAreTurnedIntoOpenFiles() {
    TuningPlan plan = plan(tune().connections(50_000), PRIVILEGED);

    assertThat(plan.openFiles().orElseThrow().limits().minimum()).hasValue(56_024);
  }

  @Test
  void openFilesAreSetIfRequiredPrivilegeIsRefused() {
    TuningPlan plan =
        plan(
            tune().keepalive(300, 10, 5).openFiles(524_288).privilege(Privilege.Privileged),
            RESTRICTED);

    assertThat(plan.mechanism()).isEqualTo(NONE);
    assertThat(plan.openFiles()).isPresent();
    assertThat(plan.notPossible()).isNotEmpty();
  }

  @Test
  void whatIsWantedDoesNotDependOnHowItIsWritten() {
    SpecBuilder one =
        tune().sysctl("net.ipv4.tcp_retries2", "8").sysctl("net.core.somaxconn", "16384");
    SpecBuilder other =
        tune().sysctl("net.core.somaxconn", "16384").sysctl("net.ipv4.tcp_retries2", "8");

    assertThat(Targets.of(one.build())).isEqualTo(Targets.of(other.build()));
  }

  @Test
  void unsafeKeysAreForTheInitContainerOnly() {
    assertThat(plan(tune().sysctl("net.core.somaxconn", "16384"), PRIVILEGED).mechanism())
        .isEqualTo(INIT_CONTAINER);
    assertThat(plan(tune().sysctl("net.core.somaxconn", "16384"), RESTRICTED).mechanism())
        .isEqualTo(NONE);
    assertThat(plan(tune().sysctl("net.ipv4.tcp_fin_timeout", "30"), RESTRICTED).mechanism())
        .isEqualTo(POD_SECURITY_CONTEXT);
  }

  /** Nothing of it is in the pod, so the namespace's level does not matter. */
  @Test
  void theAgentOfANodeSetsEverythingInAnyNamespace() {
    SpecBuilder spec =
        tune()
            .keepalive(300, 10, 5)
            .userTimeout(400)
            .sysctl("net.core.somaxconn", "16384")
            .openFiles(65_536);
    TuningPlan privileged = plan(spec, VerdictInputBuilder.ADMITS_ALL);

    TuningPlan plan = plan(spec.via(Via.NodeAgent), RESTRICTED);

    assertThat(plan.hash()).isEqualTo(privileged.hash());
    assertThat(plan.mechanism()).isEqualTo(SysctlMechanism.NODE_AGENT);
    assertThat(plan.notPossible()).isEmpty();
    assertThat(plan.byAdmission()).isFalse();
    assertThat(TunerCommand.ofNode(plan))
        .contains(TunerCommand.of(privileged, Optional.empty(), false).orElseThrow());
    assertThat(plan.openFiles()).isEqualTo(privileged.openFiles());
    assertThat(plan(spec, VerdictInputBuilder.CAPPED.inUserNamespace())).isEqualTo(plan);
  }

  @Test
  void whatTheMethodsLeaveToOthersTheAgentCannotDo() {
    SpecBuilder spec =
        tune()
            .via(Via.NodeAgent)
            .keepalive(300, 10, 5)
            .userTimeout(400)
            .openFiles(65_536)
            .socketMethods(SocketMethod.Preload)
            .openFilesMethods(List.of(OpenFilesMethod.Launcher));

    TuningPlan plan = plan(spec, VerdictInputBuilder.ADMITS_ALL);

    assertThat(plan.sockets()).isEmpty();
    assertThat(plan.openFiles()).isEmpty();
    assertThat(plan.notPossible())
        .extracting(NotPossible::setting)
        .containsExactly("userTimeoutSeconds", "openFiles");
    assertThat(plan.settings()).hasSize(3);
  }

  private static TuningPlan plan(SpecBuilder spec, PlanContext planContext) {
    return Planner.plan(spec.build(), planContext);
  }
}
