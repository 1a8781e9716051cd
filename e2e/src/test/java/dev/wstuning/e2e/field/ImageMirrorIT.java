package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Runtime;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A policy rewrites the images of all pods to a mirror, the one of the init container too. */
@Tag("together")
@NeedsTheNode
class ImageMirrorIT {

  private static final String NAMESPACE = "field-image-mirror";
  private static final String HERE = "localhost/";
  private static final String MIRROR = "mirror.example.test/";
  private static final List<String> IMAGES =
      List.of("wstuning/tuner:0.2.0", "wstuning/server-node:0.2.0");
  private static final Container FROM_HERE =
      new ContainerBuilder().withName("init").withImage(HERE + "none:1").build();

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "image-mirror");

  @BeforeEach
  void fillTheMirror() {
    IMAGES.forEach(image -> Runtime.tag(HERE + image, MIRROR + image));
  }

  @AfterEach
  void emptyTheMirror() {
    IMAGES.forEach(image -> Runtime.untag(MIRROR + image));
  }

  @Test
  void aPodWhoseInitContainerComesFromTheMirrorIsKnownAsTuned() {
    field.applyAllBut("Deployment");
    awaitPolicy();
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    field.apply("Deployment");

    Pod pod = cluster.readyPod(NAMESPACE, CHAT);
    assertThat(pod.getSpec().getInitContainers())
        .singleElement()
        .satisfies(
            init -> {
              assertThat(init.getName()).isEqualTo("wstuning");
              assertThat(init.getImage()).startsWith(MIRROR);
            });
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Ready", "True", "Effective");
    WebSocketTuning tuning = cluster.tuning(NAMESPACE, CHAT);
    assertThat(tuning.getStatus().conditionsOrEmpty())
        .noneMatch(c -> c.reason().equals("PodsSkipped"));
    assertThat(tuning.getStatus().pods().skipped()).isZero();
    long pid = Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(Host.LOCAL.sysctl(pid, "net.ipv4.tcp_keepalive_time"))
        .as("dead peers within 60 s begin with 30 s")
        .isEqualTo("30");
  }

  private void awaitPolicy() {
    await("the policy acts")
        .until(
            () ->
                field
                    .dryRun(NAMESPACE, Pods.probe(FROM_HERE))
                    .getSpec()
                    .getInitContainers()
                    .get(0)
                    .getImage()
                    .startsWith(MIRROR));
  }
}
