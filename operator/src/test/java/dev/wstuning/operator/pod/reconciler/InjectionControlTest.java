package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.status.InjectionState;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whether new pods are injected, and the circuit breaker that ends it. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class InjectionControlTest {

  /** The API server's clock is ten minutes behind this machine's. */
  private static final Instant APPLIED_AT = Instant.parse("2026-01-01T11:50:00Z");

  private static final InjectionState NOTHING = InjectionState.NONE;
  private static final Optional<String> NO_FAILURE = Optional.empty();
  private static final Optional<String> FAILURE = Optional.of("the image cannot be pulled");

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
    server
        .expect()
        .get()
        .withPath(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/websockettunings.wstuning.dev")
        .andReturn(
            200, new CustomResourceDefinitionBuilder().withNewMetadata().endMetadata().build())
        .always();
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
    InjectionState state = adjust(NOTHING, NO_FAILURE);

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
    InjectionState state = adjust(NOTHING, NO_FAILURE);
    clock.pass(Duration.ofHours(1));

    assertThat(adjust(state, NO_FAILURE)).isEqualTo(state);
  }

  @Test
  void aFailureWithdrawsTheEntryAtOnce() {
    InjectionState state = adjust(adjust(NOTHING, NO_FAILURE), FAILURE);

    assertThat(state.injectingSince()).isEmpty();
    assertThat(state.suspensions())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.message()).isEqualTo(FAILURE.orElseThrow());
              assertThat(s.since()).isEqualTo("2026-01-01T12:00:00Z");
              assertThat(s.attempts()).isEqualTo(1);
              assertThat(s.owner()).as("all pods").isNull();
            });
    assertThat(APPLIED).containsExactly(1, 0);
  }

  @Test
  void theEntryStaysWithdrawnWhenTheFailingPodsAreGone() {
    InjectionState suspended = adjust(NOTHING, FAILURE);
    APPLIED.clear();

    assertThat(adjust(suspended, NO_FAILURE)).isEqualTo(suspended);
    assertThat(APPLIED).doesNotContain(1);
  }

  @Test
  void otherSettingsEndASuspension() {
    InjectionState suspended = adjust(NOTHING, FAILURE);
    tuning.getMetadata().setGeneration(2L);

    assertThat(adjust(suspended, NO_FAILURE).suspensions()).isEmpty();
  }

  @Test
  void aUsersRetryEndsASuspension() {
    InjectionState suspended = adjust(NOTHING, FAILURE);
    tuning.getMetadata().setAnnotations(Map.of(Markers.RETRY, "1"));

    assertThat(adjust(suspended, NO_FAILURE).suspensions()).isEmpty();
  }

  @Test
  void anotherImageEndsASuspension() {
    InjectionState suspended = adjust(NOTHING, FAILURE);

    InjectionState state =
        injection("localhost/wstuning/tuner:0.2.0")
            .adjust(
                tuning,
                true,
                suspended,
                Optional.empty(),
                NO_FAILURE,
                Optional.of(configuration()));

    assertThat(state.suspensions()).isEmpty();
  }

  @Test
  void aVeryLongReasonIsCut() {
    InjectionState state = adjust(NOTHING, Optional.of("x".repeat(10_000)));

    assertThat(state.suspensions().get(0).message().length()).isLessThanOrEqualTo(500);
  }

  @Test
  void aTuningThatDoesNotInjectHasNoEntry() {
    InjectionState state =
        injection(TestPod.TUNER_IMAGE)
            .adjust(
                tuning,
                false,
                new InjectionState(Optional.of(APPLIED_AT), List.of()),
                Optional.empty(),
                NO_FAILURE,
                Optional.of(configuration()));

    assertThat(state).isEqualTo(NOTHING);
    assertThat(APPLIED).containsExactly(0);
  }

  @Test
  void withoutAnAuthorityNoEntryIsApplied() {
    AuthorityStore none = new AuthorityStore(client, "nowhere", clock);

    InjectionState state =
        new InjectionControl(registration(), none, TestPod.TUNER_IMAGE, clock)
            .adjust(tuning, true, NOTHING, Optional.empty(), NO_FAILURE, Optional.empty());

    assertThat(state).isEqualTo(NOTHING);
    assertThat(APPLIED).isEmpty();
  }

  private InjectionState adjust(InjectionState state, Optional<String> failure) {
    return injection(TestPod.TUNER_IMAGE)
        .adjust(tuning, true, state, Optional.empty(), failure, Optional.of(configuration()));
  }

  /** Some of the tuning's pods, all older than that, had another owner. */
  private InjectionState adjustAfter(InjectionState state, Instant newest) {
    return injection(TestPod.TUNER_IMAGE)
        .adjust(tuning, true, state, Optional.of(newest), NO_FAILURE, Optional.of(configuration()));
  }

  private InjectionControl injection(String image) {
    return new InjectionControl(registration(), authority, image, clock);
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
