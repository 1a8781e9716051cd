package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SturdyLockTest {

  private static final ZonedDateTime LONG_AGO = Instant.EPOCH.atZone(ZoneOffset.UTC);
  private static final LeaderElectionRecord MINE =
      new LeaderElectionRecord("me", Duration.ofSeconds(15), LONG_AGO, LONG_AGO, 0);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger taken = new AtomicInteger();
  private final FakeLock lease = new FakeLock();
  private final SturdyLock lock =
      new SturdyLock(lease, nanos::get, Duration.ofSeconds(12), taken::incrementAndGet);

  /** After an outage another replica may read the same record, and be the one that gets it. */
  @Test
  void whoReadsAnOldRecordOfItsOwnDoesNotHoldTheLease() {
    assertThat(lock.get(null)).isEqualTo(MINE);

    assertThat(lock.held()).isFalse();
    assertThat(taken).hasValue(0);
  }

  @Test
  void whoWroteItHoldsItUntilTheTimeIsOver() {
    lock.update(null, MINE);
    pass(Duration.ofSeconds(11));
    assertThat(lock.held()).isTrue();

    pass(Duration.ofSeconds(1));

    assertThat(lock.held()).isFalse();
  }

  /** Others count from the time that was written, which is older than the answer. */
  @Test
  void theTimeBeginsWithTheRequest() {
    lease.answersAfter = Duration.ofSeconds(2);
    lock.update(null, MINE);
    pass(Duration.ofSeconds(10));

    assertThat(lock.held()).isFalse();
  }

  @Test
  void aRenewalIsNoNewTermUnlessItCameTooLate() {
    lock.create(null, MINE);
    pass(Duration.ofSeconds(2));
    lock.update(null, MINE);
    assertThat(taken).hasValue(1);

    pass(Duration.ofSeconds(13));
    lock.update(null, MINE);

    assertThat(taken).hasValue(2);
    assertThat(lock.held()).isTrue();
  }

  @Test
  void aFailedWriteHoldsNothing() {
    lease.failure = new IllegalStateException("as a test");

    assertThatThrownBy(() -> lock.update(null, MINE)).isInstanceOf(KubernetesClientException.class);

    assertThat(lock.held()).isFalse();
  }

  @Test
  void whatIsLostIsNotHeldWhateverWasWritten() {
    lock.update(null, MINE);

    lock.lost();

    assertThat(lock.held()).isFalse();
  }

  @Test
  void aRecordThatCannotBeReadIsVacant() {
    lease.failure = new NullPointerException("as a test");

    assertThat(lock.get(null).getHolderIdentity()).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private final class FakeLock implements Lock {
    private RuntimeException failure;
    private Duration answersAfter = Duration.ZERO;

    @Override
    public LeaderElectionRecord get(KubernetesClient client) {
      answer();
      return MINE;
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord record) {
      answer();
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord record) {
      answer();
    }

    private void answer() {
      pass(answersAfter);
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public String identity() {
      return "me";
    }

    @Override
    public String describe() {
      return "a lease";
    }
  }
}
