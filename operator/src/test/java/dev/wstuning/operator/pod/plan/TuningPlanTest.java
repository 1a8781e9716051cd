package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Launcher;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Preload;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Privilege;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Probe;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.SpecBuilder;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The hash decides whether pods must be restarted: it names desired values and nothing else. */
class TuningPlanTest {

  private static final PlanContext PRIVILEGED =
      PlanContext.of("privileged", OptionalInt.empty(), 36);

  @Test
  void itIsTheSameInEveryVersionOfTheOperator() {
    assertThat(hash(tune().keepalive(300, 10, 5))).isEqualTo("cb94e9040db7");
    assertThat(hash(tune().sysctl("net.core.somaxconn", "16384"))).isEqualTo("d63e2c661337");
    assertThat(hash(tune().deadPeers(60))).isEqualTo("7ca8ef81559e");
    assertThat(hash(withLibrary().container("server"))).isEqualTo("a12b8172f4cc");
  }

  @Test
  void anOutcomeIsNoMoreThanItsNumbers() {
    DeadPeerTarget.Derived numbers = DeadPeerTarget.derive(60, OptionalInt.empty());
    Keepalive keepalive = numbers.keepalive();
    SpecBuilder inNumbers =
        tune()
            .keepalive(keepalive.time(), keepalive.interval(), keepalive.probes())
            .userTimeout(numbers.userTimeoutSeconds())
            .applicationKeepalive(ApplicationKeepalive.Override)
            .sysctl("net.ipv4.tcp_retries2", "" + numbers.retries2());

    assertThat(hash(inNumbers)).isEqualTo(hash(tune().deadPeers(60)));
  }

  @Test
  void itDoesNotDependOnTheReason() {
    SpecBuilder asked = tune().keepalive(300, 10, 5);

    assertThat(hash(asked.privilege(Privilege.Privileged)))
        .isEqualTo(hash(asked.privilege(Privilege.Auto)));
  }

  @Test
  void itDoesNotDependOnWhatCannotBeSet() {
    PlanContext restricted = PlanContext.of("restricted", OptionalInt.empty(), 36);
    SpecBuilder asked = tune().keepalive(300, 10, 5);
    SpecBuilder more = tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384");

    assertThat(Planner.plan(more.build(), restricted).hash())
        .isEqualTo(Planner.plan(asked.build(), restricted).hash());
  }

  @Test
  void itDoesNotDependOnWhatIsOnlyJudged() {
    SpecBuilder judged =
        tune().keepalive(300, 10, 5).ports(8080).loadBalancerIdle(240).probe(Probe.Never);

    assertThat(hash(judged)).isEqualTo(hash(tune().keepalive(300, 10, 5)));
  }

  @Test
  void itDependsOnTheLimitOfOpenFilesAndOnWhatMaySetIt() {
    assertThat(
            Stream.of(
                    tune().openFiles(524_288),
                    tune().openFiles(524_287),
                    tune().openFiles(null, 524_288L),
                    tune().openFiles(524_288).launcher(Launcher.Allowed),
                    tune().openFiles(524_288).preload(Preload.Allowed),
                    tune().openFiles(524_288).container("chat"))
                .map(TuningPlanTest::hash))
        .doesNotHaveDuplicates();
    assertThat(hash(tune().connections(50_000))).isEqualTo(hash(tune().openFiles(56_024)));
  }

  @Test
  void itDoesNotDependOnTheOrder() {
    assertThat(hash(tune().sysctl("net.core.somaxconn", "1").sysctl("net.ipv4.tcp_retries2", "8")))
        .isEqualTo(
            hash(tune().sysctl("net.ipv4.tcp_retries2", "8").sysctl("net.core.somaxconn", "1")));
  }

  @Test
  void itChangesWithEveryValue() {
    String hash = hash(tune().keepalive(300, 10, 5));

    assertThat(hash(tune().keepalive(301, 10, 5))).isNotEqualTo(hash);
    assertThat(hash(tune().keepalive(300, 11, 5))).isNotEqualTo(hash);
    assertThat(hash(tune().keepalive(300, 10, 6))).isNotEqualTo(hash);
    assertThat(hash(tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "1")))
        .isNotEqualTo(hash);
  }

  @Test
  void itChangesWithEveryOptionOfSockets() {
    String hash = hash(tune().keepalive(300, 10, 5));
    SpecBuilder timeout = tune().keepalive(300, 10, 5).userTimeout(345);

    assertThat(hash(timeout)).isNotEqualTo(hash);
    assertThat(hash(tune().keepalive(300, 10, 5).userTimeout(346))).isNotEqualTo(hash(timeout));
    assertThat(
            hash(tune().keepalive(300, 10, 5).applicationKeepalive(ApplicationKeepalive.Override)))
        .isNotEqualTo(hash);
    assertThat(
            hash(tune().keepalive(300, 10, 5).applicationKeepalive(ApplicationKeepalive.Respect)))
        .isEqualTo(hash);
  }

  @Test
  void itChangesWithTheContainerOnlyWhereThatGetsTheLibrary() {
    assertThat(hash(tune().keepalive(300, 10, 5).container("server")))
        .isEqualTo(hash(tune().keepalive(300, 10, 5)));
    assertThat(hash(withLibrary().container("server"))).isNotEqualTo(hash(withLibrary()));
    assertThat(hash(withLibrary().container("server")))
        .isNotEqualTo(hash(withLibrary().container("proxy")));
  }

  @Test
  void itChangesWithTheLibraryOnlyWhereThatIsUsed() {
    assertThat(hash(tune().keepalive(300, 10, 5).preload(Preload.Allowed)))
        .isEqualTo(hash(tune().keepalive(300, 10, 5)));
    assertThat(hash(withLibrary())).isNotEqualTo(hash(withLibrary().preload(Preload.Never)));
  }

  @Test
  void itChangesWithTheMechanismAndWithWhatHappensOnAnError() {
    String hash = hash(tune().keepalive(300, 10, 5));

    assertThat(hash(tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged)))
        .isNotEqualTo(hash);
    assertThat(hash(tune().keepalive(300, 10, 5).tuningError(TuningError.Hold))).isNotEqualTo(hash);
  }

  private static SpecBuilder withLibrary() {
    return tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged).preload(Preload.Allowed);
  }

  private static String hash(SpecBuilder spec) {
    return Planner.plan(spec.build(), PRIVILEGED).hash();
  }
}
