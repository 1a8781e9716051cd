package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.INIT_CONTAINER;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.NONE;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.POD_SECURITY_CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Preload;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Privilege;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** By what options get onto sockets, in every surrounding and for every wish. */
class SocketPlanTest {

  private static final PlanContext RESTRICTED =
      PlanContext.of("restricted", OptionalInt.empty(), 36);
  private static final PlanContext PRIVILEGED =
      PlanContext.of("privileged", OptionalInt.empty(), 36);
  private static final String NEEDS = ": needs a privileged init container, or preload: Allowed";

  /** What may be asked of sockets, and what is left of it where nothing may touch them. */
  private enum Wish {
    KEEPALIVE(() -> tune().keepalive(300, 10, 5), POD_SECURITY_CONTEXT),
    USER_TIMEOUT(() -> tune().userTimeout(20), NONE, "userTimeoutSeconds" + NEEDS),
    OVERRIDE(
        () -> tune().keepalive(300, 10, 5).applicationKeepalive(ApplicationKeepalive.Override),
        POD_SECURITY_CONTEXT,
        "applicationKeepalive Override" + NEEDS),
    DEAD_PEERS(() -> tune().deadPeers(60), POD_SECURITY_CONTEXT, "deadPeers" + NEEDS);

    final Supplier<SpecBuilder> spec;
    final SysctlMechanism bySysctls;
    final List<String> lost;

    Wish(Supplier<SpecBuilder> spec, SysctlMechanism bySysctls, String... lost) {
      this.spec = spec;
      this.bySysctls = bySysctls;
      this.lost = List.of(lost);
    }
  }

  private enum Way {
    PROGRAMS,
    LIBRARY,
    SYSCTLS_ALONE,
    REFUSED
  }

  @ParameterizedTest
  @CsvSource({
    "Auto,         privileged, Never,   PROGRAMS",
    "Auto,         privileged, Allowed, PROGRAMS",
    "Auto,         baseline,   Never,   SYSCTLS_ALONE",
    "Auto,         baseline,   Allowed, LIBRARY",
    "Auto,         restricted, Never,   SYSCTLS_ALONE",
    "Auto,         restricted, Allowed, LIBRARY",
    ",             privileged, ,        PROGRAMS",
    ",             restricted, ,        SYSCTLS_ALONE",
    "Unprivileged, privileged, Never,   SYSCTLS_ALONE",
    "Unprivileged, privileged, Allowed, LIBRARY",
    "Unprivileged, restricted, Never,   SYSCTLS_ALONE",
    "Unprivileged, restricted, Allowed, LIBRARY",
    "Privileged,   privileged, Never,   PROGRAMS",
    "Privileged,   privileged, Allowed, PROGRAMS",
    "Privileged,   baseline,   Allowed, REFUSED",
    "Privileged,   restricted, Never,   REFUSED",
    "Privileged,   restricted, Allowed, REFUSED",
  })
  void theNamespaceAndTheResourceDecide(
      Privilege privilege, String level, Preload preload, Way way) {
    PlanContext planContext = PlanContext.of(level, OptionalInt.empty(), 36);
    for (Wish wish : Wish.values()) {
      TuningPlan plan = plan(wish.spec.get().privilege(privilege).preload(preload), planContext);

      assertThat(way(plan)).as("%s", wish).isEqualTo(way);
      assertThat(plan.mechanism()).as("%s", wish).isEqualTo(mechanism(way, wish));
      assertThat(plan.injects()).as("%s", wish).isEqualTo(injects(way, wish));
      if (way != Way.REFUSED) {
        assertThat(plan.notPossible())
            .as("%s", wish)
            .isEqualTo(way == Way.SYSCTLS_ALONE ? wish.lost : List.of());
      }
    }
  }

