package dev.wstuning.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class LeadershipTest {

  private static final Leadership.Timing QUICK =
      new Leadership.Timing(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(100));

  private KubernetesClient client;
  private final AtomicInteger gained = new AtomicInteger();
  private Leadership leadership;

  @BeforeEach
  void stand() {
    leadership =
        new Leadership(
            Impatient.client(client),
            new LeaseLock("wstuning-system", "wstuning", "me"),
            QUICK,
            gained::incrementAndGet);
  }

  @AfterEach
  void close() {
    leadership.close();
  }

  @Test
  void aReplicaBecomesTheLeader() throws Exception {
    leadership.start();

    await(leadership::held);
    await(() -> gained.get() > 0);
    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("me");
  }

  @Test
  void aReplicaThatLostTheLeaseCanLeadAgain() throws Exception {
    leadership.start();
    await(leadership::held);

    give("other");

    await(() -> !leadership.held());
    await(leadership::held);
    // A machine that is busy may let a renewal come late, which is one more.
    await(() -> gained.get() > 1);
  }

  @Test
  void aTaskOfATermIsDoneOnceInEach() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Runnable task =
        leadership.onceInATerm(
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("as a test");
              }
              done.incrementAndGet();
            });
    task.run();
    assertThat(tries).as("another replica leads").hasValue(0);

    leadership.start();
    await(leadership::held);
    assertThatThrownBy(task::run).isInstanceOf(IllegalStateException.class);
    task.run();
    task.run();
    assertThat(done).as("a failure is repeated, a success is not").hasValue(1);

    give("other");
    await(() -> !leadership.held());
    await(() -> gained.get() > 1);
    await(leadership::held);
    task.run();
    assertThat(done).hasValue(2);
  }

  @Test
  void anEmptiedLeaseIsVacant() throws Exception {
    client
        .resource(
            new LeaseBuilder(lease("other"))
                .editSpec()
                .withLeaseDurationSeconds(null)
                .endSpec()
                .build())
        .create();

    leadership.start();

    await(leadership::held);
  }

  @Test
  void aClosedReplicaDoesNotLead() throws Exception {
    leadership.start();
    await(leadership::held);

    leadership.close();

    assertThat(leadership.held()).isFalse();
    assertThat(gained).as("nothing is gained by giving the lease back").hasValue(1);
  }

  /** Without that no replica would lead until the lease is over. */
  @Test
  void aClosedReplicaGivesTheLeaseBack() throws Exception {
    leadership.start();
    await(leadership::held);

    leadership.close();

    assertThat(lease().getSpec().getHolderIdentity()).isNullOrEmpty();
    Thread.sleep(QUICK.retry().toMillis() * 5);
    assertThat(lease().getSpec().getHolderIdentity()).as("and does not take it").isNullOrEmpty();
  }

  @Test
  void aClosedReplicaLeavesTheLeaseOfAnother() throws Exception {
    leadership.start();
    await(leadership::held);
    give("other");

    leadership.close();

    assertThat(lease().getSpec().getHolderIdentity()).isEqualTo("other");
  }

  private Lease lease() {
    return client.leases().inNamespace("wstuning-system").withName("wstuning").get();
  }

  /** Takes the lease without waiting for the renewals of its holder. */
  private void give(String holder) {
    client
        .leases()
        .inNamespace("wstuning-system")
        .withName("wstuning")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"holderIdentity\":\"%s\"}}".formatted(holder));
  }

  private static Lease lease(String holder) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace("wstuning-system")
        .withName("wstuning")
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withLeaseDurationSeconds(1)
        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
