package dev.wstuning.operator.pace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who has the next turn. */
class FairQueueTest {

  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private final FairQueue<String> queue = new FairQueue<>(3, clock::nanoTime);

  @Test
  void oneThatIsAloneHasAllTurns() {
    want("a", 10);

    for (int second = 0; second < 3; second++) {
      assertThat(turns()).hasSize(3);
      clock.pass(Duration.ofSeconds(1));
    }
    assertThat(turns()).hasSize(1);
  }

  @Test
  void aTurnDoesNotComeSooner() {
    want("a", 10);
    turns();

    clock.pass(Duration.ofMillis(333));
    assertThat(turns()).isEmpty();
    clock.pass(Duration.ofMillis(1));
    assertThat(turns()).hasSize(1);
  }

  /** Otherwise thousands would be sent at once after a quiet night. */
  @Test
  void turnsThatNobodyTookAreSavedForASecondOnly() {
    clock.pass(Duration.ofHours(8));
    want("a", 10);

    assertThat(turns()).hasSize(3);
  }

  @Test
  void ownersHaveTurnsOneAfterTheOther() {
    want("greedy", 1000);
    want("modest", 1);
    want("other", 2);

    assertThat(turnsIn(Duration.ofSeconds(2)))
        .startsWith("greedy-0", "modest-0", "other-0", "greedy-1", "other-1", "greedy-2");
  }

  @Test
  void urgentRequestsGoFirst() {
    put("a", "patient", false, Duration.ZERO);
    put("b", "patient", false, Duration.ZERO);
    put("b", "urgent", true, Duration.ZERO);
    put("a", "urgent", true, Duration.ZERO);

    assertThat(turnsIn(Duration.ofSeconds(2)))
        .containsExactly("b-urgent", "a-urgent", "b-patient", "a-patient");
  }

  @Test
  void aRequestWhoseTimeHasNotComeHoldsUpNoOther() {
    put("a", "later", true, Duration.ofMinutes(15));
    want("b", 1);

    assertThat(turns()).containsExactly("b-0");
    clock.pass(Duration.ofMinutes(15).minusNanos(1));
    assertThat(turns()).isEmpty();
    clock.pass(Duration.ofNanos(1));
    assertThat(turns()).containsExactly("a-later");
  }

  @Test
  void anOwnerHasOneRequestUnderWay() {
    want("a", 2);
    want("b", 1);
    Ticket<String> first = take().orElseThrow();

    assertThat(take().map(Ticket::request)).contains("b-0");
    assertThat(take()).isEmpty();
    queue.done(first);
    assertThat(take().map(Ticket::request)).contains("a-1");
  }

  @Test
  void theSameAgainKeepsItsPlaceAndMeansNothingAfterItsTurn() {
    want("a", 2);
    queue.put("a", "0", "0", "a-0 as it is now", true, Duration.ZERO);

    assertThat(turns()).containsExactly("a-0 as it is now", "a-1");
    want("a", 2);
    assertThat(turns()).isEmpty();
    queue.remove("a", "0");
    want("a", 2);
    assertThat(turns()).containsExactly("a-0");
  }

  @Test
  void anotherRequestForATargetTakesThePlaceOfTheFirst() {
    put("a", "0", true, Duration.ofHours(1));
    queue.put("a", "0", "another", "a-another", true, Duration.ZERO);

    assertThat(turns()).containsExactly("a-another");
    clock.pass(Duration.ofHours(1));
    assertThat(turns()).isEmpty();
  }

  @Test
  void whatIsPutOffHasAnotherTurnLater() {
    want("a", 1);
    Ticket<String> ticket = take().orElseThrow();
    queue.putOff(ticket, Duration.ofMinutes(1), true);
    queue.done(ticket);

    clock.pass(Duration.ofSeconds(59));
    assertThat(turns()).isEmpty();
    clock.pass(Duration.ofSeconds(1));
    assertThat(turns()).containsExactly("a-0");
  }

  @Test
  void aTurnThatWasNotUsedIsAnothers() {
    want("a", 3);
    want("b", 3);
    for (int i = 0; i < 3; i++) {
      Ticket<String> ticket = take().orElseThrow();
      if (ticket.request().startsWith("a")) {
        queue.putOff(ticket, Duration.ofMinutes(1), false);
      }
      queue.done(ticket);
    }

    assertThat(turns()).as("a-0 and a-1 used none, so there are two left").hasSize(2);
  }

