package dev.wstuning.operator.pod.plan;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.deadpeer.DeadPeers;
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

/** What a resource asks for, in numbers. */
class WantedTest {

  @Test
  void nothingOfSocketsWhereNothingIsSaidOfThem() {
    assertThat(wanted(tune().openFiles(1024)))
        .isEqualTo(
            new Wanted(
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(new OpenFiles(OptionalLong.of(1024), OptionalLong.empty()))));
  }

  @Test
  void keepaliveIsForTheNamespaceAndForSockets() {
    Wanted wanted = wanted(tune().keepalive(300, 10, 5));

    assertThat(wanted.asked()).isEqualTo(new Keepalive(300, 10, 5).settings());
    assertThat(wanted.derived()).isEmpty();
    assertThat(wanted.sockets())
        .contains(
            new SocketOptions(Optional.of(new Keepalive(300, 10, 5)), OptionalInt.empty(), false));
  }

  @Test
  void aUserTimeoutIsForSocketsAlone() {
    Wanted wanted = wanted(tune().userTimeout(20));

    assertThat(wanted.sysctls()).isEmpty();
    assertThat(wanted.sockets())
        .contains(new SocketOptions(Optional.empty(), OptionalInt.of(20), false));
  }

  @Test
  void anOutcomeIsTurnedIntoNumbers() {
    DeadPeers.Derived numbers = DeadPeers.derive(60, OptionalInt.empty());

    Wanted wanted = wanted(tune().deadPeers(60).sysctl("net.core.somaxconn", "16384"));

    assertThat(wanted.asked()).containsExactly(new Setting(Sysctl.SOMAXCONN, "16384"));
    assertThat(wanted.derived())
        .startsWith(numbers.keepalive().settings().toArray(Setting[]::new))
        .endsWith(new Setting(Sysctl.TCP_RETRIES2, "" + numbers.retries2()))
        .hasSize(4);
    assertThat(wanted.sockets())
        .contains(
            new SocketOptions(
                Optional.of(numbers.keepalive()),
                OptionalInt.of(numbers.userTimeoutSeconds()),
                true));
  }

  @Test
  void aLoadBalancerThatCutsSoonerHasProbesStartSooner() {
    Wanted wanted = wanted(tune().deadPeers(600).loadBalancerIdle(60));

    assertThat(wanted.sockets().flatMap(SocketOptions::keepalive))
        .contains(DeadPeers.derive(600, OptionalInt.of(60)).keepalive())
        .isNotEqualTo(Optional.of(DeadPeers.derive(600, OptionalInt.empty()).keepalive()));
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

    assertThat(wanted(spec.applicationKeepalive(asked)).sockets())
        .map(SocketOptions::override)
        .contains(override);
  }

  @Test
  void allSysctlsAreInOneOrderWhateverTheyComeFrom() {
    assertThat(wanted(tune().deadPeers(60).sysctl("net.core.somaxconn", "1")).sysctls())
        .extracting(Setting::sysctl)
        .isSorted()
        .contains(Sysctl.SOMAXCONN, Sysctl.TCP_RETRIES2, Sysctl.TCP_KEEPALIVE_TIME);
  }

  private static Wanted wanted(SpecBuilder spec) {
    return Wanted.of(spec.build());
  }
}
