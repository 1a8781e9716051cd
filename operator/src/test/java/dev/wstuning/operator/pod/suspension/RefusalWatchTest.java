package dev.wstuning.operator.pod.suspension;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.Suspensions;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.selection.Workload;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A replica finds out that tuned pods are refused, and steps aside for their owner alone. */
class RefusalWatchTest {

  private static final Target CHAT = target("chat", "12345678");

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final Set<String> existing = new HashSet<>();
  private final RefusalWatch watch =
      new RefusalWatch(clock, clock::nanoTime, Intervals.USUAL, namespace -> live());
  private WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
  private boolean away;
  private boolean connected = true;
  private Optional<String> name = Optional.empty();
  private final Set<String> names = new HashSet<>();
  private int reads;

  @Test
  void twoPodsOfWhichNoneExistsSixSecondsLaterWereRefused() {
    assertThat(admit("1")).isTrue();
    assertThat(admit("2")).isTrue();
    pass(5);
    assertThat(admit("3")).isTrue();

    pass(1);

    assertThat(admit("4")).isFalse();
    assertThat(watch.held())
        .singleElement()
        .satisfies(
            held -> {
              assertThat(held.attempts()).isEqualTo(1);
              assertThat(held.nextTry()).isEqualTo("2026-01-01T12:01:06Z");
            });
    assertThat(watch.tunes(target("push", ""), tuning, call("5", false)))
        .as("another owner")
        .isTrue();
  }

  @Test
  void onePodMayBeAnything() {
    admit("1");
    pass(60);

    assertThat(admit("2")).isTrue();
  }