  @Test
  void thoseAreCountedThatCouldHaveATurnOrWerePutOff() {
    want("a", 5);
    put("b", "later", false, Duration.ofMinutes(15));
    assertThat(queue.waiting()).isEqualTo(5);

    Ticket<String> ticket = take().orElseThrow();
    assertThat(queue.waiting()).isEqualTo(4);
    queue.putOff(ticket, Duration.ofHours(1), true);
    queue.done(ticket);
    assertThat(queue.waiting()).isEqualTo(5);
    clock.pass(Duration.ofMinutes(15));
    assertThat(queue.waiting()).isEqualTo(6);
    queue.retain("a", List.of("3"));
    assertThat(queue.waiting()).isEqualTo(2);
    queue.clear();
    assertThat(queue.waiting()).isZero();
  }

  @Test
  void whatIsNotWantedAnyMoreHasNoTurn() {
    want("a", 3);
    put("b", "later", true, Duration.ofSeconds(1));
    Ticket<String> underWay = take().orElseThrow();
    queue.retain("a", List.of("2"));
    queue.remove("b", "later");
    queue.putOff(underWay, Duration.ZERO, true);
    queue.done(underWay);
    clock.pass(Duration.ofSeconds(2));

    assertThat(turns()).containsExactly("a-2");
  }

  @Test
  void whatIsUnderWayWhenAllIsForgottenDoesNotComeBack() {
    want("a", 2);
    Ticket<String> underWay = take().orElseThrow();
    queue.clear();
    queue.putOff(underWay, Duration.ZERO, true);
    queue.done(underWay);
    assertThat(turnsIn(Duration.ofSeconds(2))).isEmpty();

    want("a", 2);
    assertThat(turns()).containsExactly("a-0", "a-1");
  }

  @Test
  void aMachinesClockThatIsSetChangesNothing() {
    want("a", 100);
    put("b", "later", true, Duration.ofMinutes(1));
    turns();

    clock.set(Duration.ofHours(1));
    assertThat(turns()).isEmpty();
    clock.set(Duration.ofHours(-2));
    clock.pass(Duration.ofSeconds(1));
    assertThat(turns()).hasSize(3);
    clock.pass(Duration.ofMinutes(1));
    assertThat(turns()).contains("b-later");
  }

  /** A thousand tunings cost nothing while they wait, and are served in a fair order. */
  @Test
  void thousandsWaitInTurn() {
    for (int owner = 0; owner < 1000; owner++) {
      want("owner-" + owner, 10);
    }
    assertThat(queue.waiting()).isEqualTo(10_000);

    List<String> served = turnsIn(Duration.ofSeconds(667));

    assertThat(served).hasSize(2004);
    assertThat(served.subList(0, 1000)).allMatch(request -> request.endsWith("-0"));
    assertThat(served.subList(1000, 2000)).allMatch(request -> request.endsWith("-1"));
  }

  @Test
  void oneThatComesWakesWhoeverWaitsForATurn() throws Exception {
    FairQueue<String> real = new FairQueue<>(5, System::nanoTime);
    List<String> served = new ArrayList<>();
    Thread worker =
        new Thread(() -> real.take(Duration.ofSeconds(30)).ifPresent(t -> served.add(t.request())));
    worker.start();
    real.put("a", "0", "0", "a-0", true, Duration.ofMillis(20));

    worker.join(Duration.ofSeconds(10).toMillis());
    assertThat(served).containsExactly("a-0");
  }

  @Test
  void closingEndsAllWaiting() throws Exception {
    FairQueue<String> real = new FairQueue<>(5, System::nanoTime);
    Thread worker = new Thread(() -> real.take(Duration.ofSeconds(30)));
    worker.start();
    real.close();

    worker.join(Duration.ofSeconds(10).toMillis());
    assertThat(worker.isAlive()).isFalse();
    real.put("a", "0", "0", "a-0", true, Duration.ZERO);
    assertThat(real.take(Duration.ZERO)).isEmpty();
  }

  private void want(String owner, int requests) {
    IntStream.range(0, requests).forEach(i -> put(owner, "" + i, true, Duration.ZERO));
  }

  private void put(String owner, String key, boolean urgent, Duration in) {
    queue.put(owner, key, key, owner + "-" + key, urgent, in);
  }

  private Optional<Ticket<String>> take() {
    return queue.take(Duration.ZERO);
  }

  /** All turns that there are now. */
  private List<String> turns() {
    List<String> served = new ArrayList<>();
    for (Optional<Ticket<String>> next = take(); next.isPresent(); next = take()) {
      served.add(next.get().request());
      queue.done(next.get());
    }
    return served;
  }

  private List<String> turnsIn(Duration time) {
    List<String> served = new ArrayList<>(turns());
    for (Duration left = time; !left.isZero(); left = left.minusSeconds(1)) {
      clock.pass(Duration.ofSeconds(1));
      served.addAll(turns());
    }
    return served;
  }
}
