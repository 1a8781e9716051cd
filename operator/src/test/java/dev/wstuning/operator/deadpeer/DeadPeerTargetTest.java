package dev.wstuning.operator.deadpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.wstuning.operator.deadpeer.DeadPeerTarget.Derived;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Every promise, for every value that can be set. */
class DeadPeerTargetTest {

  /** Of load balancers: none, the shortest, Azure's and AWS'. */
  static final int[] BALANCERS = {0, DeadPeerTarget.SMALLEST_LOAD_BALANCER_IDLE, 240, 350};

  private static final Map<Integer, List<Derived>> ALL =
      Arrays.stream(BALANCERS).boxed().collect(Collectors.toMap(b -> b, DeadPeerTargetTest::all));

  @ParameterizedTest
  @CsvSource({
    "10, 2/2/3, 7, 3",
    "30, 15/3/3, 24, 5",
    "60, 30/7/3, 50, 6",
    "120, 60/15/3, 102, 7",
    "300, 150/38/3, 255, 8",
    "86400, 32767/14677/3, 69887, 15",
  })
  void examples(int within, String keepalive, int userTimeout, int retries2) {
    Derived derived = derive(within, 0);

    assertThat(derived.keepalive()).hasToString(keepalive);
    assertThat(derived.userTimeoutSeconds()).isEqualTo(userTimeout);
    assertThat(derived.retries2()).isEqualTo(retries2);
  }

  @ParameterizedTest
  @FieldSource("BALANCERS")
  void whateverPartOfThemIsInForceFindsADeadPeerInTime(int balancer) {
    everyPromise(
        balancer,
        (within, derived) -> {
          DeadPeerTime all = time(derived.keepalive(), derived.userTimeoutSeconds(), 15);
          DeadPeerTime sysctls = time(derived.keepalive(), 0, derived.retries2());

          return inTime(all.idle().orElseThrow(), within)
              && inTime(all.busy(), within)
              && inTime(sysctls.idle().orElseThrow(), within)
              && inTime(sysctls.busy(), within);
        });
  }

  @ParameterizedTest
  @FieldSource("BALANCERS")
  void noSingleLostProbeCutsAPeer(int balancer) {
    everyPromise(
        balancer,
        (within, derived) -> {
          Duration tolerated =
              time(derived.keepalive(), derived.userTimeoutSeconds(), 15).toleratedOutage();
          // Two intervals, unless half of the user timeout is less: never less than one.
          return tolerated.toSeconds() >= derived.keepalive().interval()
              && derived.userTimeoutSeconds() >= derived.keepalive().smallestUserTimeout()
              && derived.userTimeoutSeconds() <= derived.keepalive().deadPeerSeconds();
        });
  }

  @ParameterizedTest
  @FieldSource("BALANCERS")
  void anApplicationThatIsStricterInSomeOptionsBreaksNothing(int balancer) {
    Random random = new Random(42);
    everyPromise(
        balancer,
        (within, derived) ->
            IntStream.range(0, 8)
                .allMatch(
                    i -> {
                      Keepalive ours = derived.keepalive();
                      Keepalive stricter =
                          new Keepalive(
                              upTo(random, ours.time()),
                              upTo(random, ours.interval()),
                              upTo(random, ours.probes()));
                      int userTimeout =
                          random.nextBoolean()
                              ? derived.userTimeoutSeconds()
                              : upTo(random, derived.userTimeoutSeconds());
                      DeadPeerTime time = time(stricter, userTimeout, 15);
                      return inTime(time.idle().orElseThrow(), within)
                          && inTime(time.busy(), within);
                    }));
  }

  @ParameterizedTest
  @FieldSource("BALANCERS")
  void theKernelTakesThemAndProbesStartBeforeABalancerCuts(int balancer) {
    everyPromise(
        balancer,
        (within, derived) -> {
          Keepalive k = derived.keepalive();
          return k.time() >= 2
              && k.interval() >= 2
              && k.probes() == 3
              && k.time() <= 32_767
              && k.interval() <= 32_767
              && k.time() <= within / 2
              && derived.userTimeoutSeconds() <= 86_400
              && derived.retries2() >= 3
              && derived.retries2() <= 15
              && (balancer == 0 || 9 * k.time() < 8 * balancer);
        });
  }

  @ParameterizedTest
  @FieldSource("BALANCERS")
  void aLongerPromiseIsNeverStricter(int balancer) {
    Derived before = derive(DeadPeerTarget.SMALLEST, balancer);
    for (int within = DeadPeerTarget.SMALLEST + 1; within <= DeadPeerTarget.LARGEST; within++) {
      Derived derived = ALL.get(balancer).get(within - DeadPeerTarget.SMALLEST);

      if (derived.keepalive().deadPeerSeconds() < before.keepalive().deadPeerSeconds()
          || derived.keepalive().interval() < before.keepalive().interval()
          || derived.userTimeoutSeconds() < before.userTimeoutSeconds()
          || derived.retries2() < before.retries2()) {
        assertThat(derived).as("within %d s", within).isEqualTo(before);
      }
      before = derived;
    }
  }

  @Test
  void anotherPromiseIsRefusedWithTheSmallestAndTheLargest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> derive(9, 0))
        .withMessage("withinSeconds is from 10 to 86400, not 9");
    assertThatIllegalArgumentException().isThrownBy(() -> derive(86_401, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> derive(60, 3))
        .withMessage("loadBalancerIdleSeconds is from 4 to 86400, not 3");
  }

  /** Three probes, no single one of which cuts, cannot be had in nine seconds. */
  @Test
  void theSmallestIsTheSmallest() {
    for (int time = 2; time <= 9; time++) {
      for (int interval = 2; interval <= 9; interval++) {
        Keepalive keepalive = new Keepalive(time, interval, 3);
        boolean inTime = inTime(time(keepalive, 0, 15).idle().orElseThrow(), 9);
        assertThat(inTime).as(keepalive.toString()).isFalse();
      }
    }
  }

  private static List<Derived> all(int balancer) {
    return IntStream.rangeClosed(DeadPeerTarget.SMALLEST, DeadPeerTarget.LARGEST)
        .mapToObj(within -> derive(within, balancer))
        .toList();
  }

  private interface Promise {
    boolean holds(int within, Derived derived);
  }

  private static void everyPromise(int balancer, Promise promise) {
    for (int within = DeadPeerTarget.SMALLEST; within <= DeadPeerTarget.LARGEST; within++) {
      Derived derived = ALL.get(balancer).get(within - DeadPeerTarget.SMALLEST);
      if (!promise.holds(within, derived)) {
        assertThat(derived).as("within %d s does not hold", within).isNull();
      }
    }
  }

  private static boolean inTime(DeadPeerTime.Detection detection, int within) {
    return detection.atMost().compareTo(Duration.ofSeconds(within)) <= 0;
  }

  private static DeadPeerTime time(Keepalive keepalive, int userTimeout, int retries2) {
    return DeadPeerTime.of(
        Optional.of(keepalive),
        Duration.ofSeconds(userTimeout),
        new Retransmission(retries2, Retransmission.DEFAULT_RTO_MAX_MILLIS));
  }

  private static Derived derive(int within, int balancer) {
    return DeadPeerTarget.derive(
        within, balancer == 0 ? OptionalInt.empty() : OptionalInt.of(balancer));
  }

  private static int upTo(Random random, int most) {
    return 1 + random.nextInt(most);
  }
}
