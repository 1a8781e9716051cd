package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.observe;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.fixtures.VerdictInputBuilder.CAPPED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.Methods;
import dev.wstuning.operator.api.v1alpha1.Methods.OpenFilesMethod;
import dev.wstuning.operator.api.v1alpha1.Methods.Privilege;
import dev.wstuning.operator.api.v1alpha1.Methods.SocketMethod;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Probe;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.fixtures.SpecBuilder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hash decides whether pods may be restarted: it names wishes and nothing else. */
class PlanHashTest {

  @Test
  void everyVersionOfTheOperatorGivesTheseHashes() {
    assertThat(hash(tune().keepalive(300, 10, 5))).isEqualTo("v1:20b9361b786a");
    assertThat(hash(tune().sysctl("net.core.somaxconn", "16384"))).isEqualTo("v1:5c9b3febf1e7");
    assertThat(hash(tune().deadPeers(60))).isEqualTo("v1:388efd86dd3a");
    assertThat(hash(tune().connections(50_000).launcher())).isEqualTo("v1:6290329501b0");
    assertThat(hash(everything())).isEqualTo("v1:59a7fa747590");
  }

  private static SpecBuilder everything() {
    return tune()
        .keepalive(300, 10, 5)
        .userTimeout(345)
        .applicationKeepalive(ApplicationKeepalive.Override)
        .openFiles(65_536L, 1_048_576L)
        .sysctl("net.ipv4.tcp_rmem", "4096 131072 6291456")
        .sysctl("net.core.somaxconn", "16384")
        .container("server")
        .privilege(Privilege.Unprivileged)
        .library()
        .launcher()
        .operatorDown(OperatorDown.Reject)
        .tuningError(TuningError.Hold);
  }

  @Test
  void everyWishChangesIt() {
    assertThat(
            Stream.of(
                    tune().keepalive(300, 10, 5),
                    tune().keepalive(301, 10, 5),
                    tune().keepalive(300, 11, 5),
                    tune().keepalive(300, 10, 6),
                    tune().keepalive(300, 10, 5).userTimeout(345),
                    tune()
                        .keepalive(300, 10, 5)
                        .applicationKeepalive(ApplicationKeepalive.Override),
                    tune().keepalive(300, 10, 5).container("server"),
                    tune().keepalive(300, 10, 5).privilege(Privilege.Unprivileged),
                    tune().keepalive(300, 10, 5).privilege(Privilege.Privileged),
                    tune().keepalive(300, 10, 5).tuningError(TuningError.Hold),
                    tune().keepalive(300, 10, 5).operatorDown(OperatorDown.Reject),
                    tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "1"),
                    tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "2"),
                    tune().keepalive(300, 10, 5).socketMethods(),
                    tune().keepalive(300, 10, 5).socketMethods(SocketMethod.Preload),
                    tune().deadPeers(60),
                    tune().deadPeers(61),
                    tune().openFiles(524_288),
                    tune().openFiles(null, 524_288L),
                    tune().openFiles(524_288).launcher(),
                    tune().openFiles(524_288).library(),
                    tune().openFiles(524_288).openFilesMethods(List.of()),
                    tune().connections(50_000),
                    tune().connections(50_000, "30Ki"))
                .map(PlanHashTest::hash))
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsOnlyJudgedDoesNotChangeIt() {
    SpecBuilder judged =
        tune().keepalive(300, 10, 5).ports(8080).loadBalancerIdle(240).probe(Probe.Never);

    assertThat(hash(judged)).isEqualTo(hash(tune().keepalive(300, 10, 5)));
    assertThat(hash(observe().keepalive(300, 10, 5))).isEqualTo(hash(tune().keepalive(300, 10, 5)));
  }

  @Test
  void theOrderOfListsDoesNotChangeIt() {
    assertThat(hash(tune().sysctl("net.core.somaxconn", "1").sysctl("net.ipv4.tcp_retries2", "8")))
        .isEqualTo(
            hash(tune().sysctl("net.ipv4.tcp_retries2", "8").sysctl("net.core.somaxconn", "1")));
    assertThat(hash(sockets(SocketMethod.Programs, SocketMethod.Preload)))
        .isEqualTo(hash(sockets(SocketMethod.Preload, SocketMethod.Programs)));
    assertThat(
            hash(
                tune()
                    .openFiles(64)
                    .openFilesMethods(List.of(OpenFilesMethod.Preload, OpenFilesMethod.NodeAgent))))
        .isEqualTo(
            hash(
                tune()
                    .openFiles(64)
                    .openFilesMethods(
                        List.of(OpenFilesMethod.NodeAgent, OpenFilesMethod.Preload))));
  }

  private static SpecBuilder sockets(SocketMethod... methods) {
    return tune().keepalive(300, 10, 5).socketMethods(methods);
  }

  @Test
  void aDefaultThatIsWrittenOutDoesNotChangeIt() {
    String hash = hash(tune().keepalive(300, 10, 5));

    assertThat(hash(tune().keepalive(300, 10, 5).privilege(Privilege.Auto))).isEqualTo(hash);
    assertThat(
            hash(
                tune()
                    .keepalive(300, 10, 5)
                    .operatorDown(OperatorDown.Admit)
                    .tuningError(TuningError.Start)))
        .isEqualTo(hash);
  }

  /** An absent list stands for methods that a later version may add to; a given one does not. */
  @Test
  void aListThatIsGivenIsAnotherWishThanAnAbsentOne() {
    assertThat(hash(sockets(SocketMethod.Programs)))
        .isNotEqualTo(hash(tune().keepalive(300, 10, 5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"privileged", "baseline", "restricted"})
  void neitherNamespaceNorClusterChangeTheHash(String level) {
    String hash = hash(tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384"));

    for (int minor : new int[] {28, 30, 36}) {
      PlanContext surroundings = PlanContext.of(level, java.util.OptionalInt.empty(), minor);
      SpecBuilder spec = tune().keepalive(300, 10, 5).sysctl("net.core.somaxconn", "16384");

      assertThat(Planner.plan(spec.build(), surroundings).hash()).isEqualTo(hash);
      assertThat(Planner.plan(spec.build(), surroundings.inUserNamespace()).hash()).isEqualTo(hash);
      assertThat(Planner.plan(spec.build(), surroundings.within(CAPPED.allowance())).hash())
          .isEqualTo(hash);
    }
  }

  @Test
  void hashesOfOtherVersionsAreNotKnown() {
    assertThat(PlanHash.isKnown(hash(tune().deadPeers(60)))).isTrue();
    assertThat(PlanHash.isKnown("cb94e9040db7")).isFalse();
    assertThat(PlanHash.isKnown("v2:cb94e9040db7")).isFalse();
  }

  @Test
  void methodsThatAreAbsentAreTheUsualOnes() {
    assertThat(Methods.DEFAULT.allowedSockets()).containsExactly(SocketMethod.Programs);
    assertThat(Methods.DEFAULT.allowedOpenFiles()).containsExactly(OpenFilesMethod.NodeAgent);
  }

  private static String hash(SpecBuilder spec) {
    return PlanHash.of(spec.build());
  }
}
