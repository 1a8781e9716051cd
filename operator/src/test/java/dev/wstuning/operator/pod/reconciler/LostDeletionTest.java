package dev.wstuning.operator.pod.reconciler;

import static dev.wstuning.operator.fixtures.SpecBuilder.tune;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import dev.wstuning.operator.fixtures.Deaf;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.Tunings;
import dev.wstuning.operator.guardrail.GuardRails;
import dev.wstuning.operator.pod.admission.AdmissionCaches;
import dev.wstuning.operator.pod.admission.WebhookConfigurations;
import dev.wstuning.operator.pod.admission.WebhookRegistration;
import dev.wstuning.operator.pod.suspension.Intervals;
import dev.wstuning.operator.pod.suspension.ReportedHolds;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The framework forgets a deletion, if a reconciliation that it overtakes fails. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true)
class LostDeletionTest {

  private static final ResourceID CHAT = new ResourceID("chat", Tunings.NAMESPACE);
  private static final String CONFIGURATION =
      "/mutatingwebhookconfigurations/" + WebhookConfigurations.name(Tunings.NAMESPACE, 1);

  /** The first one finds that pods are not read yet. */
  private static final int HELD = 2;

  private KubernetesMockServer server;
  private KubernetesClient client;
  private Operator operator;
  private int withdrawals;
  private final AtomicInteger reconciliations = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void stop() {
    goOn.countDown();
    operator.stop();
  }

  @Test
  void isToldAgain() {
    WebhookRegistration registration =
        new WebhookRegistration(client, "wstuning-system", "webhook", () -> true, System::nanoTime);
    TuningInformers informers =
        new TuningInformers(
            client,
            new AdmissionCaches(client, client, 36, () -> GuardRails.none(Set.of())),
            registration,
            node -> true,
            node -> true);
    // Its namespace cannot be read: each reconciliation fails, once the pods are there.
    TuningReconciler reconciler =
        new PodWiring(
                client,
                Clock.systemUTC(),
                System::nanoTime,
                "tuner",
                "replica",
                1,
                Intervals.USUAL,
                Deaf.PODS)
            .create(
                informers,
                PodWiring.pods(client, informers, pod -> {}, (informer, failure) -> {}),
                registration,
                null,
                null,
                new ReportedHolds(
                    Clock.systemUTC(), client, "wstuning-system", null, informers::request),
                this::leads);
    operator = new Operator(o -> o.withKubernetesClient(client).withCloseClientOnStop(false));
    operator.register(reconciler);
    operator.start();
    WebSocketTuning chat = Tunings.of("chat", tune().keepalive(300, 10, 5).build());
    chat = client.resource(chat).create();
    await().until(() -> reconciliations.get() >= HELD);

    client.resource(chat).delete();
    await().until(() -> informers.cached(CHAT).isEmpty());
    pause();
    createPod();
    pause();
    goOn.countDown();
    pause();

    assertThat(withdrawals()).isZero();
    reconciler.catchUp();
    await().atMost(Duration.ofSeconds(10)).until(() -> withdrawals() > 0);
  }

  private boolean leads() {
    if (reconciliations.incrementAndGet() == HELD) {
      try {
        return goOn.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }

  private void createPod() {
    client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("chat-0")
                .withNamespace(Tunings.NAMESPACE)
                .withLabels(Map.of("app", "chat"))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build())
        .create();
  }

  /** How often the configuration was read that holds the entry of the deleted tuning. */
  private int withdrawals() {
    try {
      RecordedRequest request;
      while ((request = server.takeRequest(10, TimeUnit.MILLISECONDS)) != null) {
        if (request.getPath().endsWith(CONFIGURATION)) {
          withdrawals++;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return withdrawals;
  }

  private static void pause() {
    try {
      Thread.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
