package dev.wstuning.e2e.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Operator;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operator's image imports a usual sysctl.conf; SamplesIT applies what it writes. */
class SysctlConfIT {

  private static final String POD = "import";

  private final Installation cluster = Installation.withOperator();
  private final KubernetesClient client = cluster.client();
  private final String namespace = cluster.namespace("sysctl-conf");

  @AfterEach
  void delete() {
    cluster.delete(namespace);
  }

  @Test
  void theImageWritesWhatIsKeptBesideTheFile() {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(POD)
                .endMetadata()
                .addToData("sysctl.conf", read("sysctl.conf"))
                .addToData("limits.conf", read("limits.conf"))
                .build())
        .create();
    client.resource(pod()).create();
    await("the command ends").until(() -> ended(phase()));

    assertThat(exitCode()).as("a line was left out").isEqualTo(1);
    assertThat(read("sysctl-conf.yaml"))
        .endsWith(client.pods().inNamespace(namespace).withName(POD).getLog());
  }

  private Pod pod() {
    String image = Operator.replicas(client).get(0).getSpec().getContainers().get(0).getImage();
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(POD)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName(POD)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(
            "import",
            "--name=chat",
            "--namespace=field-sysctl-conf",
            "--selector=app=chat",
            "sysctl.conf",
            "limits.conf")
        .withWorkingDir("/files")
        .addNewVolumeMount()
        .withName("files")
        .withMountPath("/files")
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("files")
        .withNewConfigMap()
        .withName(POD)
        .endConfigMap()
        .endVolume()
        .endSpec()
        .build();
  }

  private static boolean ended(String phase) {
    return Set.of("Succeeded", "Failed").contains(phase);
  }

  private String phase() {
    return client.pods().inNamespace(namespace).withName(POD).get().getStatus().getPhase();
  }

  private int exitCode() {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(POD)
        .get()
        .getStatus()
        .getContainerStatuses()
        .get(0)
        .getState()
        .getTerminated()
        .getExitCode();
  }

  private static String read(String file) {
    Path folder = Cluster.root().resolve("e2e/field");
    return Installation.read(folder.resolve(file));
  }
}
