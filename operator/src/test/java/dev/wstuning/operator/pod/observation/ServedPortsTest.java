package dev.wstuning.operator.pod.observation;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.deadpeer.DeadPeerTime;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.Boots;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.tuner.BootReport;
import dev.wstuning.operator.pod.tuner.BootReport.By;
import dev.wstuning.operator.pod.tuner.BootReport.Sockets;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who set the options of accepted sockets, concluded from what the observer could see of them. */
class ServedPortsTest {

  private static final Keepalive ASKED = new Keepalive(300, 10, 5);
  private static final Boot NO_BOOT = Boot.NONE;

  @Nested
  class WithTheSocketPrograms {

    @Test
    void theirTimeOnASocketMeansThatTheySetIt() {
      ServedPort port = only(tuned(asked()), sysctls().programs(300, 10, 5, 0, false), 300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Kernel);
      assertThat(port.keepalive()).contains(ASKED);
      assertThat(port.upperBound()).isFalse();
      assertThat(port.userTimeoutSeconds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "298, Application",
      "299, Kernel",
      "300, Kernel",
      "301, Kernel",
      "302, Application"
    })
    void aTimerIsReadAMomentAfterItWasSet(int idleSeconds, KeepaliveSource keepaliveSource) {
      assertThat(
              only(tuned(asked()), sysctls().programs(300, 10, 5, 0, false), idleSeconds)
                  .keepaliveSource())
          .contains(keepaliveSource);
    }

    @Test
    void whatTheyDoCountsAndNotWhatTheyWereToldTo() {
      ServedPort port = only(tuned(asked()), sysctls().programs(60, 5, 3, 90, false), 60);

      assertThat(port.keepalive()).contains(new Keepalive(60, 5, 3));
      assertThat(port.userTimeoutSeconds()).hasValue(90);
    }

    @Test
    void theirUserTimeoutIsOnEverySocket() {
      ServerReportBuilder report = sysctls().programs(300, 10, 5, 345, false);

      assertThat(
              ports(
                  tuned(asked()),
                  NO_BOOT,
                  report.port(1, 1, 300).port(2, 1, 15).portWithoutKeepalive(3).portNotLookedAt(4)))
          .extracting(ServedPort::userTimeoutSeconds)
          .containsOnly(OptionalInt.of(345));
    }

