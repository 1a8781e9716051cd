package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observer.Schedule.Next;
import dev.wstuning.operator.pod.observer.Schedule.Occasion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When a pod's server is looked at next. */
class ScheduleTest {

  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant RESTART = START.plus(Duration.ofHours(5));
  private static final PastLook FIRST =
      new PastLook(
          1, true, at(Duration.ofSeconds(10)), false, false, true, false, ObserverName.FIRST);

  private record Case(String name, Schedule schedule, Next next) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        running("a new pod", due(Occasion.FIRST, Instant.EPOCH)),
        running("the first observer is on its way", new Next.UnderWay(), runs(FIRST)),
        running("observed once", due(Occasion.LATER_LOOK, after(FIRST, 15)), FIRST),
        running("observed twice", new Next.Nothing(), FIRST, second(20)),
        running("the second look is on its way", new Next.UnderWay(), FIRST, runs(second(20))),
        running(
            "the kubelet does not say when the observer ended",
            new Next.Nothing(),
            ended(FIRST, Optional.empty())),
        running(
            "observed by version 0.2.0", new Next.Nothing(), numbered(FIRST, ObserverName.OLDER)),
        running(
            "observed late enough for another reason",
            new Next.Nothing(),
            FIRST,
            ended(FIRST, at(Duration.ofMinutes(16)))),
        running(
            "other ports are wanted",
            due(Occasion.OTHER_QUESTION, Instant.EPOCH),
            answersNothing(FIRST)),
        running(
            "the observer for other ports is on its way",
            new Next.UnderWay(),
            answersNothing(FIRST),
            runs(FIRST)),
        running(
            "other ports were wanted and seen",
            due(Occasion.LATER_LOOK, after(FIRST, 15)),
            answersNothing(FIRST),
            ended(FIRST, at(Duration.ofMinutes(5)))),
        running("nothing listened", due(Occasion.LATER_LOOK, after(FIRST, 15)), silent(FIRST)),
        running(
            "nothing listened after a quarter of an hour",
            due(Occasion.LATER_LOOK, after(FIRST, 20 + 60)),
            FIRST,
            silent(numbered(ended(FIRST, Optional.of(after(FIRST, 20))), 2))),
        running(
            "nothing listened after a look that failed",
            due(Occasion.LATER_LOOK, after(FIRST, 20 + 60)),
            silent(FIRST),
            numbered(ended(FIRST, Optional.of(after(FIRST, 20))), 2)),
        running(
            "nothing listened three times", new Next.Nothing(), FIRST, second(20), silent(third())),
        running("it listened at last", new Next.Nothing(), FIRST, second(20), third()),
        running(
            "nothing listened when version 0.2.0 looked",
            due(Occasion.LATER_LOOK, after(FIRST, 15)),
            silent(numbered(FIRST, ObserverName.OLDER))),
        requested(
            "nothing listened, and another look is requested",
            due(Occasion.REQUEST, Instant.EPOCH),
            silent(FIRST)),
        restarted(
            "nothing listened after a restart",
            due(Occasion.LATER_LOOK, START.plus(Duration.ofHours(6)).plus(Schedule.SECOND_LOOK)),
            earlier(1, Duration.ofSeconds(10)),
            numbered(earlier(1, Duration.ofMinutes(16)), 2),
            silent(ended(FIRST, at(Duration.ofHours(6))))),
        new Case(
            "the last look is kept for a request",
            new Schedule(List.of(silent(FIRST)), 5, 6, false, false, START),
            new Next.Nothing()),
        new Case(
            "the last look is taken for a request",
            new Schedule(List.of(silent(FIRST)), 5, 6, true, false, START),
            due(Occasion.REQUEST, Instant.EPOCH)),
        new Case(
            "a pod of many containers",
            new Schedule(List.of(FIRST), 1, 1, true, false, START),
            new Next.Exhausted()),
        requested("a request before the first look", due(Occasion.FIRST, Instant.EPOCH)),
        requested("a request", due(Occasion.REQUEST, Instant.EPOCH), FIRST, second(20)),
        requested("a request that is on its way", new Next.UnderWay(), FIRST, runs(asRequested())),
        requested(
            "a request that was carried out",
            due(Occasion.LATER_LOOK, after(FIRST, 15)),
            FIRST,
            asRequested()),
        restarted(
            "restarted",
            due(Occasion.RESTART, RESTART.plusSeconds(5)),
            earlier(1, Duration.ofSeconds(10)),
            earlier(1, Duration.ofMinutes(16))),
        restarted(
            "restarted again within a day",
            due(Occasion.RESTART, START.plus(Duration.ofHours(27))),
            earlier(1, Duration.ofSeconds(10)),
            earlier(2, Duration.ofHours(3)),
            earlier(2, Duration.ofHours(4))),
        restarted(
            "restarted again after a day",
            due(Occasion.RESTART, RESTART.plusSeconds(5)),
            earlier(1, Duration.ofSeconds(10)),
            earlier(2, Duration.ofHours(-20))),
        restarted(
            "restarted and observed before the second look",
            due(Occasion.LATER_LOOK, START.plus(Duration.ofHours(6)).plus(Schedule.SECOND_LOOK)),
            earlier(1, Duration.ofSeconds(10)),
            ended(FIRST, at(Duration.ofHours(6)))),
        restarted(
            "restarted and observed after a second look",
            new Next.Nothing(),
            earlier(1, Duration.ofSeconds(10)),
            numbered(earlier(1, Duration.ofMinutes(16)), 2),
            ended(FIRST, at(Duration.ofHours(6)))),
        new Case(
            "restarted before it was ever ready",
            new Schedule(List.of(), 0, 6, false, true, RESTART),
            due(Occasion.FIRST, Instant.EPOCH)),
        new Case(
            "restarted within a day, and requested",
            new Schedule(
                List.of(earlier(1, Duration.ofSeconds(10)), earlier(2, Duration.ofHours(4))),
                2,
                6,
                true,
                true,
                RESTART),
            due(Occasion.REQUEST, RESTART.plusSeconds(5))),
        new Case(
            "restarted after six looks",
            new Schedule(List.of(earlier(1, Duration.ofSeconds(10))), 6, 6, false, true, RESTART),
            new Next.Exhausted()),
        new Case(
            "requested after six looks",
            new Schedule(List.of(FIRST), 6, 6, true, false, START),
            new Next.Exhausted()),
        new Case(
            "fresh after six looks, without a second one",
            new Schedule(List.of(FIRST), 6, 6, false, false, START),
            new Next.Nothing()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isDueWhen(Case one) {
    assertThat(one.schedule().next()).isEqualTo(one.next());
  }

  /** For years, with many restarts. */
  @Test
  void aPodNeverGetsMoreThanSixNorTwoRestartsADay() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int pod = 0; pod < 200; pod++) {
      List<PastLook> looks = new ArrayList<>();
      List<Instant> ofRestarts = new ArrayList<>();
      int start = 0;
      Instant since = START;
      Instant now = START;
      for (int step = 0; step < 400; step++) {
        now = now.plusSeconds(random.nextInt(100_000));
        if (random.nextInt(3) == 0) {
          start++;
          since = now;
        }
        int present = start;
        List<PastLook> seen = looks.stream().map(l -> present(l, l.start() == present)).toList();
        Next next = new Schedule(seen, seen.size(), 6, false, start > 0, since).next();
        if (next instanceof Next.Due due && !due.at().isAfter(now)) {
          looks.add(
              new PastLook(
                  present,
                  true,
                  Optional.of(now),
                  false,
                  false,
                  true,
                  random.nextInt(3) == 0,
                  due.occasion().urgent() ? ObserverName.FIRST : looks.size() + 2));
          if (due.occasion() == Occasion.RESTART) {
            ofRestarts.add(now);
          }
        }
      }
      assertThat(looks).as("seed %d", seed).hasSizeLessThanOrEqualTo(Schedule.MOST);
      for (int i = 1; i < ofRestarts.size(); i++) {
        assertThat(Duration.between(ofRestarts.get(i - 1), ofRestarts.get(i)))
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo(Duration.ofDays(1));
      }
    }
  }

  private static Case running(String name, Next next, PastLook... looks) {
    return new Case(name, new Schedule(List.of(looks), looks.length, 6, false, false, START), next);
  }

  private static Case requested(String name, Next next, PastLook... looks) {
    return new Case(name, new Schedule(List.of(looks), looks.length, 6, true, false, START), next);
  }

  private static Case restarted(String name, Next next, PastLook... looks) {
    return new Case(
        name, new Schedule(List.of(looks), looks.length, 6, false, true, RESTART), next);
  }

  private static Next due(Occasion occasion, Instant at) {
    return new Next.Due(occasion, at);
  }

  private static Optional<Instant> at(Duration sinceStart) {
    return Optional.of(START.plus(sinceStart));
  }

  private static Instant after(PastLook look, int minutes) {
    return look.ended().orElseThrow().plus(Duration.ofMinutes(minutes));
  }

  private static PastLook second(int minutes) {
    return numbered(ended(FIRST, at(Duration.ofMinutes(minutes))), 2);
  }

  private static PastLook third() {
    return numbered(ended(FIRST, at(Duration.ofMinutes(80))), 3);
  }

  private static PastLook silent(PastLook l) {
    return new PastLook(
        l.start(),
        l.present(),
        l.ended(),
        l.underWay(),
        l.requested(),
        l.answers(),
        true,
        l.number());
  }

  /** A look at a start that is over. */
  private static PastLook earlier(int start, Duration ended) {
    return new PastLook(start, false, at(ended), false, false, true, false, ObserverName.FIRST);
  }

  private static PastLook asRequested() {
    return new PastLook(
        1, true, at(Duration.ofMinutes(3)), false, true, true, false, ObserverName.FIRST);
  }

  private static PastLook runs(PastLook l) {
    return new PastLook(
        l.start(),
        l.present(),
        Optional.empty(),
        true,
        l.requested(),
        l.answers(),
        l.silent(),
        l.number());
  }

  private static PastLook answersNothing(PastLook l) {
    return new PastLook(
        l.start(),
        l.present(),
        l.ended(),
        l.underWay(),
        l.requested(),
        false,
        l.silent(),
        l.number());
  }

  private static PastLook ended(PastLook l, Optional<Instant> ended) {
    return new PastLook(
        l.start(),
        l.present(),
        ended,
        l.underWay(),
        l.requested(),
        l.answers(),
        l.silent(),
        l.number());
  }

  private static PastLook numbered(PastLook l, int number) {
    return new PastLook(
        l.start(),
        l.present(),
        l.ended(),
        l.underWay(),
        l.requested(),
        l.answers(),
        l.silent(),
        number);
  }

  private static PastLook present(PastLook l, boolean present) {
    return new PastLook(
        l.start(),
        present,
        l.ended(),
        l.underWay(),
        l.requested(),
        l.answers(),
        l.silent(),
        l.number());
  }
}