  @Test
  void podsThatExistWereNotRefusedAlthoughTheCacheIsBehind() {
    admit("1");
    admit("2");
    existing.addAll(Set.of("1", "2"));
    pass(10);

    assertThat(admit("3")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  @Test
  void whatTheCacheHasIsNotLookedFor() {
    admit("1");
    admit("2");
    appear("1");
    appear("2");
    pass(10);

    assertThat(reads).isZero();
  }

  @Test
  void ifNobodyCanTellNothingIsSuspended() {
    admit("1");
    admit("2");
    away = true;
    pass(60);

    assertThat(admit("3")).isTrue();
  }

  @Test
  void aCacheThatIsNotCompleteProvesNothing() {
    admit("1");
    admit("2");
    clock.pass(Duration.ofSeconds(10));
    watch.look(namespace -> false, target -> Optional.of(tuning));

    assertThat(admit("3")).isTrue();
  }

  @Test
  void creationsThatAnApiServerTookWithItProveNothing() {
    admit("1");
    admit("2");
    clock.pass(Duration.ofSeconds(1));
    watch.look(namespace -> false, target -> Optional.of(tuning));
    pass(60);

    assertThat(admit("3")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  /** It then creates the pod without what was answered, or refuses it for want of an answer. */
  @Test
  void anApiServerThatGaveUpOnItsCallsProvesNothing() {
    connected = false;
    admit("1");
    admit("2");
    pass(6);
    connected = true;
    pass(60);

    assertThat(admit("3")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  @Test
  void connectionsThatAreClosedLaterProveNothingElse() {
    admit("1");
    pass(6);
    connected = false;
    admit("2");
    pass(1);
    connected = true;
    pass(6);

    assertThat(watch.held()).as("the first one counts").hasSize(1);
  }

  @Test
  void aTrialOnWhichTheApiServerGaveUpDidNotFail() {
    suspend();
    admitUntuned();
    pass(61);
    connected = false;
    assertThat(admit("trial")).isTrue();
    pass(6);

    assertThat(watch.held().get(0).attempts()).isEqualTo(1);
  }

  @Test
  void aTrialOfWhichNothingIsHeardIsFollowedByAnother() {
    suspend();
    admitUntuned();
    pass(61);
    connected = false;
    assertThat(admit("trial")).isTrue();
    pass(59);
    assertThat(admit("5")).isFalse();
    pass(1);

    assertThat(admit("another trial")).isTrue();
  }

  /** Other webhooks and the store of the API server come after us, and may take their time. */
  @Test
  void podsThatAppearAfterAllWereNotRefused() {
    suspend();
    appear("1");

    assertThat(watch.held()).isEmpty();
    assertThat(admit("3")).isTrue();
  }

  @Test
  void lossesBetweenPodsThatAppearAreNoRefusals() {
    admit("1");
    admit("2");
    pass(1);
    admit("3");
    appear("3");
    pass(6);

    assertThat(admit("4")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  /** Some controllers create what is there, and take the answer that it exists for success. */
  @Test
  void podsThatWereThereUnderTheirNameWereNotRefused() {
    name = Optional.of("chat-0");
    names.add("chat-0");
    admit("1");
    admit("2");
    pass(6);

    assertThat(admit("3")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  @Test
  void whatWasRefusedForABeginningIsNotRefusedOnceUntunedPodsCome() {
    suspend();
    admit("untuned");
    pass(6);
    assertThat(watch.held().get(0).anyway()).isTrue();

    appearUntuned();

    assertThat(watch.held().get(0).anyway()).isFalse();
  }

  @Test
  void aTrialIsOnePodAndIfItExistsTuningGoesOn() {
    suspend();
    admitUntuned();
    pass(61);

    assertThat(admit("trial")).isTrue();
    assertThat(admit("5")).as("one at a time").isFalse();
    appear("trial");

    assertThat(admit("6")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  /** Its controller tries again after pauses that double: no attempt may be lost to a trial. */
  @Test
  void anOwnerWithoutAPodGetsItBeforeThereIsATrial() {
    suspend();
    pass(600);

    assertThat(admit("5")).isFalse();
    pass(600);
    assertThat(admit("6")).as("the one before was refused, too").isFalse();
    appearUntuned();
    assertThat(admit("7")).as("another one of the same attempt").isFalse();
    pass(29);
    assertThat(admit("8")).isFalse();
    pass(1);
    assertThat(admit("trial")).isTrue();
    pass(6);
    assertThat(watch.held().get(0).attempts()).isEqualTo(2);
    pass(600);
    assertThat(admit("9")).as("after a trial that failed").isFalse();
  }

  @Test
  void untunedPodsOfEarlierProveNothing() {
    appearUntuned("2026-01-01T11:00:00Z");
    suspend();
    appearUntuned("2026-01-01T11:00:00Z");
    pass(600);

    assertThat(admit("5")).isFalse();
  }

  @Test
  void eachTrialThatFailsMakesTheNextOneComeLater() {
    suspend();
    for (int minutes : List.of(1, 2, 4, 5, 5)) {
      appearUntuned();
      pass(minutes * 60 - 7);
      assertThat(admit("early")).as("before %d minutes are over", minutes).isFalse();
      appear("early");
      pass(7);
      assertThat(admit("trial")).as("after %d minutes", minutes).isTrue();
      pass(6);
    }

    assertThat(watch.held().get(0).attempts()).isEqualTo(6);
  }

  @Test
  void podsThatAreRefusedUntunedTooAreToldApart() {
    suspend();
    assertThat(watch.held().get(0).anyway()).isFalse();

    admit("untuned");
    pass(6);

    assertThat(watch.held().get(0).anyway()).isTrue();
  }

  @Test
  void aDryRunCountsForNothing() {
    watch.tunes(CHAT, tuning, call("1", true));
    watch.tunes(CHAT, tuning, call("2", true));
    pass(60);

    assertThat(admit("3")).isTrue();

    admit("4");
    pass(6);
    assertThat(watch.tunes(CHAT, tuning, call("5", true))).isFalse();
    admitUntuned();
    pass(61);
    assertThat(watch.tunes(CHAT, tuning, call("6", true))).isTrue();
    assertThat(admit("7")).as("the dry run was no trial").isTrue();
  }

  @Test
  void anotherTemplateIsTriedAtOnce() {
    suspend();

    assertThat(watch.tunes(target("chat", "87654321"), tuning, call("5", false))).isTrue();
  }

  @Test
  void everyReplicaFollowsWhatTheLeaderPublished() {
    tuning = published(2, "2026-01-01T12:02:00Z");

    assertThat(admit("1")).isFalse();
    appearUntuned();
    pass(121);
    assertThat(admit("trial")).isTrue();
    assertThat(admit("3")).isFalse();
    pass(6);
    assertThat(watch.held())
        .as("its own trial failed")
        .singleElement()
        .satisfies(held -> assertThat(held.attempts()).isEqualTo(3));
  }

  @Test
  void whatTheLeaderEndsIsOver() {
    suspend();
    tuning = published(1, "2026-01-01T12:01:06Z");
    pass(1);
    assertThat(admit("4")).isFalse();

    tuning.setStatus(null);

    assertThat(admit("5")).isTrue();
    assertThat(watch.held()).isEmpty();
  }

  @Test
  void aTrialThatSucceededHoldsUntilTheLeaderKnows() {
    tuning = published(1, "2026-01-01T12:00:00Z");
    admitUntuned();
    pass(30);
    assertThat(admit("trial")).isTrue();
    appear("trial");

    assertThat(admit("2")).isTrue();
    assertThat(admit("3")).isTrue();
  }

  @Test
  void ofPodsThatCouldNotStartOnlyTheLeaderCanTell() {
    tuning = published(1, "2026-01-01T12:00:00Z", Suspension.Cause.Stuck);
    admitUntuned();
    pass(30);
    assertThat(admit("trial")).isTrue();
    appear("trial");

    assertThat(admit("2")).isFalse();
  }

  @Test
  void aReplicaThatStartsAnewTakesUpWhatItHeld() {
    suspend();
    RefusalWatch again =
        new RefusalWatch(
            clock,
            clock::nanoTime,
            Intervals.USUAL,
            namespace -> new LivePods.Existing(Set.of(), Set.of()));

    again.restore(HeldText.read(HeldText.write(watch.held())));

    assertThat(again.tunes(CHAT, tuning, call("1", false))).isFalse();
    assertThat(again.held()).isEqualTo(watch.held());
  }

  @Test
  void whatAnotherVersionHeldIsReadAsFarAsItIsKnown() {
    assertThat(HeldText.read("{\"owners\":[{\"uid\":\"x\",\"more\":1},null]}")).isEmpty();
    assertThat(HeldText.read("garbage")).isEmpty();
  }

  private void suspend() {
    admit("1");
    admit("2");
    pass(6);
    assertThat(watch.held()).hasSize(1);
  }

  private void admitUntuned() {
    assertThat(admit("untuned")).isFalse();
    appearUntuned();
  }

  /** On any replica. */
  private void appearUntuned() {
    appearUntuned(clock.instant().toString());
  }

  private void appearUntuned(String created) {
    watch.appeared(
        TestPod.named("chat-1")
            .ofDeployment("chat")
            .createdAt(created)
            .annotated("wstuning.dev/suspended", CHAT.mark().toString())
            .build());
  }

  private boolean admit(String request) {
    return watch.tunes(CHAT, tuning, call(request, false));
  }

  private Call call(String request, boolean dryRun) {
    return new Call(request, name, dryRun, () -> connected);
  }

  private void appear(String request) {
    watch.appeared(
        TestPod.named("pod-" + request).annotated("wstuning.dev/request", request).build());
  }

  private void pass(int seconds) {
    clock.pass(Duration.ofSeconds(seconds));
    watch.look(namespace -> true, target -> Optional.of(tuning));
  }

  private LivePods.Existing live() {
    reads++;
    if (away) {
      throw new KubernetesClientException("no answer");
    }
    return new LivePods.Existing(existing, names);
  }

  private static WebSocketTuning published(int attempts, String nextTry) {
    return published(attempts, nextTry, Suspension.Cause.Refused);
  }

  private static WebSocketTuning published(int attempts, String nextTry, Suspension.Cause cause) {
    WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
    tuning.setStatus(
        Statuses.suspended(
            Suspensions.of(
                CHAT.owner().named(), attempts, nextTry, cause, CHAT.mark().toString())));
    return tuning;
  }

  private static Target target(String owner, String template) {
    return new Target(
        "realtime",
        "chat",
        "uid-of-chat",
        new Workload("apps", "Deployment", owner),
        new Mark("0badcafe", template));
  }
}
