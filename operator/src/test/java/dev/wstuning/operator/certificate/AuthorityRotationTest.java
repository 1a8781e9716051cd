package dev.wstuning.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A year of the authority, step by step. */
class AuthorityRotationTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant DUE = START.plus(Duration.ofDays(275));
  private static final AuthorityRotation ROTATION = AuthorityRotation.YEARLY;

  private final AuthorityState first = ROTATION.first(START);

  @Test
  void nothingIsDueForThreeQuartersOfTheValidity() {
    assertThat(ROTATION.advance(first, START)).isSameAs(first);
    assertThat(ROTATION.advance(first, DUE.minusSeconds(1))).isSameAs(first);
    assertThat(first.current().expires()).isEqualTo(START.plus(Duration.ofDays(365)));
  }

  @Test
  void aNewAuthorityIsPublishedNextToTheOldOne() {
    AuthorityState published = ROTATION.advance(first, DUE);

    assertThat(published.current()).isEqualTo(first.current());
    assertThat(published.next()).isPresent();
    assertThat(published.previous()).isEmpty();
    assertThat(published.changed()).isEqualTo(DUE);
  }

  @Test
  void aNewAuthoritySignsAfterAnHour() {
    AuthorityState published = ROTATION.advance(first, DUE);
    Instant settled = DUE.plus(Duration.ofHours(1));

    assertThat(ROTATION.advance(published, settled.minusSeconds(1))).isSameAs(published);
    AuthorityState signing = ROTATION.advance(published, settled);

    assertThat(signing.current()).isEqualTo(published.next().orElseThrow());
    assertThat(signing.next()).isEmpty();
    assertThat(signing.previous()).contains(first.current().certificatePem());
  }

  @Test
  void theOldAuthorityIsDroppedTwoHoursLater() {
    AuthorityState signing =
        ROTATION.advance(ROTATION.advance(first, DUE), DUE.plus(Duration.ofHours(1)));
    Instant settled = DUE.plus(Duration.ofHours(2));

    assertThat(ROTATION.advance(signing, settled.minusSeconds(1))).isSameAs(signing);
    AuthorityState done = ROTATION.advance(signing, settled);

    assertThat(done.current()).isEqualTo(signing.current());
    assertThat(done.previous()).isEmpty();
    assertThat(ROTATION.advance(done, settled.plusSeconds(1))).isSameAs(done);
  }

  @Test
  void anExpiredAuthorityIsReplacedAtOnce() {
    Instant late = START.plus(Duration.ofDays(400));

    AuthorityState replaced = ROTATION.advance(first, late);

    assertThat(replaced.current()).isNotEqualTo(first.current());
    assertThat(replaced.current().expires()).isAfter(late);
    assertThat(replaced.previous()).isEmpty();
  }
}
