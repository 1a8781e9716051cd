package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The operator may run the node agent, and nothing else with its privileges. */
class NodeAgentPolicyIT {

  private static final String POLICY = "wstuning-node-agent";
  private static final String NOWHERE = "no-such-node";

  private static final NodeAgentDaemonSet AGENT =
      new NodeAgentDaemonSet("localhost/wstuning/node-agent:0.2.0", Cluster.nriSockets(), true);

  private static final String NRI_SOCKETS = "--nri-socket=" + String.join(",", AGENT.nriSockets());
  private static final String NRI_FOLDER = Path.of(Cluster.nriSocket()).getParent().toString();

  private static Stage stage;

  @BeforeAll
  static void open() {
    stage = Stage.open();
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void theNodeAgentIsAllowed() {
    assertThat(apply(AGENT.on(List.of(NOWHERE))).getMetadata().getUid()).isNotBlank();
  }

  @TestFactory
  Stream<DynamicTest> anythingElseIsRefused() {
    return Stream.of(
        refused(
            "another image", "run its image", pod -> pod.getContainers().get(0).setImage("other")),
        refused(
            "another image of the privileged container",
            "run its image",
            pod -> apply(pod).setImage("other")),
        refused(
            "other arguments",
            "run with its arguments",
            pod -> apply(pod).setArgs(List.of("apply", "--node=other"))),
        refused(
            "another command",
            "run with its arguments",
            pod -> apply(pod).setCommand(List.of("/bin/sh"))),
        refused(
            "another socket",
            "run with its arguments",
            pod ->
                pod.getContainers()
                    .get(0)
                    .getArgs()
                    .set(2, "--nri-socket=/run/containerd/containerd.sock")),
        refused(
            "another socket after those that are allowed",
            "run with its arguments",
            pod ->
                pod.getContainers()
                    .get(0)
                    .getArgs()
                    .set(2, NRI_SOCKETS + ",/run/containerd/containerd.sock")),
        refused(
            "another container",
            "no others",
            pod -> pod.getContainers().add(copy(pod.getContainers().get(0), "other"))),
        refused(
            "another init container",
            "no others",
            pod -> pod.getInitContainers().add(copy(apply(pod), "other"))),
        refused(
            "more environment",
            "know the name of their node",
            pod -> apply(pod).getEnv().add(new EnvVar("LD_PRELOAD", "/evil.so", null))),
        refused(
            "another account",
            "runs as the service account",
            pod -> pod.setServiceAccountName("default")),
        refused("the processes of the node", "sees no processes", pod -> pod.setHostPID(true)),
        refused(
            "another folder of the node",
            "has the folders of the NRI sockets",
            pod -> pod.getVolumes().add(host("root", "/"))),
        refused(
            "another folder under the same name",
            "has the folders of the NRI sockets",
            pod -> pod.getVolumes().set(1, host("nri", "/etc"))),
        refused(
            "another folder under the name of a second one",
            "has the folders of the NRI sockets",
            pod -> {
              pod.getVolumes().removeIf(volume -> volume.getName().equals("nri-2"));
              pod.getVolumes().add(host("nri-2", "/etc"));
            }),
        refused(
            "the folder of the socket under another name",
            "has the folders of the NRI sockets",
            pod -> pod.getVolumes().add(host("root", NRI_FOLDER))),
        refused(
            "the socket for the privileged container",
            "has the folders of the NRI sockets",
            pod ->
                apply(pod)
                    .getVolumeMounts()
                    .add(new VolumeMount("/nri", null, "nri", null, null, null, null))),
        refused(
            "a privileged agent",
            "the container agent is unprivileged",
            pod -> {
              pod.getContainers().get(0).getSecurityContext().setPrivileged(true);
              pod.getContainers().get(0).getSecurityContext().setAllowPrivilegeEscalation(true);
            }),
        refused(
            "an agent with a capability",
            "the container agent is unprivileged",
            pod ->
                pod.getContainers()
                    .get(0)
                    .getSecurityContext()
                    .getCapabilities()
                    .setAdd(List.of("SYS_ADMIN"))));
  }

  private static DynamicTest refused(String name, String message, Consumer<PodSpec> change) {
    return dynamicTest(
        name,
        () -> {
          DaemonSet changed = AGENT.on(List.of(NOWHERE));
          change.accept(changed.getSpec().getTemplate().getSpec());
          Stage.assertRefused(POLICY, message, () -> apply(changed));
        });
  }

  private static DaemonSet apply(DaemonSet daemonSet) {
    return stage
        .operator
        .resource(daemonSet)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("wstuning")
                .withForce(true)
                .withDryRun(List.of("All"))
                .build());
  }

  private static Container apply(PodSpec pod) {
    return pod.getInitContainers().get(0);
  }

  private static Container copy(Container container, String name) {
    return new ContainerBuilder(container).withName(name).build();
  }

  private static Volume host(String name, String path) {
    return new VolumeBuilder()
        .withName(name)
        .withNewHostPath()
        .withPath(path)
        .endHostPath()
        .build();
  }
}
