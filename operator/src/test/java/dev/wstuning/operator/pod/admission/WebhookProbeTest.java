package dev.wstuning.operator.pod.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.certificate.RecordedAuthority;
import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.InstalledTuningCrd;
import dev.wstuning.operator.fixtures.MovableClock;
import dev.wstuning.operator.fixtures.QuietMockServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfigurationBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whether API servers reach the webhook, as a dry run of a pod shows. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(crud = true, https = false)
class WebhookProbeTest {

  private static final String REFUSED =
      "failed calling webhook \"selftest.wstuning.dev\": connection refused";

  private static KubernetesMockServer server;
  private static KubernetesClient client;
  private static RecordedAuthority authority;

  private WebhookProbe webhookProbe;
  private int changes;

  @BeforeAll
  static void install() throws Exception {
    authority = new RecordedAuthority(client, new MovableClock("2026-01-01T00:00:00Z"));
    authority.store().maintain();
    authority.nextBundle();
    InstalledTuningCrd.in(server);
    server
        .expect()
        .patch()
        .withPath(
            "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"
                + "/wstuning-selftest.operator?fieldManager=wstuning-selftest&force=true")
        .andReturn(200, new MutatingWebhookConfigurationBuilder().build())
        .always();
  }

  @AfterAll
  static void close() {
    authority.close();
  }

  @BeforeEach
  void start() {
    KubernetesClient impatient = Impatient.client(client);
    webhookProbe =
        new WebhookProbe(
            impatient,
            ApiServer.NAMESPACE,
            authority.store(),
            new WebhookRegistration(
                impatient, ApiServer.NAMESPACE, ApiServer.SERVICE, () -> true, System::nanoTime),
            () -> changes++);
  }

  @Test
  void aPodThatComesBackMarkedProvesThatAllIsWell() {
    assertThat(webhookProbe.doubt()).isPresent();
    answer(200, pod("seen"));
    webhookProbe.begin(1);
    answer(200, pod("seen"));
    webhookProbe.run();

    assertThat(webhookProbe.problem()).isEmpty();
    assertThat(webhookProbe.doubt()).isEmpty();
    assertThat(changes).as("known at last, and nothing new since").isEqualTo(1);
  }

  @Test
  void whatWasFoundInAnEarlierTermDoesNotCountInTheNext() {
    answer(200, pod("seen"));
    webhookProbe.begin(1);
    refuse();
    webhookProbe.run();
    refuse();
    webhookProbe.run();
    assertThat(webhookProbe.problem()).isPresent();
    assertThat(webhookProbe.begunIn(2)).as("before the next term has begun").isFalse();

    refuse();
    webhookProbe.begin(2);

    assertThat(webhookProbe.begunIn(2)).isFalse();
    answer(200, pod("seen"));
    assertThat(webhookProbe.testFirst()).as("the first tests are over now").isTrue();
    assertThat(webhookProbe.begunIn(2)).isTrue();
    assertThat(webhookProbe.problem()).isEmpty();
    assertThat(webhookProbe.doubt()).isEmpty();
    assertThat(webhookProbe.testFirst()).as("they were over before").isFalse();
  }

  /** A pass of the earlier term may still be under way, and must not say what is not so. */
  @Test
  void aNewTermTakesNothingBackUntilItKnowsMore() {
    answer(200, pod("seen"));
    webhookProbe.begin(1);

    answer(403, new StatusBuilder().withCode(403).withMessage("exceeded quota").build());
    webhookProbe.begin(2);
    assertThat(webhookProbe.doubt()).isEmpty();
    assertThat(webhookProbe.begunIn(1)).isFalse();

    for (int i = 2; i <= WebhookProbe.FIRST_TESTS; i++) {
      answer(403, new StatusBuilder().withCode(403).withMessage("exceeded quota").build());
      webhookProbe.testFirst();
    }
    assertThat(webhookProbe.begunIn(2)).isTrue();
    assertThat(webhookProbe.doubt().orElseThrow()).contains("exceeded quota");
  }

  @Test
  void untilTheReplicasAreKnownFailuresProveNothingButNotForEver() {
    refuse();
    webhookProbe.begin(1);
    for (int i = 2; i < WebhookProbe.FIRST_TESTS; i++) {
      webhookProbe.run();
      refuse();
      assertThat(webhookProbe.testFirst()).isFalse();
      assertThat(webhookProbe.problem()).isEmpty();
    }

    refuse();
    assertThat(webhookProbe.testFirst()).isTrue();

    assertThat(webhookProbe.begunIn(1)).isTrue();
    assertThat(webhookProbe.problem()).contains(REFUSED);
  }

  @Test
  void oneFailureMayBeAReplicaThatJustWent() {
    answer(200, pod("seen"));
    webhookProbe.begin(1);
    refuse();
    webhookProbe.run();
    assertThat(webhookProbe.problem()).isEmpty();

    answer(200, pod("seen"));
    webhookProbe.run();
    refuse();
    webhookProbe.run();

    assertThat(webhookProbe.problem()).as("two failures, but not in a row").isEmpty();
    assertThat(changes).isEqualTo(1);
  }

  @Test
  void twoInARowAreAProblemUntilItIsOver() {
    answer(200, pod("seen"));
    webhookProbe.begin(1);
    refuse();
    webhookProbe.run();
    refuse();
    webhookProbe.run();
    assertThat(webhookProbe.problem()).contains(REFUSED);
    assertThat(changes).isEqualTo(2);

    answer(200, pod("seen"));
    webhookProbe.run();
    assertThat(webhookProbe.problem()).isEmpty();
    assertThat(changes).isEqualTo(3);
  }

  @Test
  void aPodThatWasAdmittedWithoutUsIsAProblem() {
    answer(200, pod("seen"));
    webhookProbe.begin(1);
    answer(200, pod(null));
    webhookProbe.run();
    answer(200, pod("true"));
    webhookProbe.run();

    assertThat(webhookProbe.problem())
        .contains("the test pod was admitted without a call to the webhook");
  }

  @Test
  void aRefusalThatIsNotAboutTheWebhookProvesNothing() {
    for (int i = 1; i <= WebhookProbe.FIRST_TESTS + 1; i++) {
      answer(403, new StatusBuilder().withCode(403).withMessage("exceeded quota").build());
    }
    webhookProbe.begin(1);
    for (int i = 2; i <= WebhookProbe.FIRST_TESTS; i++) {
      webhookProbe.testFirst();
    }
    webhookProbe.run();

    assertThat(webhookProbe.begunIn(1)).isTrue();
    assertThat(webhookProbe.problem()).isEmpty();
    assertThat(webhookProbe.doubt().orElseThrow())
        .startsWith("the test did not run: ")
        .contains("exceeded quota");
    assertThat(changes).isZero();
  }

  private void refuse() {
    answer(500, new StatusBuilder().withCode(500).withMessage(REFUSED).build());
  }

  private static void answer(int code, Object body) {
    server
        .expect()
        .post()
        .withPath("/api/v1/namespaces/wstuning-system/pods?dryRun=All")
        .andReturn(code, body)
        .once();
  }

  private static Pod pod(String mark) {
    var pod = new PodBuilder().withNewMetadata().withName("wstuning-selftest-x").endMetadata();
    return mark == null
        ? pod.build()
        : pod.editMetadata().addToAnnotations(WebhookProbe.MARK, mark).endMetadata().build();
  }
}
