package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.ExistingPods;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.Suspension;
import dev.wstuning.operator.certificate.AuthorityStore;
import dev.wstuning.operator.fixtures.InstalledTuningCrd;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.RecordedRollout;
import dev.wstuning.operator.fixtures.Refusals;
import dev.wstuning.operator.fixtures.Statuses;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.fixtures.VerdictInputBuilder;
import dev.wstuning.operator.pod.admission.WebhookProbe;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.PodFacts;
import dev.wstuning.operator.pod.observation.PodReader;
import dev.wstuning.operator.pod.observation.PodReport;
import dev.wstuning.operator.pod.observation.Sharing;
import dev.wstuning.operator.pod.observer.Observer;
import dev.wstuning.operator.pod.observer.ServerLog;
import dev.wstuning.operator.pod.observer.Turns;
import dev.wstuning.operator.pod.plan.PlanContext;
import dev.wstuning.operator.pod.rollout.Evictions;
import dev.wstuning.operator.pod.rollout.MissedGrants;
import dev.wstuning.operator.pod.rollout.Restarter;
import dev.wstuning.operator.pod.status.StatusFactory;
import dev.wstuning.operator.pod.suspension.Suspending;
import dev.wstuning.operator.pod.verdict.PodJudge;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntryBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A namespace that the operator must no longer touch loses its webhook entry, and no pod. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class UntouchedNamespaceTest implements TuningView {

  private static final String CONFIGURATION =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/wstuning-realtime";

  private KubernetesMockServer server;
  private KubernetesClient client;
  private PlanContext planContext = VerdictInputBuilder.ADMITS_ALL;
  private PodObservers observers;

  private final MovableClock clock = new MovableClock("2026-01-01T12:00:00Z");
  private final WebSocketTuning tuning =
      Tunings.of("chat", tune().keepalive(300, 10, 5).existingPods(ExistingPods.Restart).build());
  private final SelectedPods.Selected pods =
      new SelectedPods.Selected(
          List.of(
              PodReader.STRICT.record(
                  TestPod.named("chat-1").ofDeployment("chat").running().build())),
          List.of(),
          false);

  @BeforeEach
  void install() {
    client
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(Tunings.NAMESPACE)
                .withName("chat")
                .endMetadata()
                .build())
        .create();
    InstalledTuningCrd.in(server);
  }

  private void answer(int code, Object body) {
    server
        .expect()
        .patch()
        .withPath(CONFIGURATION + "?fieldManager=wstuning-uid-of-chat&force=true")
        .andReturn(code, body)
        .once();
  }

  @Test
  void elsewhereOldPodsAreObservedAndAboutToBeReplaced() {
    TuningPass.Outcome outcome = pass();

    assertThat(outcome.status().rollout().intents()).hasSize(1);
    assertThat(observers.waiting()).isEqualTo(1);
    assertThat(patches()).isEmpty();
  }

  @Test
  void theEntryGoesAndNothingElseHappens() throws Exception {
    planContext = VerdictInputBuilder.UNTOUCHED;
    answer(200, configuration("sibling.realtime.wstuning.dev"));

    TuningPass.Outcome outcome = pass();

    assertThat(outcome.refused()).isEmpty();
    assertThat(outcome.status().rollout()).isNull();
    assertThat(observers.waiting()).isZero();
    assertThat(patches())
        .singleElement()
        .satisfies(path -> assertThat(path).startsWith(CONFIGURATION));
  }

  /** Version 0.2.0 wrote no time of the next trial. */
  @Test
  void aSuspensionOfAnEarlierVersionOutlastsNoRefusal() {
    planContext = VerdictInputBuilder.UNTOUCHED;
    tuning.setStatus(
        Statuses.suspended(
            new Suspension(null, "2026-01-01T11:00:00Z", null, 1, null, "a pull", "8f14e45f")));
    server
        .expect()
        .patch()
        .withPath(CONFIGURATION + "?fieldManager=wstuning-uid-of-chat&force=true")
        .andReturn(403, new StatusBuilder().withCode(403).withMessage("a policy").build())
        .once();

    TuningPass.Outcome outcome = pass();

    assertThat(outcome.refused()).isPresent();
    assertThat(outcome.status().suspensionsOrEmpty()).isEmpty();
  }

  private TuningPass.Outcome pass() {
    AuthorityStore authority = new AuthorityStore(client, "wstuning-system", clock);
    Turns turns = new Turns(1, () -> 0, () -> true, pod -> {});
    observers =
        new PodObservers(this, new Observer(null, clock, turns), new ServerLog(null, turns));
    RecordedRollout rollout = new RecordedRollout();
    Suspending suspending = Refusals.noneReported(clock);
    Evictions evictions = new Evictions(client, rollout, clock::nanoTime);
    return new TuningPass(
            this,
            new Gatherer(this),
            observers,
            suspending,
            new InjectionControl(
                new WebhookRegistration(
                    client, "wstuning-system", "wstuning-webhook", () -> true, System::nanoTime),
                authority),
            new PodActions(
                suspending,
                evictions,
                new Restarter(client, clock, rollout, evictions),
                new MissedGrants(evictions, clock::nanoTime)),
            new Wishes(),
            new Judgements(PodJudge.RULES, Sharing.NOTHING),
            new StatusFactory(clock),
            clock,
            TestPod.TUNER_IMAGE,
            new WebhookProbe(null, "wstuning-system", authority, null, () -> {}))
        .over(tuning, pods);
  }

  /** The paths that were patched. */
  private List<String> patches() {
    List<String> patches = new ArrayList<>();
    for (int left = server.getRequestCount(); left > 0; left--) {
      try {
        RecordedRequest request = server.takeRequest();
        if (request.method().name().equals("PATCH")) {
          patches.add(request.getPath());
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return patches;
  }

  private static MutatingWebhookConfiguration configuration(String entry) {
    return new MutatingWebhookConfigurationBuilder()
        .withNewMetadata()
        .withName("wstuning-realtime")
        .withManagedFields(
            new ManagedFieldsEntryBuilder().withManager("wstuning-uid-of-chat").build())
        .endMetadata()
        .withWebhooks(new MutatingWebhookBuilder().withName(entry).build())
        .build();
  }

  @Override
  public List<WebSocketTuning> inNamespace(String namespace) {
    return List.of(tuning);
  }

  @Override
  public PlanContext planContext(String namespace) {
    return planContext;
  }

  @Override
  public boolean tunesPods() {
    return false;
  }

  @Override
  public Optional<PodReport> reported(PodFacts pod) {
    return Optional.empty();
  }

  @Override
  public boolean agentServes() {
    return false;
  }

  @Override
  public Optional<NodeAgentReport> node(String name) {
    return Optional.empty();
  }

  @Override
  public List<MutatingWebhookConfiguration> webhooks(String namespace) {
    return List.of(configuration("chat.realtime.wstuning.dev"));
  }
}
