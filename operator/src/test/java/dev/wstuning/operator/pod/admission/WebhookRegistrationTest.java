package dev.wstuning.operator.pod.admission;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.OperatorDown;
import dev.wstuning.operator.fixtures.InstalledTuningCrd;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Tunings;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each tuning applies its own entry under its own name, and takes nothing but that away. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class WebhookRegistrationTest {

  private static final String CONFIGURATIONS =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  private static final String CONFIGURATION = CONFIGURATIONS + "/wstuning-realtime";
  private static final WebSocketTuning CHAT =
      Tunings.of("chat", tune().keepalive(300, 10, 5).operatorDown(OperatorDown.Reject).build());
  private static final MutatingWebhook ENTRY =
      WebhookEntry.of(CHAT, AdmissionPath.of(CHAT), "wstuning-system", "wstuning-webhook", "Y2E=");

  private KubernetesMockServer server;
  private KubernetesClient client;
  private WebhookRegistration registration;
  private boolean revisions = true;
  private long now;
  private final List<RecordedRequest> requests = new ArrayList<>();

  @BeforeEach
  void install() {
    InstalledTuningCrd.in(server);
    registration =
        new WebhookRegistration(
            client, "wstuning-system", "wstuning-webhook", () -> revisions, () -> now);
  }

  @Test
  void anEntryIsAppliedUnderTheTuningsOwnName() throws Exception {
    answerApply("uid-of-chat", configuration(ENTRY));

    registration.register(CHAT, "Y2E=", List.of());

    MutatingWebhookConfiguration applied = applied().get(0);
    assertThat(applied.getWebhooks()).containsExactly(ENTRY);
    assertThat(applied.getMetadata().getLabels())
        .containsEntry("app.kubernetes.io/managed-by", "wstuning");
    assertThat(applied.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getKind()).isEqualTo("CustomResourceDefinition");
              assertThat(owner.getUid()).isEqualTo("uid-of-crd");
            });
  }

  @Test
  void anEntryTellsHowNewTheTuningIsIfAllReplicasUnderstandThat() throws Exception {
    answerApply("uid-of-chat", configuration(ENTRY));
    registration.register(CHAT, "Y2E=", List.of());
    revisions = false;
    answerApply("uid-of-chat", configuration(ENTRY));
    registration.register(CHAT, "Y2E=", List.of(configuration(ENTRY)));

    assertThat(applied())
        .extracting(c -> c.getWebhooks().get(0).getClientConfig().getService().getPath())
        .containsExactly("/pods/chat/uid-of-chat/1", "/pods/chat");
  }

  @Test
  void anEntryThatIsThereIsNotWrittenAgain() throws Exception {
    registration.register(CHAT, "Y2E=", List.of(configuration(ENTRY)));

    assertThat(applied()).isEmpty();
  }

  /** Because the creation times of pods are compared with it. */
  @Test
  void theApiServerSaysSinceWhenItHasAnEntry() {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    Optional<Instant> applied = Optional.of(Instant.parse("2026-01-01T12:00:01Z"));

    assertThat(registration.register(CHAT, "Y2E=", List.of())).isEqualTo(applied);
    assertThat(registration.register(CHAT, "Y2E=", List.of(configuration(ENTRY))))
        .isEqualTo(applied);
    assertThat(registration.register(CHAT, "Y2E=", List.of(configuration(sibling()))))
        .as("the cache is behind")
        .isEqualTo(applied);
  }

  @Test
  void whatTheCacheDoesNotHaveYetIsNotAppliedAgain() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of(at("9", configuration(sibling()))));
    assertThat(applied()).hasSize(1);

    registration.register(CHAT, "Y2E=", List.of(at("10", configuration(sibling()))));
    registration.register(CHAT, "Y2E=", List.of(at("19", configuration(sibling()))));
    assertThat(applied()).hasSize(1);
  }

  /** Versions that are no numbers are not compared. */
  @ParameterizedTest
  @ValueSource(strings = {"20", "21", "100", "1a"})
  void whatSomebodyElseTookAwayIsAppliedAgain(String version) throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    answerApply("uid-of-chat", at("101", configuration(ENTRY)));

    registration.register(CHAT, "Y2E=", List.of(at(version, configuration(sibling()))));

    assertThat(applied()).hasSize(2);
  }

  @Test
  void whatOthersAddStays() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());

    for (int version = 21; version < 141; version++) {
      registration.register(
          CHAT, "Y2E=", List.of(at(String.valueOf(version), configuration(narrowed(ENTRY)))));
    }

    assertThat(applied()).hasSize(1);
  }

  @Test
  void additionsAreCarriedOver() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    answerApply("uid-of-chat", at("22", configuration(ENTRY)));

    registration.register(CHAT, "bmV3", List.of(at("21", configuration(narrowed(ENTRY)))));

    assertThat(Serialization.asYaml(applied().get(1)))
        .contains("bmV3")
        .contains("kubernetes.azure.com/managedby");
  }

  @Test
  void whatOthersUndoIsAppliedAgainAfterPausesThatDouble() throws Exception {
    int undone = 0;
    for (int second = 0; second < 120; second++) {
      answerApply("uid-of-chat", at(String.valueOf(2 * second), configuration(ENTRY)));
      List<MutatingWebhookConfiguration> present =
          List.of(
              by("stripper", at(String.valueOf(2 * second + 1), configuration(stripped(ENTRY)))));
      try {
        registration.register(CHAT, "Y2E=", present);
      } catch (EntryUndoneException e) {
        assertThat(e).hasMessageContaining("stripper");
        undone++;
      }
      now += TimeUnit.SECONDS.toNanos(1);
    }

    assertThat(applied()).as("in two minutes").hasSizeBetween(3, 8);
    assertThat(undone).isEqualTo(120 - applied().size());
  }

  @Test
  void whatStayedForAWhileIsForgiven() throws Exception {
    for (int version = 10; version < 100; version += 10) {
      answerApply("uid-of-chat", at(String.valueOf(version), configuration(ENTRY)));
      registration.register(
          CHAT, "Y2E=", List.of(at(String.valueOf(version + 1), configuration(stripped(ENTRY)))));
      now += TimeUnit.MINUTES.toNanos(30);
      registration.register(
          CHAT, "Y2E=", List.of(at(String.valueOf(version + 2), configuration(ENTRY))));
    }

    assertThat(applied()).hasSize(9);
  }

  @Test
  void anotherEntryIsAppliedAlthoughTheCacheIsBehind() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    answerApply("uid-of-chat", at("21", configuration(ENTRY)));

    registration.register(CHAT, "bmV3", List.of(at("10", configuration(sibling()))));

    assertThat(applied()).hasSize(2);
  }

  @Test
  void aConfigurationThatIsGoneIsAppliedAgain() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    answerApply("uid-of-chat", at("30", configuration(ENTRY)));

    registration.register(CHAT, "Y2E=", List.of());

    assertThat(applied()).hasSize(2);
  }

  @Test
  void withdrawnOnceIsEnough() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(sibling())));

    withdraw(at("10", configuration(ENTRY, sibling())));
    withdraw(at("19", configuration(ENTRY, sibling())));

    assertThat(applied()).hasSize(1);
  }

  @Test
  void aChangeConcernsATuningIfItIsNotItsOwn() {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    assertThat(registration.concerns(CHAT, configuration(ENTRY))).isTrue();
    registration.register(CHAT, "Y2E=", List.of());

    assertThat(registration.concerns(CHAT, configuration(ENTRY, sibling()))).isFalse();
    assertThat(registration.concerns(CHAT, configuration(sibling()))).isTrue();
    MutatingWebhook changed = new MutatingWebhookBuilder(ENTRY).withTimeoutSeconds(30).build();
    assertThat(registration.concerns(CHAT, configuration(changed))).isTrue();
    registration.forget("uid-of-chat");
    assertThat(registration.concerns(CHAT, configuration(ENTRY))).isTrue();
  }

  @Test
  void theCrdIsNotReadForEachOfManyEntries() throws Exception {
    answerApply("uid-of-chat", at("20", configuration(ENTRY)));
    answerApply("uid-of-chat", at("21", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    registration.register(CHAT, "Y2E=", List.of());
    assertThat(readings()).isEqualTo(1);

    now += TimeUnit.SECONDS.toNanos(6);
    answerApply("uid-of-chat", at("22", configuration(ENTRY)));
    registration.register(CHAT, "Y2E=", List.of());
    assertThat(readings()).isEqualTo(2);
  }

  @Test
  void anEntryWithAnotherBundleOrSelectorIsWritten() throws Exception {
    answerApply("uid-of-chat", configuration(ENTRY));

    registration.register(CHAT, "bmV3", List.of(configuration(ENTRY)));

    assertThat(applied())
        .singleElement()
        .satisfies(
            c ->
                assertThat(c.getWebhooks().get(0).getClientConfig().getCaBundle())
                    .isEqualTo("bmV3"));
  }

  @Test
  void withdrawingAppliesNoEntry() throws Exception {
    MutatingWebhookConfiguration withSibling = configuration(ENTRY, sibling());
    answerApply("uid-of-chat", configuration(sibling()));

    withdraw(withSibling);

    assertThat(applied()).singleElement().satisfies(c -> assertThat(c.getWebhooks()).isEmpty());
    assertThat(deletions()).isZero();
  }

  @Test
  void withdrawingTheLastEntryDeletesTheConfiguration() throws Exception {
    answerApply("uid-of-chat", configuration());
    server
        .expect()
        .delete()
        .withPath(CONFIGURATION)
        .andReturn(200, new StatusBuilder().withStatus("Success").build())
        .once();

    withdraw(configuration(ENTRY));

    assertThat(deletions()).isEqualTo(1);
  }

  @Test
  void anEntryThatIsNotThereIsNotWithdrawn() throws Exception {
    registration.withdraw("realtime", "chat", "uid-of-chat", List.of());
    registration.withdraw("realtime", "chat", "uid-of-chat", List.of(configuration(sibling())));
    registration.withdraw("realtime", "chat", "another-uid", List.of(configuration(ENTRY)));

    assertThat(applied()).isEmpty();
  }

  @Test
  void leftoversOfTuningsThatAreGoneAreSwept() throws Exception {
    listsBothEntries();
    answerApply("uid-of-chat", configuration(sibling()));

    registration.sweep(Set.of("uid-of-sibling"), namespace -> Set.of("uid-of-sibling"));

    assertThat(applied()).singleElement().satisfies(c -> assertThat(c.getWebhooks()).isEmpty());
  }

  /** A leader before put it there, and the cache of this one was behind. */
  @Test
  void anEntryThatIsInTwoConfigurationsIsWithdrawnFromTheLater() throws Exception {
    server
        .expect()
        .patch()
        .withPath(CONFIGURATION + ".2?fieldManager=wstuning-uid-of-chat&force=true")
        .andReturn(200, configuration(sibling()))
        .once();

    registration.register(CHAT, "Y2E=", List.of(second(), configuration(ENTRY)));

    assertThat(applied())
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.getMetadata().getName()).isEqualTo("wstuning-realtime.2");
              assertThat(c.getWebhooks()).isEmpty();
            });
  }

  @Test
  void aDeletedTuningIsLookedForWhereItsEntryWasPut() throws Exception {
    MutatingWebhookConfiguration full =
        new MutatingWebhookConfigurationBuilder(configuration())
            .withWebhooks(entries(EntryPlaces.MOST))
            .build();
    server
        .expect()
        .patch()
        .withPath(CONFIGURATION + ".2?fieldManager=wstuning-uid-of-chat&force=true")
        .andReturn(200, configuration(ENTRY))
        .once();
    registration.register(CHAT, "Y2E=", List.of(full));
    server.expect().get().withPath(CONFIGURATION).andReturn(200, full).once();
    server.expect().get().withPath(CONFIGURATION + ".2").andReturn(200, second()).once();

    assertThat(registration.read("realtime", "uid-of-chat", List.of(full)))
        .extracting(c -> c.getMetadata().getName())
        .containsExactlyInAnyOrder("wstuning-realtime", "wstuning-realtime.2");
  }

  private static MutatingWebhookConfiguration second() {
    MutatingWebhookConfiguration second = configuration(ENTRY);
    second.getMetadata().setName("wstuning-realtime.2");
    return second;
  }

  private static List<MutatingWebhook> entries(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> new MutatingWebhookBuilder(ENTRY).withName(i + ".realtime.wstuning.dev").build())
        .toList();
  }

  private void listsBothEntries() {
    server
        .expect()
        .get()
        .withPath(
            CONFIGURATIONS + "?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dwstuning&limit=500")
        .andReturn(
            200,
            new MutatingWebhookConfigurationListBuilder()
                .withItems(configuration(ENTRY, sibling()))
                .build())
        .once();
  }

  /** The cache of a new leader may be behind: the tuning is younger than what it has. */
  @Test
  void anEntryOfATuningThatTheCacheDoesNotHaveYetStays() throws Exception {
    listsBothEntries();

    registration.sweep(
        Set.of("uid-of-sibling"),
        namespace ->
            namespace.equals("realtime") ? Set.of("uid-of-chat", "uid-of-sibling") : Set.of());

    assertThat(applied()).isEmpty();
  }

  private void withdraw(MutatingWebhookConfiguration present) {
    registration.withdraw("realtime", "chat", "uid-of-chat", List.of(present));
  }

  /** Answers a server-side apply of this field manager, and of no other. */
  private void answerApply(String uid, MutatingWebhookConfiguration result) {
    server
        .expect()
        .patch()
        .withPath(CONFIGURATION + "?fieldManager=wstuning-" + uid + "&force=true")
        .andReturn(200, result)
        .once();
  }

  /** As AKS does it. */
  private static MutatingWebhook narrowed(MutatingWebhook entry) {
    return new MutatingWebhookBuilder(entry)
        .editNamespaceSelector()
        .addNewMatchExpression()
        .withKey("kubernetes.azure.com/managedby")
        .withOperator("NotIn")
        .withValues("aks")
        .endMatchExpression()
        .endNamespaceSelector()
        .build();
  }

  private static MutatingWebhook stripped(MutatingWebhook entry) {
    return new MutatingWebhookBuilder(entry).withMatchConditions(List.of()).build();
  }

  private static MutatingWebhookConfiguration by(
      String manager, MutatingWebhookConfiguration configuration) {
    return new MutatingWebhookConfigurationBuilder(configuration)
        .editMetadata()
        .addToManagedFields(
            new ManagedFieldsEntryBuilder()
                .withManager(manager)
                .withTime("2026-01-01T13:00:00Z")
                .build())
        .endMetadata()
        .build();
  }

  private static MutatingWebhook sibling() {
    return WebhookEntry.of(
        Tunings.of("sibling", tune().keepalive(60, 10, 5).build()),
        AdmissionPath.of("sibling"),
        "wstuning-system",
        "wstuning-webhook",
        "Y2E=");
  }

  private static MutatingWebhookConfiguration configuration(MutatingWebhook... entries) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName("wstuning-realtime")
        .withResourceVersion("7")
        .withManagedFields(
            manager("uid-of-chat", "2026-01-01T12:00:01Z"),
            manager("uid-of-sibling", "2026-01-01T12:00:02Z"))
        .endMetadata()
        .withWebhooks(entries)
        .build();
  }

  private static ManagedFieldsEntry manager(String uid, String time) {
    return new ManagedFieldsEntryBuilder().withManager("wstuning-" + uid).withTime(time).build();
  }

  private static MutatingWebhookConfiguration at(
      String version, MutatingWebhookConfiguration configuration) {
    configuration.getMetadata().setResourceVersion(version);
    return configuration;
  }

  /** How often the CRD was read. */
  private int readings() throws InterruptedException {
    return requests("GET").size();
  }

  private List<MutatingWebhookConfiguration> applied() throws InterruptedException {
    return requests("PATCH").stream()
        .peek(
            r -> assertThat(r.getHeader("Content-Type")).startsWith("application/apply-patch+yaml"))
        .map(
            r ->
                Serialization.unmarshal(r.getBody().readUtf8(), MutatingWebhookConfiguration.class))
        .toList();
  }

  private int deletions() throws InterruptedException {
    return requests("DELETE").size();
  }

  private List<RecordedRequest> requests(String method) throws InterruptedException {
    for (RecordedRequest r = next(); r != null; r = next()) {
      requests.add(r);
    }
    return requests.stream().filter(r -> r.getMethod().equals(method)).toList();
  }

  private RecordedRequest next() throws InterruptedException {
    return server.takeRequest(1, TimeUnit.MILLISECONDS);
  }
}