  private static Way way(TuningPlan plan) {
    if (plan.reason().startsWith("privilege is Privileged, but ")) {
      return Way.REFUSED;
    }
    return plan.sockets()
        .map(s -> s instanceof SocketMechanism.Programs ? Way.PROGRAMS : Way.LIBRARY)
        .orElse(Way.SYSCTLS_ALONE);
  }

  private static SysctlMechanism mechanism(Way way, Wish wish) {
    return switch (way) {
      case PROGRAMS -> INIT_CONTAINER;
      case LIBRARY, SYSCTLS_ALONE -> wish.bySysctls;
      case REFUSED -> NONE;
    };
  }

  private static boolean injects(Way way, Wish wish) {
    return switch (way) {
      case PROGRAMS, LIBRARY -> true;
      case SYSCTLS_ALONE -> wish.bySysctls != NONE;
      case REFUSED -> false;
    };
  }

  @ParameterizedTest
  @EnumSource
  void wherePrivilegeIsRefusedEveryWishIsToldInItsOwnWords(Wish wish) {
    TuningPlan plan = plan(wish.spec.get().privilege(Privilege.Privileged), RESTRICTED);

    assertThat(plan.settings()).isEmpty();
    assertThat(plan.notPossible())
        .isNotEmpty()
        .allMatch(sentence -> sentence.endsWith(": needs a privileged init container"))
        .last()
        .asString()
        .startsWith(Targets.of(wish.spec.get().build()).sockets().orElseThrow().toString());
  }

  @Test
  void whatIsSetOnSocketsIsWhatWasAsked() {
    SpecBuilder spec =
        tune()
            .keepalive(300, 10, 5)
            .userTimeout(345)
            .applicationKeepalive(ApplicationKeepalive.Override)
            .container("server");
    SocketOptions options =
        new SocketOptions(Optional.of(new Keepalive(300, 10, 5)), OptionalInt.of(345), true);

    assertThat(plan(spec, PRIVILEGED).sockets()).contains(new SocketMechanism.Programs(options));
    assertThat(plan(spec.preload(Preload.Allowed), RESTRICTED).sockets())
        .contains(new SocketMechanism.Preload(options, Optional.of("server")));
  }

  @Test
  void aKeyThatFollowsFromDeadPeersAloneIsNotMissed() {
    TuningPlan plan = plan(tune().deadPeers(60).preload(Preload.Allowed), RESTRICTED);

    assertThat(plan.settings())
        .extracting(Setting::sysctl)
        .containsExactly(
            Sysctl.TCP_KEEPALIVE_TIME, Sysctl.TCP_KEEPALIVE_INTVL, Sysctl.TCP_KEEPALIVE_PROBES);
    assertThat(plan.notPossible()).isEmpty();
  }

  @Test
  void anUnsafeKeyThatWasAskedForIsMissedWithTheLibraryToo() {
    TuningPlan plan =
        plan(
            tune().userTimeout(20).sysctl("net.core.somaxconn", "1").preload(Preload.Allowed),
            RESTRICTED);

    assertThat(plan.mechanism()).isEqualTo(NONE);
    assertThat(plan.injects()).isTrue();
    assertThat(plan.notPossible())
        .containsExactly(
            "net.core.somaxconn=1: Kubernetes 1.36 calls it unsafe, it needs privilege");
  }

  @Test
  void sysctlsAloneNeedNoSockets() {
    SpecBuilder spec = tune().sysctl("net.core.somaxconn", "1").preload(Preload.Allowed);

    assertThat(plan(spec, PRIVILEGED).sockets()).isEmpty();
    assertThat(plan(spec, RESTRICTED).injects()).isFalse();
  }

  @Test
  void observingSetsNothingOnSockets() {
    TuningPlan plan = plan(observe().deadPeers(60).preload(Preload.Allowed), PRIVILEGED);

    assertThat(plan.sockets()).isEmpty();
    assertThat(plan.injects()).isFalse();
  }

  private static TuningPlan plan(SpecBuilder spec, PlanContext planContext) {
    return Planner.plan(spec.build(), planContext);
  }
}
