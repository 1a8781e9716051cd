package dev.wstuning.operator.pod.verdict;

import static dev.wstuning.operator.fixtures.ObservedPodBuilder.observed;
import static dev.wstuning.operator.fixtures.ServerReportBuilder.node;
import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static dev.wstuning.operator.fixtures.VerdictInputBuilder.ADMITS_ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ApplicationKeepalive;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.Probe;
import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.deadpeer.DeadPeerTarget;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.ServerReportBuilder;
import dev.wstuning.operator.fixtures.SpecBuilder;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What accepted sockets show, compared with what is wanted. */
class KeepaliveRulesTest {

  private static final DeadPeerTarget.Derived MINUTE =
      DeadPeerTarget.derive(60, OptionalInt.empty());
  private static final int MINUTE_TIME = MINUTE.keepalive().time();

  @Nested
  class OfKeepalive {

    @Test
    void keepaliveIsOff() {
      assertThat(judge(keepalive(), programs().portWithoutKeepalive(8080)))
          .isEqualTo(
              Finding.bad(
                  TuningReason.KeepaliveOff,
                  "the server itself switches keepalive off on connections to port 8080",
                  "set spec.applicationKeepalive to Override, or switch SO_KEEPALIVE on in the server, for example http.createServer({keepAlive: true}) in Node.js"));
    }

    @Test
    void theServerWaitsLonger() {
      assertThat(judge(keepalive(), programs().port(8080, 1, 7200)))
          .isEqualTo(
              Finding.bad(
                  TuningReason.ApplicationOverrides,
                  "the server itself sets an idle time of 7200 s on connections to port 8080, want 300 s",
                  "set spec.applicationKeepalive to Override, or change TCP_KEEPIDLE in the server"));
    }

    @Test
    void theServerLooksSoonerAndMayEndLater() {
      assertThat(judge(keepalive(), programs().port(8080, 1, 15)))
          .isEqualTo(
              Finding.unknown(
                  TuningReason.StricterThanRequested,
                  "the server itself sends its first probe after 15 s, want 300 s; its interval and number of probes cannot be read",
                  "set spec.applicationKeepalive to Override, or remove the keepalive settings from the server"));
    }

    @Test
    void anUnknownTimeComesBeforeATip() {
      ServerReportBuilder report = programs().remotes(1).port(8080, 100, 15);

      assertThat(judge(keepalive().loadBalancerIdle(10), report).reason())
          .isEqualTo(TuningReason.StricterThanRequested);
    }

    @Test
    void anEarlierPlanIsNotTheServersOwnDoing() {
      ServerReportBuilder report = node().programs(10, 2, 3, 20, false).port(8080, 1, 10);

      assertThat(judge(tune().deadPeers(60), report).reason()).isEqualTo(TuningReason.Effective);
    }

    @Test
    void theServerLooksSoonerAndCannotLookLater() {
      assertThat(judge(keepalive(), overriding().port(8080, 1, 15)))
          .isEqualTo(
              Finding.good(
                  TuningReason.StricterThanRequested,
                  "the server itself sends its first probe after 15 s, want 300 s"));
    }

    @Test
    void noConnectionShowsItsTime() {
      ServerReportBuilder report = programs().port(8080, 1, (Integer) null);

      assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.KeepaliveNotSeen);
      assertThat(judge(tune().deadPeers(60), minute().port(8080, 1, (Integer) null)).reason())
          .isEqualTo(TuningReason.KeepaliveNotSeen);
    }

    @Test
    void noConnectionIsThereAndNoneMayBeOpened() {
      assertThat(judge(keepalive().probe(Probe.Never), sysctls().portNotLookedAt(8080)))
          .isEqualTo(
              Finding.unknown(
                  TuningReason.KeepaliveNotSeen,
                  "no connection to the server showed its keepalive time",
                  "set spec.observation.probe to Allowed, or, once clients are connected, run kubectl -n realtime annotate wst chat --overwrite wstuning.dev/observe=$(date +%s)"));
    }

