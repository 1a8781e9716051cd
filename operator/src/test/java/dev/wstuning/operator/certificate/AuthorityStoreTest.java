package dev.wstuning.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Secret from an empty one, as it is shipped, through its renewals. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class AuthorityStoreTest {

  private static KubernetesClient client;
  private final MovableClock clock = new MovableClock("2026-01-01T00:00:00Z");
  private RecordedAuthority authority;

  @BeforeEach
  void install() {
    authority = new RecordedAuthority(client, clock);
  }

  @AfterEach
  void close() {
    authority.close();
  }

  @Test
  void beforeTheLeaderMadeOneThereIsNone() {
    assertThat(authority.store().caBundle()).isEmpty();
    assertThat(authority.store().signer()).isEmpty();
    assertThat(authority.store().expires()).isEmpty();
  }

  @Test
  void theLeaderMakesOneAndEveryReplicaLearnsOfIt() throws Exception {
    authority.store().maintain();

    assertThat(authority.nextBundle()).isEqualTo(authority.store().caBundle().orElseThrow());
    assertThat(authority.secret().getData()).containsOnlyKeys("ca.crt", "ca.key", "changed");
    assertThat(authority.store().expires().orElseThrow())
        .isBetween(
            clock.instant().plus(Duration.ofDays(364)), clock.instant().plus(Duration.ofDays(365)));
    assertThat(authority.store().watching()).isTrue();
  }

  @Test
  void nothingIsWrittenIfNothingIsDue() throws Exception {
    authority.store().maintain();
    authority.nextBundle();
    String version = authority.secret().getMetadata().getResourceVersion();

    clock.pass(Duration.ofDays(200));
    authority.store().maintain();

    assertThat(authority.secret().getMetadata().getResourceVersion()).isEqualTo(version);
    assertThat(authority.nothingNew()).isTrue();
  }

  @Test
  void aDamagedSecretIsWrittenAgain() throws Exception {
    authority.store().maintain();
    String bundle = authority.nextBundle();
    client
        .resource(authority.secret())
        .edit(
            s -> {
              s.setData(Map.of("ca.crt", "Z2FyYmFnZQ=="));
              return s;
            });

    authority.store().maintain();

    assertThat(authority.nextBundle()).isNotEqualTo(bundle);
  }

  @Test
  void withoutTheSecretTheLeaderGoesOn() {
    client.resource(authority.secret()).delete();

    authority.store().maintain();

    assertThat(authority.store().caBundle()).isEmpty();
  }
}
