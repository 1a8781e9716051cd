package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.InstalledTuningCrd;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Suspensions;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.status.InjectionState;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whether new pods come to the webhook. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class InjectionControlTest {

  /** The API server's clock is ten minutes behind this machine's. */
  private static final Instant APPLIED_AT = Instant.parse("2026-01-01T11:50:00Z");

  private static final InjectionState NOTHING = InjectionState.NONE;
  private static final List<Suspension> NONE = List.of();

  /** How many entries each server-side apply had. */
  private static final List<Integer> APPLIED = new ArrayList<>();

  private static KubernetesMockServer server;
  private static KubernetesClient client;
  private static AuthorityStore authority;

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00.5Z");
  private final WebSocketTuning tuning = Tunings.of("chat", tune().keepalive(300, 10, 5).build());

  @BeforeAll
  static void install() throws Exception {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace("wstuning-system")
                .withName(AuthorityStore.SECRET)
                .endMetadata()
                .build())
        .create();
    authority =
        new AuthorityStore(client, "wstuning-system", new MovableClock("2026-01-01T00:00:00Z"));
    CountDownLatch made = new CountDownLatch(1);
    authority.follow(a -> made.countDown());
    authority.maintain();
    assertThat(made.await(5, TimeUnit.SECONDS)).isTrue();
    InstalledTuningCrd.in(server);
    server
        .expect()
        .patch()
        .withPath(
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
                + "/wstuning-realtime?fieldManager=wstuning-uid-of-chat&force=true")
        .andReply(
            200,
            request -> {
              MutatingWebhookConfiguration applied =
                  Serialization.unmarshal(
                      request.getBody().readUtf8(), MutatingWebhookConfiguration.class);
              APPLIED.add(applied.getWebhooks().size());
              return configurationWithSibling();
            })
        .always();
  }

  @AfterAll
  static void close() {
    authority.close();
  }

  @BeforeEach
  void forget() {
    APPLIED.clear();
  }

  @Test
  void podsAreInjectedSinceTheApiServerHasTheEntry() {
    InjectionState state = adjust(NOTHING, NONE);

    assertThat(state).isEqualTo(new InjectionState(Optional.of(APPLIED_AT), List.of()));
    assertThat(APPLIED).containsExactly(1);
  }

  @Test
  void podsThatWereMeasuredAgainstSomethingElseWereNotMissed() {
    Instant newest = APPLIED_AT.plusSeconds(90);

    assertThat(adjustAfter(NOTHING, newest).injectingSince()).contains(newest);
    assertThat(adjustAfter(NOTHING, APPLIED_AT.minusSeconds(1)).injectingSince())
        .contains(APPLIED_AT);
  }

  @Test
  void theTimeSinceWhenPodsAreInjectedIsRemembered() {
    InjectionState state = adjust(NOTHING, NONE);
    clock.pass(Duration.ofHours(1));

    assertThat(adjust(state, NONE)).isEqualTo(state);
  }

  @Test
  void theEntryStaysWhileTuningIsSuspendedForSome() {
    InjectionState state = adjust(NOTHING, List.of(Suspensions.STUCK));

    assertThat(state)
        .isEqualTo(new InjectionState(Optional.of(APPLIED_AT), List.of(Suspensions.STUCK)));
    assertThat(APPLIED).containsExactly(1);
  }

  @Test
  void aTuningThatDoesNotInjectHasNoEntry() {
    InjectionState state =
        injection()
            .adjust(
                tuning,
                false,
                new InjectionState(Optional.of(APPLIED_AT), List.of()),
                Optional.empty(),
                NONE,
                List.of(configuration()));

    assertThat(state).isEqualTo(NOTHING);
    assertThat(APPLIED).containsExactly(0);
  }

  @Test
  void withoutAnAuthorityNoEntryIsApplied() {
    AuthorityStore none = new AuthorityStore(client, "nowhere", clock);

    InjectionState state =
        new InjectionControl(registration(), none)
            .adjust(tuning, true, NOTHING, Optional.empty(), NONE, List.of());

    assertThat(state).isEqualTo(NOTHING);
    assertThat(APPLIED).isEmpty();
  }

  private InjectionState adjust(InjectionState state, List<Suspension> suspensions) {
    return injection()
        .adjust(tuning, true, state, Optional.empty(), suspensions, List.of(configuration()));
  }

  /** Some of the tuning's pods, all older than that, had another owner. */
  private InjectionState adjustAfter(InjectionState state, Instant newest) {
    return injection()
        .adjust(tuning, true, state, Optional.of(newest), NONE, List.of(configuration()));
  }

  private InjectionControl injection() {
    return new InjectionControl(registration(), authority);
  }

  private static WebhookRegistration registration() {
    return new WebhookRegistration(
        client, "wstuning-system", "wstuning-webhook", () -> true, System::nanoTime);
  }

  /** As the cache has it: with an old entry of the tuning, which is to be renewed or withdrawn. */
  private static MutatingWebhookConfiguration configuration() {
    return withEntry("chat.realtime.wstuning.dev");
  }

  private static MutatingWebhookConfiguration configurationWithSibling() {
    return withEntry("sibling.realtime.wstuning.dev");
  }

  private static MutatingWebhookConfiguration withEntry(String name) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName("wstuning-realtime")
        .withManagedFields(
            new ManagedFieldsEntryBuilder()
                .withManager("wstuning-uid-of-chat")
                .withTime(APPLIED_AT.toString())
                .build())
        .endMetadata()
        .withWebhooks(new MutatingWebhookBuilder().withName(name).build())
        .build();
  }
}
