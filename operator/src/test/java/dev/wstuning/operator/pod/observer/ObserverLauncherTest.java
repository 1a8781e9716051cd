package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.Impatient;
import dev.wstuning.operator.fixtures.QuietMockServer;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.observer.ObserverLauncher.Answer;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import dev.wstuning.operator.sysctl.Sysctl;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request that puts an observer into a pod. */
@ExtendWith(QuietMockServer.class)
@EnableKubernetesMockClient(https = false)
class ObserverLauncherTest {

  private static final String PATH = "/api/v1/namespaces/realtime/pods/chat-1/ephemeralcontainers";
  private static final TestPod POD = TestPod.named("chat-1").running();

  private KubernetesMockServer server;
  private KubernetesClient client;
  private final List<ObserverOutcome> outcomes = new ArrayList<>();

  /** The client looks for the pod before it patches. */
  @BeforeEach
  void thePodIsThere() {
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/realtime/pods/chat-1")
        .andReturn(200, POD.build())
        .always();
  }

  @Test
  void aContainerThatTheLevelRestrictedAdmitsIsAimedAtTheServer() throws Exception {
    answer(200, POD.build());

    assertThat(launch(launcher(client))).isEqualTo(new Answer.Sent());

    Pod patch = sent();
    assertThat(patch.getMetadata().getUid()).isEqualTo("uid-of-chat-1");
    EphemeralContainer observer = patch.getSpec().getEphemeralContainers().get(0);
    assertThat(observer.getName()).isEqualTo("wst-observe-8f14e45f-5e4d0001-2");
    assertThat(observer.getImage()).isEqualTo(TestPod.TUNER_IMAGE);
    assertThat(observer.getTargetContainerName()).isEqualTo("server");
    assertThat(observer.getArgs())
        .containsExactly(
            "observe",
            "--start=8f14e45f",
            "--ports=8080,9090",
            "--keys="
                + Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining(",")),
            "--alone",
            "--wait=300s");
    var security = observer.getSecurityContext();
    assertThat(security.getPrivileged()).isFalse();
    assertThat(security.getRunAsNonRoot()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 422})
  void aRefusalIsReportedInTheWordsOfTheApiServer(int code) {
    answer(code, new StatusBuilder().withCode(code).withMessage("refused").build());

    assertThat(launch(launcher(client))).isEqualTo(new Answer.Refused("refused"));
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 409})
  void aPodThatWentOrChangedIsTriedAgainLater(int code) {
    answer(code, new StatusBuilder().withCode(code).withMessage("gone").build());

    assertThat(launch(launcher(client))).isEqualTo(new Answer.PodChanged());
  }

  @ParameterizedTest
  @CsvSource({
    "200, SENT",
    "404, POD_CHANGED",
    "403, REFUSED_4XX",
    "429, BUSY_429",
    "500, FAILED_5XX",
    "503, FAILED_5XX"
  })
  void everyAnswerIsCounted(int code, ObserverOutcome outcome) {
    answer(code, new StatusBuilder().withCode(code).build());

    launch(launcher(Impatient.client(client)));

    assertThat(outcomes).containsExactly(outcome);
  }

  @Test
  void noAnswerIsCountedToo() {
    server.shutdown();

    launch(launcher(Impatient.client(client)));

    assertThat(outcomes).containsExactly(ObserverOutcome.NO_ANSWER);
  }

  private void answer(int code, Object body) {
    server.expect().patch().withPath(PATH).andReturn(code, body).once();
  }

  private Pod sent() throws InterruptedException {
    RecordedRequest request = server.getLastRequest();
    assertThat(request.getHeader("Content-Type"))
        .contains("application/strategic-merge-patch+json");
    return Serialization.unmarshal(request.getBody().readUtf8(), Pod.class);
  }

  private ObserverLauncher launcher(KubernetesClient by) {
    return new ObserverLauncher(by, TestPod.TUNER_IMAGE, outcomes::add);
  }

  private static Answer launch(ObserverLauncher launcher) {
    return launcher.launch(
        new Errand(
            "tuning",
            POD.facts(),
            "server",
            new ObserveCommand(List.of(8080, 9090), true, Set.of(), ""),
            Duration.ofMinutes(5),
            new ObserverName(0x8f14e45f, 0x5e4d0001, 2)));
  }
}