    @Test
    void aUserTimeoutWithoutKeepaliveLeavesKeepaliveToTheServer() {
      ServerReport.Accepted accepted = new ServerReport.Accepted(false, 7200, 75, 9, 20_000, false);
      ServedPort port = only(tuned(tune().userTimeout(20)), withAccepted(node(), accepted, 7200));

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.userTimeoutSeconds()).hasValue(20);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "999, 1", "1000, 1", "1001, 2", "2147483647, 2147484"})
    void aUserTimeoutOfMillisecondsIsNeverShownAsNone(int millis, int seconds) {
      ServerReport.Accepted accepted = new ServerReport.Accepted(true, 300, 10, 5, millis, false);

      assertThat(only(tuned(asked()), withAccepted(sysctls(), accepted, 300)).userTimeoutSeconds())
          .hasValue(seconds);
    }
  }

  /** A client's connection may show less than was set; one of the observer's own does not. */
  @Nested
  class WhereTheObserversConnectionFailed {

    @Test
    void anEarlierTimeIsOnlyALowerBound() {
      ServedPort port =
          only(tuned(asked()), programs().port(8080, 1, 101).probeFailed("it does not accept"));

      assertThat(port.keepaliveSource()).isEmpty();
      assertThat(port.firstProbeSeconds()).isEmpty();
    }

    @Test
    void anotherPortsEarlierTimeIsTheServersOwn() {
      ServerReportBuilder report =
          programs().port(8080, 1, 101).port(9090, 1, 300).probeFailed("it does not accept");

      assertThat(ports(tuned(asked()), NO_BOOT, report))
          .extracting(p -> p.keepaliveSource().orElseThrow())
          .containsExactly(KeepaliveSource.Application, KeepaliveSource.Kernel);
    }

    @Test
    void anErrorOfAnOlderObserverMayBeAboutAnyPort() {
      assertThat(
              only(tuned(asked()), programs().port(8080, 1, 101).older().error("it says no"))
                  .keepaliveSource())
          .isEmpty();
      assertThat(only(tuned(asked()), programs().port(8080, 1, 101).older()).keepaliveSource())
          .contains(KeepaliveSource.Application);
    }

    private static ServerReportBuilder programs() {
      return sysctls().programs(300, 10, 5, 0, false);
    }
  }

  @Nested
  class WhereTheObserverMayOpenNoConnection {

    /** On a connection that was not idle since it was made the timer shows less than was set. */
    @Test
    void anEarlierTimeProvesNothing() {
      ServedPort port =
          only(tuned(asked()), written(By.Programs, null), sysctls().notProbed(), 101);

      assertThat(port.keepaliveSource()).isEmpty();
      assertThat(port.firstProbeSeconds()).isEmpty();
      assertThat(port.keepalive()).isEmpty();
    }

    @Test
    void aLaterTimeProvesThatItIsNotOurs() {
      ServedPort port =
          only(tuned(asked()), written(By.Programs, null), sysctls().notProbed(), 7200);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
    }

    @Test
    void theBootReportSaysWhetherTheProgramsAct() {
      ServedPort port =
          only(
              tuned(asked().userTimeout(345)),
              written(By.Programs, null),
              sysctls().notProbed(),
              300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Kernel);
      assertThat(port.keepalive()).contains(ASKED);
      assertThat(port.userTimeoutSeconds()).hasValue(345);
    }

    @Test
    void programsThatWereRefusedDoNotAct() {
      Boot refused = Boots.socketsRefused("attach: not permitted");
      ServedPort port = only(tuned(asked().userTimeout(345)), refused, sysctls().notProbed(), 300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.userTimeoutSeconds()).isEmpty();
    }

    @Test
    void programsThatAreNotReportedDoNotAct() {
      for (Boot boot :
          List.of(
              NO_BOOT,
              Boot.unreadable("the kubelet truncated it"),
              written(By.Preload, null),
              written(By.Programs, "attach: not permitted"),
              Boots.succeeded(bootReport(null)))) {
        assertThat(only(tuned(asked()), boot, sysctls().notProbed(), 300).keepaliveSource())
            .as("%s", boot)
            .contains(KeepaliveSource.Sysctls);
      }
    }

    @Test
    void whatTheObserverSawIsWorthMoreThanTheBootReport() {
      ServedPort port =
          only(
              tuned(asked().userTimeout(345)),
              written(By.Programs, null),
              sysctls().noPrograms(),
              300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.userTimeoutSeconds()).isEmpty();
    }
  }

  @Nested
  class WithTheLibrary {

    @Test
    void theMarkOfTheLibraryMeansThatItSetTheOptions() {
      ServedPort port =
          only(withLibrary(asked().userTimeout(345)), sysctls().noPrograms().preloaded(), 300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Preload);
      assertThat(port.keepalive()).contains(ASKED);
      assertThat(port.userTimeoutSeconds()).hasValue(345);
    }

    @Test
    void aStaticallyLinkedServerHasNoMarkAndItsOwnValues() {
      ServedPort port = only(withLibrary(asked().userTimeout(345)), sysctls().noPrograms(), 15);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
      assertThat(port.keepalive()).isEmpty();
      assertThat(port.userTimeoutSeconds()).isEmpty();
    }

    @Test
    void eachPortHasAMarkOfItsOwn() {
      ServerReportBuilder report =
          sysctls().noPrograms().port(9090, 1, 300).preloaded().port(8080, 1, 300);

      assertThat(ports(withLibrary(asked().userTimeout(345)), NO_BOOT, report))
          .extracting(p -> p.keepaliveSource().orElseThrow(), p -> p.userTimeoutSeconds())
          .containsExactly(
              tuple(KeepaliveSource.Sysctls, OptionalInt.empty()),
              tuple(KeepaliveSource.Preload, OptionalInt.of(345)));
    }

    @Test
    void aMarkWithoutAnOrderProvesNothing() {
      ServedPort port = only(TestPod.named("chat-1").running(), sysctls().preloaded(), 300);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.userTimeoutSeconds()).isEmpty();
    }
  }

  /** Go servers set 15/15/9: a tuning that wants 15 s cannot be distinguished from that. */
  @Nested
  class WhereOursEqualsGosOwn {

    @Test
    void underRespectNothingIsKnown() {
      ServedPort port =
          only(
              tuned(tune().keepalive(15, 5, 3)),
              NO_BOOT,
              node().keepalive("15", "5", "3").programs(15, 5, 3, 0, false),
              15);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
      assertThat(port.keepalive()).isEmpty();
    }

    @Test
    void underOverrideLooserValuesDoNotTake() {
      ServedPort port =
          only(
              tuned(tune().keepalive(15, 5, 3)),
              NO_BOOT,
              node().keepalive("15", "5", "3").programs(15, 5, 3, 0, true),
              15);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Kernel);
      assertThat(port.keepalive()).contains(new Keepalive(15, 5, 3));
    }
  }

  @Nested
  class WhatTheServerDoesItself {

    @Test
    void aServerLeavesKeepaliveOff() {
      ServedPort port = only(TestPod.named("chat-1").running(), sysctls().portWithoutKeepalive(1));

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Nobody);
      assertThat(port.off()).isTrue();
      assertThat(port.keepalive()).isEmpty();
      assertThat(port.idleKnown()).isTrue();
      assertThat(port.withinSeconds()).isEmpty();
    }

    @Test
    void aServerSwitchesKeepaliveOnAndLeavesTheValuesToTheSysctls() {
      ServedPort port = only(TestPod.named("chat-1").running(), node(), 7200);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.keepalive()).contains(new Keepalive(7200, 75, 9));
    }

    @Test
    void valuesOfItsOwnAreItsSecret() {
      ServedPort port = only(TestPod.named("chat-1").running(), node(), 15);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
      assertThat(port.keepalive()).isEmpty();
      assertThat(port.idleKnown()).isFalse();
      assertThat(port.withinSeconds()).isEmpty();
    }

    /** It may be Go's own 15/15/9, or 15/1/1: that is not visible from outside. */
    @Test
    void fifteenOneOneIsNeverShownAsAHundredAndFiftySeconds() {
      ServedPort respected = only(tuned(asked()), sysctls().programs(300, 10, 5, 0, false), 15);
      ServedPort untuned = only(TestPod.named("chat-1").running(), node(), 15);

      assertThat(respected.time().idle()).isEmpty();
      assertThat(untuned.time().idle()).isEmpty();
    }

    @Test
    void theProgramsValuesAreAnUpperBoundUnderOverride() {
      SpecBuilder override = asked().applicationKeepalive(ApplicationKeepalive.Override);

      ServedPort port = only(tuned(override), sysctls().programs(300, 10, 5, 0, true), 15);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
      assertThat(port.keepalive()).contains(new Keepalive(15, 10, 5));
      assertThat(port.upperBound()).isTrue();
      assertThat(port.time().idle()).map(DeadPeerTime.Detection::seconds).contains(65L);
    }

    @Test
    void theLibrarysValuesAreAnUpperBoundUnderOverride() {
      SpecBuilder override = asked().applicationKeepalive(ApplicationKeepalive.Override);

      ServedPort port = only(withLibrary(override), sysctls().noPrograms().preloaded(), 15);

      assertThat(port.keepalive()).contains(new Keepalive(15, 10, 5));
      assertThat(port.upperBound()).isTrue();
    }

    @Test
    void anOrderToOverrideThatDoesNotHoldBoundsNothing() {
      SpecBuilder override = asked().applicationKeepalive(ApplicationKeepalive.Override);

      assertThat(only(tuned(override), sysctls().programs(300, 10, 5, 0, false), 15).keepalive())
          .isEmpty();
      assertThat(only(withLibrary(override), sysctls().noPrograms(), 15).keepalive()).isEmpty();
    }
  }

  @Nested
  class WhatIsUnknown {

    @Test
    void aPortWithoutConnections() {
      ServedPort port = only(tuned(asked()), sysctls().portNotLookedAt(8080));

      assertThat(port.keepaliveSource()).isEmpty();
      assertThat(port.keepalive()).isEmpty();
      assertThat(port.idleKnown()).isFalse();
    }

    @Test
    void aPortThatNobodyServes() {
      assertThat(only(tuned(asked()), sysctls().portNotListening(8080)).keepaliveSource())
          .isEmpty();
    }

    @Test
    void aTimerThatDoesNotShowItsTime() {
      ServedPort port = only(tuned(asked()), sysctls().programs(300, 10, 5, 0, true), null);

      assertThat(port.keepaliveSource()).isEmpty();
      assertThat(port.keepalive()).isEmpty();
      assertThat(port.firstProbeSeconds()).isEmpty();
      assertThat(port.off()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9999999999", "999999999", "128", "5 6", ""})
    void sysctlsThatCannotBe(String probes) {
      ServedPort port =
          only(TestPod.named("chat-1").running(), node().keepalive("7200", "75", probes), 7200);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Sysctls);
      assertThat(port.keepalive()).isEmpty();
    }

    @Test
    void sysctlsThatCouldNotBeRead() {
      ServedPort port =
          only(TestPod.named("chat-1").running(), node().keepalive(null, null, null), 7200);

      assertThat(port.keepaliveSource()).contains(KeepaliveSource.Application);
      assertThat(port.keepalive()).isEmpty();
    }
  }

  private static SpecBuilder asked() {
    return tune().keepalive(300, 10, 5);
  }

  /** The namespace's sysctls as wanted. */
  private static ServerReportBuilder sysctls() {
    return node().keepalive("300", "10", "5");
  }

  private static TestPod tuned(SpecBuilder spec) {
    return pod(VerdictInputBuilder.of(spec).expectation().plan());
  }

  private static TestPod withLibrary(SpecBuilder spec) {
    return pod(
        VerdictInputBuilder.of(spec.library())
            .planContext(VerdictInputBuilder.RESTRICTED)
            .expectation()
            .plan());
  }

  private static TestPod pod(TuningPlan plan) {
    return TestPod.named("chat-1").tuned("chat", plan).running();
  }

  private static Boot written(By by, String error) {
    return Boots.succeeded(bootReport(new Sockets(by, error == null, error)));
  }

  private static BootReport bootReport(Sockets sockets) {
    return new BootReport(
        1,
        "boot",
        "0.1.0",
        "0123456789ab",
        new OpenFilesLimit(1024, 1024),
        List.of("300", "10", "5"),
        sockets,
        null,
        List.of(),
        null);
  }

  private static ServerReport withAccepted(
      ServerReportBuilder report, ServerReport.Accepted accepted, int idleSeconds) {
    return report.accepted(accepted).port(8080, 1, idleSeconds).build();
  }

  private static ServedPort only(TestPod pod, ServerReportBuilder report, Integer idleSeconds) {
    return only(pod, NO_BOOT, report, idleSeconds);
  }

  private static ServedPort only(
      TestPod pod, Boot boot, ServerReportBuilder report, Integer idleSeconds) {
    return only(pod, boot, report.port(8080, 1, idleSeconds).build());
  }

  private static ServedPort only(TestPod pod, ServerReportBuilder report) {
    return only(pod, NO_BOOT, report.build());
  }

  private static ServedPort only(TestPod pod, ServerReport report) {
    return only(pod, NO_BOOT, report);
  }

  private static ServedPort only(TestPod pod, Boot boot, ServerReport report) {
    List<ServedPort> ports = ServedPorts.of(observed(pod).boot(boot).seen(report).build(), report);
    assertThat(ports).hasSize(1);
    return ports.get(0);
  }

  private static List<ServedPort> ports(TestPod pod, Boot boot, ServerReportBuilder report) {
    ServerReport built = report.build();
    return ServedPorts.of(observed(pod).boot(boot).seen(built).build(), built);
  }
}
