package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.INIT_CONTAINER;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.NONE;
import static dev.wstuning.operator.pod.plan.SysctlMechanism.POD_SECURITY_CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.pod.plan.SocketMechanism.By;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Arrays;
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
  private static final String NEEDS =
      ": needs a privileged init container, or Preload in methods.sockets";

  /** What may be asked of sockets, and what is left of it where nothing may touch them. */
  private enum Wish {
    KEEPALIVE(() -> tune().keepalive(300, 10, 5), POD_SECURITY_CONTEXT),
    USER_TIMEOUT(() -> tune().userTimeout(20), NONE, "userTimeoutSeconds" + NEEDS),
    OVERRIDE(
        () -> tune().keepalive(300, 10, 5).applicationKeepalive(ApplicationKeepalive.Override),
        POD_SECURITY_CONTEXT,
        "applicationKeepalive" + NEEDS),
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
    /** For sockets, while the privileged init container writes the sysctls. */
    LIBRARY_BESIDE_PRIVILEGE,
    SYSCTLS_ALONE,
    REFUSED
  }

  @ParameterizedTest
  @CsvSource({
    "Auto,         privileged, Programs,   PROGRAMS",
    "Auto,         privileged, Programs Preload, PROGRAMS",
    "Auto,         baseline,   Programs,   SYSCTLS_ALONE",
    "Auto,         baseline,   Programs Preload, LIBRARY",
    "Auto,         restricted, Programs,   SYSCTLS_ALONE",
    "Auto,         restricted, Programs Preload, LIBRARY",
    ",             privileged, ,        PROGRAMS",
    ",             restricted, ,        SYSCTLS_ALONE",
    "Unprivileged, privileged, Programs,   SYSCTLS_ALONE",
    "Unprivileged, privileged, Programs Preload, LIBRARY",
    "Unprivileged, restricted, Programs,   SYSCTLS_ALONE",
    "Unprivileged, restricted, Programs Preload, LIBRARY",
    "Privileged,   privileged, Programs,   PROGRAMS",
    "Privileged,   privileged, Programs Preload, PROGRAMS",
    "Privileged,   privileged, Preload,          LIBRARY_BESIDE_PRIVILEGE",
    "Auto,         privileged, Preload,          LIBRARY_BESIDE_PRIVILEGE",
    "Privileged,   baseline,   Programs Preload, REFUSED",
    "Privileged,   restricted, Programs,   REFUSED",
    "Privileged,   restricted, Programs Preload, REFUSED",
  })
  void theNamespaceAndTheResourceDecide(
      Privilege privilege, String level, String sockets, Way way) {
    PlanContext planContext = PlanContext.of(level, OptionalInt.empty(), 36);
    for (Wish wish : Wish.values()) {
      SpecBuilder spec = wish.spec.get().privilege(privilege);
      TuningPlan plan =
          plan(sockets == null ? spec : spec.socketMethods(methods(sockets)), planContext);

      assertThat(way(plan)).as("%s", wish).isEqualTo(way);
      assertThat(plan.mechanism()).as("%s", wish).isEqualTo(mechanism(way, wish));
      assertThat(plan.injects()).as("%s", wish).isEqualTo(injects(way, wish));
      if (way != Way.REFUSED) {
        assertThat(plan.notPossible())
            .extracting(NotPossible::toString)
            .as("%s", wish)
            .isEqualTo(way == Way.SYSCTLS_ALONE ? wish.lost : List.of());
      }
    }
  }

  private static SocketMethod[] methods(String names) {
    return Arrays.stream(names.split(" ")).map(SocketMethod::valueOf).toArray(SocketMethod[]::new);
  }

  private static Way way(TuningPlan plan) {
    if (plan.reason().startsWith("privilege is Privileged, but ")) {
      return Way.REFUSED;
    }
    return plan.sockets()
        .map(
            s ->
                s.by() == By.Programs
                    ? Way.PROGRAMS
                    : plan.reason().contains("privileged pods")
                                && !plan.reason().contains("refuses")
                            || plan.reason().equals("privilege is Privileged")
                        ? Way.LIBRARY_BESIDE_PRIVILEGE
                        : Way.LIBRARY)
        .orElse(Way.SYSCTLS_ALONE);
  }

  private static SysctlMechanism mechanism(Way way, Wish wish) {
    return switch (way) {
      case PROGRAMS -> INIT_CONTAINER;
      case LIBRARY_BESIDE_PRIVILEGE -> wish == Wish.USER_TIMEOUT ? NONE : INIT_CONTAINER;
      case LIBRARY, SYSCTLS_ALONE -> wish.bySysctls;
      case REFUSED -> NONE;
    };
  }

  private static boolean injects(Way way, Wish wish) {
    return switch (way) {
      case PROGRAMS, LIBRARY, LIBRARY_BESIDE_PRIVILEGE -> true;
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
        .allMatch(n -> n.reason().equals("needs a privileged init container"))
        .extracting(NotPossible::setting)
        .containsAll(Targets.of(wish.spec.get().build()).sockets().orElseThrow().fields());
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

    assertThat(plan(spec, PRIVILEGED).sockets())
        .contains(new SocketMechanism(By.Programs, options));
    assertThat(plan(spec.library(), RESTRICTED).sockets())
        .contains(new SocketMechanism(By.Preload, options));
    assertThat(plan(spec, PRIVILEGED).container()).contains("server");
  }

  @Test
  void aKeyThatFollowsFromDeadPeersAloneIsNotMissed() {
    TuningPlan plan = plan(tune().deadPeers(60).library(), RESTRICTED);

    assertThat(plan.settings())
        .extracting(Setting::sysctl)
        .containsExactly(
            Sysctl.TCP_KEEPALIVE_TIME, Sysctl.TCP_KEEPALIVE_INTVL, Sysctl.TCP_KEEPALIVE_PROBES);
    assertThat(plan.notPossible()).isEmpty();
  }

  @Test
  void anUnsafeKeyThatWasAskedForIsMissedWithTheLibraryToo() {
    TuningPlan plan =
        plan(tune().userTimeout(20).sysctl("net.core.somaxconn", "1").library(), RESTRICTED);

    assertThat(plan.mechanism()).isEqualTo(NONE);
    assertThat(plan.injects()).isTrue();
    assertThat(plan.notPossible())
        .containsExactly(
            new NotPossible(
                "net.core.somaxconn", "Kubernetes 1.36 calls it unsafe, so it needs privilege"));
  }

  @Test
  void sysctlsAloneNeedNoSockets() {
    SpecBuilder spec = tune().sysctl("net.core.somaxconn", "1").library();

    assertThat(plan(spec, PRIVILEGED).sockets()).isEmpty();
    assertThat(plan(spec, RESTRICTED).injects()).isFalse();
  }

  @Test
  void observingSetsNothingOnSockets() {
    TuningPlan plan = plan(observe().deadPeers(60).library(), PRIVILEGED);

    assertThat(plan.sockets()).isEmpty();
    assertThat(plan.injects()).isFalse();
  }

  private static TuningPlan plan(SpecBuilder spec, PlanContext planContext) {
    return Planner.plan(spec.build(), planContext);
  }
}