    @Test
    void noConnectionIsThereThatCouldBeOpened() {
      assertThat(judge(keepalive(), sysctls().portNotLookedAt(8080)).next())
          .isEqualTo(
              "make sure that the server listens, then run kubectl -n realtime annotate wst chat --overwrite wstuning.dev/observe=$(date +%s)");
    }
  }

  @Nested
  class OfUserTimeout {

    @Test
    void nothingSetIt() {
      SpecBuilder asked = keepalive().userTimeout(345);

      assertThat(judge(asked, sysctls().noPrograms().port(8080, 1, 300)))
          .isEqualTo(
              Finding.bad(
                  TuningReason.UserTimeoutOff,
                  "TCP_USER_TIMEOUT of connections to port 8080 is not set by the operator, want 345 s",
                  "set spec.applicationKeepalive to Override, or set TCP_USER_TIMEOUT in the server (the status cannot show that)"));
    }

    @ParameterizedTest
    @CsvSource({"345, Effective", "344, Effective", "346, UserTimeoutOff"})
    void aUserTimeoutMayNotBeLongerThanWanted(int seconds, TuningReason reason) {
      ServerReportBuilder report =
          sysctls().programs(300, 10, 5, seconds, false).port(8080, 1, 300);

      assertThat(judge(keepalive().userTimeout(345), report).reason()).isEqualTo(reason);
    }

    @Test
    void theLengthOfAUserTimeoutIsReported() {
      ServerReportBuilder report = sysctls().programs(300, 10, 5, 400, false).port(8080, 1, 300);

      assertThat(judge(keepalive().userTimeout(345), report).message())
          .isEqualTo("TCP_USER_TIMEOUT of connections to port 8080 is 400 s, want 345 s");
    }

    @Test
    void aPortWithoutAListenerHasNoUserTimeout() {
      assertThat(judge(tune().userTimeout(20), node().portNotListening(8080)).reason())
          .isEqualTo(TuningReason.PortNotListening);
    }
  }

  @Nested
  class OfAPromise {

    @Test
    void aPromiseHolds() {
      assertThat(judge(tune().deadPeers(60), minute().port(8080, 1, MINUTE_TIME)).reason())
          .isEqualTo(TuningReason.Effective);
    }

    @Test
    void aPromiseHoldsIfTheServerIsStricter() {
      assertThat(judge(tune().deadPeers(60), minute().port(8080, 1, 15)).reason())
          .isEqualTo(TuningReason.StricterThanRequested);
    }

    @Test
    void withoutAUserTimeoutAPromiseIsBroken() {
      Keepalive keepalive = MINUTE.keepalive();
      ServerReportBuilder report =
          derived().noPrograms().port(8080, 1, keepalive.time()).sysctl(Sysctl.TCP_RETRIES2, "15");

      assertThat(judge(tune().deadPeers(60), report))
          .isEqualTo(
              Finding.bad(
                  TuningReason.DeadPeersLate,
                  "a dead peer on port 8080 may live for 1177 s, want at most 60 s",
                  "set TCP_USER_TIMEOUT in the server (the status cannot show that)"));
    }

    @ParameterizedTest
    @CsvSource({"52, Effective", "53, DeadPeersLate"})
    void lateTimersAreReckonedWith(int userTimeout, TuningReason reason) {
      ServerReportBuilder report = node().programs(10, 2, 3, userTimeout, false).port(8080, 1, 10);

      assertThat(judge(tune().deadPeers(60), report).reason()).isEqualTo(reason);
    }

    @Test
    void fewRepetitionsKeepAPromise() {
      ServerReportBuilder report = derived().noPrograms().port(8080, 1, MINUTE_TIME);

      assertThat(judge(tune().deadPeers(60), report).reason()).isEqualTo(TuningReason.Effective);
    }

    @Test
    void withUnknownValuesAPromiseIsNotTakenOnTrust() {
      SpecBuilder respect = tune().deadPeers(60).applicationKeepalive(ApplicationKeepalive.Respect);
      ServerReportBuilder report = programs(false).port(8080, 1, 15);

      assertThat(judge(respect, report))
          .isEqualTo(
              Finding.bad(
                  TuningReason.ApplicationOverrides,
                  "the server itself sets keepalive on connections to port 8080 (first probe after 15 s), so it is unknown how long a dead peer lives",
                  "set spec.applicationKeepalive to Override, or remove the keepalive settings from the server"));
    }

    @Test
    void onePortThatBreaksAPromiseIsEnough() {
      ServerReportBuilder report = minute().port(8080, 1, MINUTE_TIME).portWithoutKeepalive(9090);

      assertThat(judge(tune().deadPeers(60).ports(8080, 9090), report).reason())
          .isEqualTo(TuningReason.KeepaliveOff);
      assertThat(judge(tune().deadPeers(60), report).reason())
          .isEqualTo(TuningReason.PortAmbiguous);
      assertThat(judge(tune().deadPeers(60).ports(8080), report).reason())
          .isEqualTo(TuningReason.Effective);
    }
  }

  @Nested
  class OfWhatIsInBetween {

    @ParameterizedTest
    @CsvSource({
      "339, Effective",
      "338, BalancerCutsFirst", // 300 s, and an eighth that the kernel may be late
      "240, BalancerCutsFirst",
    })
    void aLoadBalancerMayCutFirst(int idle, TuningReason reason) {
      assertThat(judge(keepalive().loadBalancerIdle(idle), programs().port(8080, 1, 300)).reason())
          .isEqualTo(reason);
    }

    @Test
    void aLoadBalancerThatCutsFirstIsFineAndWorthATip() {
      assertThat(judge(keepalive().loadBalancerIdle(240), programs().port(8080, 1, 300)))
          .isEqualTo(
              Finding.good(
                  TuningReason.BalancerCutsFirst,
                  "the load balancer cuts connections that are idle for 240 s, but the first probe on port 8080 comes after 300 to 338 s",
                  "set spec.keepalive.timeSeconds below 213, or let the server ping its clients sooner"));
    }

    @Test
    void aLoadBalancerThatCutsFirstIsReportedEvenIfKeepaliveIsNotWanted() {
      assertThat(
              judge(tune().openFiles(1024).loadBalancerIdle(240), node().portWithoutKeepalive(8080))
                  .message())
          .endsWith("the first probe on port 8080 comes never");
    }

    @Test
    void proxiesHideTheClients() {
      assertThat(judge(keepalive(), programs().remotes(2).port(8080, 41_210, 300)))
          .isEqualTo(
              Finding.good(
                  TuningReason.BehindProxy,
                  "1000 connections to port 8080 come from 2 addresses, which are likely proxies: the server detects dead proxies, but not dead clients behind them",
                  "set keepalive or timeouts towards clients in the proxy, unless it runs in this pod, because the socket programs act on it, too; ignore this if the addresses are only translated (SNAT)"));
    }

    @Test
    void theLibraryDoesNotActOnAProxyInTheSamePod() {
      assertThat(
              judge(
                      keepalive().library(),
                      sysctls().noPrograms().preloaded().remotes(1).port(8080, 100, 300))
                  .next())
          .isEqualTo(
              "set keepalive or timeouts towards clients in the proxy, also if it runs in this pod, because the preload library does not act on it; ignore this if the addresses are only translated (SNAT)");
    }

    @Test
    void withoutProgramsAndLibraryNothingActsOnTheProxy() {
      assertThat(judge(keepalive(), sysctls().noPrograms().remotes(1).port(8080, 100, 300)).next())
          .isEqualTo(
              "set keepalive or timeouts towards clients in the proxy; ignore this if the addresses are only translated (SNAT)");
    }

    @Test
    void manyClientsAreNoProxies() {
      assertThat(judge(keepalive(), programs().remotes(1000).port(8080, 41_210, 300)).reason())
          .isEqualTo(TuningReason.Effective);
    }

    @Test
    void proxiesAreNotReportedIfNothingIsWantedOfSockets() {
      assertThat(judge(tune().openFiles(1024), node().remotes(2).port(8080, 100, 7200)).reason())
          .isEqualTo(TuningReason.Effective);
    }
  }

  /** Each report breaks the rule that is named, and all that come after it. */
  @Nested
  class TheFirstDecides {

    private final SpecBuilder everything =
        keepalive().userTimeout(345).loadBalancerIdle(240).ports(1, 2, 3, 4, 5);

    @Test
    void inThisOrder() {
      ServerReportBuilder report = sysctls().noPrograms().remotes(1).port(1, 100, 15);

      assertThat(judge(everything, report).reason()).isEqualTo(TuningReason.PortNotListening);

      report.portNotLookedAt(3).portNotLookedAt(4).portNotLookedAt(5);
      report.port(2, 100, 7200).portWithoutKeepalive(3);
      assertThat(judge(everything, report).reason()).isEqualTo(TuningReason.KeepaliveOff);
    }

    @Test
    void aLongerTimeBeforeAMissingUserTimeout() {
      ServerReportBuilder report = sysctls().noPrograms().port(8080, 100, 7200);

      assertThat(judge(keepalive().userTimeout(345), report).reason())
          .isEqualTo(TuningReason.ApplicationOverrides);
    }

    @Test
    void aMissingUserTimeoutBeforeAPortThatWasNotSeen() {
      ServerReportBuilder report = sysctls().noPrograms().port(8080, 1, 300).portNotLookedAt(9090);

      assertThat(judge(keepalive().userTimeout(345).ports(8080, 9090), report).reason())
          .isEqualTo(TuningReason.UserTimeoutOff);
    }

    @Test
    void aPortThatWasNotSeenBeforeALoadBalancer() {
      ServerReportBuilder report = programs().port(8080, 1, 300).portNotLookedAt(9090);

      assertThat(judge(keepalive().loadBalancerIdle(240).ports(8080, 9090), report).reason())
          .isEqualTo(TuningReason.KeepaliveNotSeen);
    }

    @Test
    void aLoadBalancerBeforeProxiesBeforeStrictness() {
      ServerReportBuilder report = overriding().remotes(1).port(8080, 100, 15);

      assertThat(judge(keepalive().loadBalancerIdle(10), report).reason())
          .isEqualTo(TuningReason.BalancerCutsFirst);
      assertThat(judge(keepalive(), report).reason()).isEqualTo(TuningReason.BehindProxy);
    }
  }

  private static SpecBuilder keepalive() {
    return tune().keepalive(300, 10, 5);
  }

  private static ServerReportBuilder sysctls() {
    return node().keepalive("300", "10", "5");
  }

  private static ServerReportBuilder programs() {
    return sysctls().programs(300, 10, 5, 0, false);
  }

  private static ServerReportBuilder overriding() {
    return sysctls().programs(300, 10, 5, 0, true);
  }

  /** A pod that got the numbers of a minute. */
  private static ServerReportBuilder minute() {
    return programs(true);
  }

  private static ServerReportBuilder programs(boolean override) {
    Keepalive k = MINUTE.keepalive();
    return derived()
        .programs(k.time(), k.interval(), k.probes(), MINUTE.userTimeoutSeconds(), override);
  }

  private static ServerReportBuilder derived() {
    Keepalive k = MINUTE.keepalive();
    return node()
        .keepalive("" + k.time(), "" + k.interval(), "" + k.probes())
        .sysctl(Sysctl.TCP_RETRIES2, "" + MINUTE.retries2());
  }

  private static Finding judge(SpecBuilder asked, ServerReportBuilder report) {
    VerdictInputBuilder input = VerdictInputBuilder.of(asked).planContext(ADMITS_ALL);
    TestPod pod = TestPod.named("chat-1");
    if (input.expectation().plan().injects()) {
      pod.tuned("chat", input.expectation().plan());
    }
    return input.pod(observed(pod.running()).seen(report.build())).judged().get(0).finding();
  }
}
