package dev.wstuning.operator.pod.observer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.observation.ObserverName;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is added to a pod so that its server is observed. */
class ObserverContainerTest {

  /** Ids of a container's spec, of the pod's, of the kubelet; and those that come of it. */
  @ParameterizedTest
  @CsvSource({
    "1000/1000, 2000/2000, 3000/3000, 1000/1000",
    "1000/,     2000/2000, 3000/3000, 1000/2000",
    "1000/,     /,         1000/1000, 1000/1000",
    "/,         2000/2000, 2000/2000, 2000/2000",
    "/,         /,         3000/3000, 3000/3000",
    "/,         /,         3000/0,    3000/",
    "1000/,     /,         /,         1000/",
    "/,         /,         /,         /",
  })
  void anObserverRunsAsTheServer(String container, String pod, String kubelet, String expected) {
    assertThat(ids(observer(server(container, pod, kubelet)))).isEqualTo(expected);
  }

  /** The image's user is not root, nor is one of a range that a policy chooses. */
  @ParameterizedTest
  @CsvSource({
    "0/0, /,         0/0, /",
    "/,   /,         0/0, /",
    "0/,  2000/2000, 0/0, /",
    "0/,  0/,        0/0, 65532/",
    "/,   0/0,       0/0, 65532/",
    "/,   0/,        /,   65532/",
  })
  void anObserverOfRootIsNotRoot(String container, String pod, String kubelet, String expected) {
    assertThat(ids(observer(server(container, pod, kubelet)))).isEqualTo(expected);
  }

  @Test
  void anObserverStatesThatItIsNotRoot() {
    for (String user : List.of("/", "0/0", "1000/1000")) {
      SecurityContext security = observer(server(user, "/", "/")).getSecurityContext();

      assertThat(security.getRunAsNonRoot()).isTrue();
      assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    }
  }

  @Test
  void thePortsThatTheServerDeclaresAreWaitedForIfTheTuningNamesNone() {
    TestPod pod =
        TestPod.named("chat-1")
            .running()
            .container("proxy")
            .with(
                p ->
                    p.editSpec()
                        .editFirstContainer()
                        .addNewPort()
                        .withContainerPort(9090)
                        .endPort()
                        .addNewPort()
                        .withContainerPort(8080)
                        .withProtocol("TCP")
                        .endPort()
                        .addNewPort()
                        .withContainerPort(8080)
                        .withName("again")
                        .endPort()
                        .addNewPort()
                        .withContainerPort(53)
                        .withProtocol("UDP")
                        .endPort()
                        .endContainer()
                        .editLastContainer()
                        .addNewPort()
                        .withContainerPort(15001)
                        .endPort()
                        .endContainer()
                        .endSpec());

    assertThat(observer(pod).getArgs())
        .startsWith("observe", "--start=00000001", "--declared=8080,9090");
    assertThat(observer(pod, List.of(8443)).getArgs())
        .contains("--ports=8443")
        .noneMatch(a -> a.startsWith("--declared"));
    assertThat(observer(TestPod.named("chat-1").running()).getArgs())
        .noneMatch(a -> a.startsWith("--declared"));
  }

  @Test
  void itHearsWhetherNoOtherContainerCanListen() {
    TestPod alone = TestPod.named("chat-1").running();
    TestPod withAnother =
        TestPod.named("chat-1")
            .running()
            .with(p -> p.editSpec().addNewContainer().withName("proxy").endContainer().endSpec());
    TestPod afterAnother =
        TestPod.named("chat-1")
            .running()
            .with(
                p -> p.editSpec().addNewInitContainer().withName("m").endInitContainer().endSpec());
    TestPod withSidecar =
        TestPod.named("chat-1")
            .running()
            .with(
                p ->
                    p.editSpec()
                        .addNewInitContainer()
                        .withName("proxy")
                        .withRestartPolicy("Always")
                        .endInitContainer()
                        .endSpec());

    assertThat(observer(alone).getArgs()).contains("--alone");
    assertThat(observer(afterAnother).getArgs()).contains("--alone");
    assertThat(observer(withAnother).getArgs()).doesNotContain("--alone");
    assertThat(observer(withSidecar).getArgs()).doesNotContain("--alone");
  }

  @Test
  void ofManyPortsTheLowestAreWaitedFor() {
    TestPod pod = TestPod.named("chat-1").running();
    for (int port = 20; port > 0; port--) {
      int number = port;
      pod.with(
          p ->
              p.editSpec()
                  .editFirstContainer()
                  .addNewPort()
                  .withContainerPort(number)
                  .endPort()
                  .endContainer()
                  .endSpec());
    }

    assertThat(observer(pod).getArgs()).contains("--declared=1,2,3,4,5,6,7,8");
  }

  private static String ids(EphemeralContainer observer) {
    SecurityContext security = observer.getSecurityContext();
    return text(security.getRunAsUser()) + "/" + text(security.getRunAsGroup());
  }

  private static String text(Long id) {
    return id == null ? "" : id.toString();
  }

  private static TestPod server(String container, String pod, String kubelet) {
    return TestPod.named("chat-1")
        .running()
        .with(
            p ->
                p.editSpec()
                    .withNewSecurityContext()
                    .withRunAsUser(id(pod, 0))
                    .withRunAsGroup(id(pod, 1))
                    .endSecurityContext()
                    .editFirstContainer()
                    .withNewSecurityContext()
                    .withRunAsUser(id(container, 0))
                    .withRunAsGroup(id(container, 1))
                    .endSecurityContext()
                    .endContainer()
                    .endSpec()
                    .editStatus()
                    .editFirstContainerStatus()
                    .withNewUser()
                    .withNewLinux()
                    .withUid(id(kubelet, 0))
                    .withGid(id(kubelet, 1))
                    .endLinux()
                    .endUser()
                    .endContainerStatus()
                    .endStatus());
  }

  private static Long id(String ids, int at) {
    String id = ids.split("/", -1)[at];
    return id.isEmpty() ? null : Long.valueOf(id);
  }

  private static EphemeralContainer observer(TestPod pod) {
    return observer(pod, List.of());
  }

  private static EphemeralContainer observer(TestPod pod, List<Integer> ports) {
    Errand errand =
        new Errand(
            "tuning",
            pod.facts(),
            "server",
            new ObserveCommand(ports, true, Set.of(), ""),
            Duration.ofMinutes(5),
            new ObserverName(1, 2, ObserverName.FIRST));
    return ObserverContainer.create(errand, TestPod.TUNER_IMAGE);
  }
}
