package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a resource wants, in numbers. */
class TargetsTest {

  @Test
  void nothingOfSocketsWhereNothingIsSaidOfThem() {
    assertThat(targets(tune().openFiles(1024)))
        .isEqualTo(
            new Targets(
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(new OpenFiles(OptionalLong.of(1024), OptionalLong.empty()))));
  }

  @Test
  void keepaliveIsForTheNamespaceAndForSockets() {
    Targets targets = targets(tune().keepalive(300, 10, 5));

    assertThat(targets.asked()).isEqualTo(new Keepalive(300, 10, 5).settings());
    assertThat(targets.derived()).isEmpty();
    assertThat(targets.sockets())
        .contains(
            new SocketOptions(Optional.of(new Keepalive(300, 10, 5)), OptionalInt.empty(), false));
  }

  @Test
  void aUserTimeoutIsForSocketsAlone() {
    Targets targets = targets(tune().userTimeout(20));

    assertThat(targets.sysctls()).isEmpty();
    assertThat(targets.sockets())
        .contains(new SocketOptions(Optional.empty(), OptionalInt.of(20), false));
  }

  @Test
  void anOutcomeIsTurnedIntoNumbers() {
    DeadPeerTarget.Derived numbers = DeadPeerTarget.derive(60, OptionalInt.empty());

    Targets targets = targets(tune().deadPeers(60).sysctl("net.core.somaxconn", "16384"));

    assertThat(targets.asked()).containsExactly(new Setting(Sysctl.SOMAXCONN, "16384"));
    assertThat(targets.derived())
        .startsWith(numbers.keepalive().settings().toArray(Setting[]::new))
        .endsWith(new Setting(Sysctl.TCP_RETRIES2, "" + numbers.retries2()))
        .hasSize(4);
    assertThat(targets.sockets())
        .contains(
            new SocketOptions(
                Optional.of(numbers.keepalive()),
                OptionalInt.of(numbers.userTimeoutSeconds()),
                true));
  }

  @Test
  void aLoadBalancerThatCutsSoonerHasProbesStartSooner() {
    Targets targets = targets(tune().deadPeers(600).loadBalancerIdle(60));

    assertThat(targets.sockets().flatMap(SocketOptions::keepalive))
        .contains(DeadPeerTarget.derive(600, OptionalInt.of(60)).keepalive())
        .isNotEqualTo(Optional.of(DeadPeerTarget.derive(600, OptionalInt.empty()).keepalive()));
  }

  @ParameterizedTest
  @CsvSource({
    "true,  ,         true",
    "true,  Respect,  false",
    "true,  Override, true",
    "false, ,         false",
    "false, Respect,  false",
    "false, Override, true",
  })
  void aPromiseIsOnlyKeptIfTheApplicationCannotBreakIt(
      boolean promise, ApplicationKeepalive asked, boolean override) {
    SpecBuilder spec = promise ? tune().deadPeers(60) : tune().keepalive(300, 10, 5);

    assertThat(targets(spec.applicationKeepalive(asked)).sockets())
        .map(SocketOptions::override)
        .contains(override);
  }

  @Test
  void allSysctlsAreInOneOrderWhateverTheyComeFrom() {
    assertThat(targets(tune().deadPeers(60).sysctl("net.core.somaxconn", "1")).sysctls())
        .extracting(Setting::sysctl)
        .isSorted()
        .contains(Sysctl.SOMAXCONN, Sysctl.TCP_RETRIES2, Sysctl.TCP_KEEPALIVE_TIME);
  }

  private static Targets targets(SpecBuilder spec) {
    return Targets.of(spec.build());
  }
}
