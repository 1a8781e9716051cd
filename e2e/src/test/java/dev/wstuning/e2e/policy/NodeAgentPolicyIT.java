package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The operator may run the node agent, and nothing else with its reach. */
class NodeAgentPolicyIT {

  private static final String POLICY = "wstuning-node-agent";

  private static final NodeAgentDaemonSet AGENT =
      new NodeAgentDaemonSet("localhost/wstuning/node-agent:0.2.0", Cluster.nriSockets());

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

  @ParameterizedTest
  @EnumSource
  void theNodeAgentIsAllowed(AgentKind kind) {
    assertThat(apply(AGENT.of(kind)).getMetadata().getUid()).isNotBlank();
  }

  @TestFactory
  Stream<DynamicTest> anythingElseIsRefused() {
    return Stream.of(
        refused("another image", "runs its image", pod -> agent(pod).setImage("other")),
        refused(
            "other arguments",
            "runs with its arguments",
            pod -> agent(pod).getArgs().set(1, "--node=other")),
        refused(
            "another command",
            "runs with its arguments",
            pod -> agent(pod).setCommand(List.of("/bin/sh"))),
        refused(
            "another socket",
            "runs with its arguments",
            pod -> agent(pod).getArgs().set(2, "--nri-socket=/run/containerd/containerd.sock")),
        refused(
            "another socket after those that are allowed",
            "runs with its arguments",
            pod -> agent(pod).getArgs().set(2, NRI_SOCKETS + ",/run/containerd/containerd.sock")),
        refused(
            "another container",
            "no others",
            pod -> pod.getContainers().add(copy(agent(pod), "other"))),
        refused(
            "an init container",
            "no others",
            pod -> pod.getInitContainers().add(initContainer(agent(pod)))),
        refused(
            "more environment",
            "knows the name of its node",
            pod -> agent(pod).getEnv().add(new EnvVar("LD_PRELOAD", "/evil.so", null))),
        refused(
            "another account",
            "runs as the service account",
            pod -> pod.setServiceAccountName("default")),
        refused("the processes of the node", "sees no processes", pod -> pod.setHostPID(true)),
        refused(
            "other nodes",
            "on the nodes that are labelled",
            pod -> pod.setNodeSelector(Map.of("kubernetes.io/os", "linux"))),
        refused(
            "another folder of the node",
            "and nothing else of its node",
            pod -> pod.getVolumes().add(host("root", "/"))),
        refused(
            "all keys of the kernel",
            "and nothing else of its node",
            pod -> pod.getVolumes().set(0, host("net", "/proc/sys"))),
        refused(
            "all keys of file systems",
            "and nothing else of its node",
            pod -> pod.getVolumes().set(1, host("nr-open", "/proc/sys/fs"))),
        refused(
            "another folder under the name of a second one",
            "and nothing else of its node",
            pod -> {
              pod.getVolumes().removeIf(volume -> volume.getName().equals("nri-2"));
              pod.getVolumes().add(host("nri-2", "/etc"));
            }),
        refused(
            "the folder of the socket under another name",
            "and nothing else of its node",
            pod -> pod.getVolumes().add(host("root", NRI_FOLDER))),
        refused(
            "the first process to write to",
            "only reads the status of its node's first process",
            pod ->
                agent(pod).getVolumeMounts().stream()
                    .filter(mount -> mount.getName().equals("init"))
                    .forEach(mount -> mount.setReadOnly(null))),
        refused(
            "a privileged agent",
            "the container agent is unprivileged",
            pod -> {
              agent(pod).getSecurityContext().setPrivileged(true);
              agent(pod).getSecurityContext().setAllowPrivilegeEscalation(true);
            }),
        refused(
            "an agent with a capability",
            "the container agent is unprivileged",
            pod -> agent(pod).getSecurityContext().getCapabilities().setAdd(List.of("SYS_ADMIN"))),
        refused(
            "an agent that may make any system call",
            "the container agent is unprivileged",
            pod -> agent(pod).getSecurityContext().getSeccompProfile().setType("Unconfined")),
        refused(
            "another type of SELinux",
            "has the SELinux type spc_t",
            pod -> agent(pod).getSecurityContext().getSeLinuxOptions().setType("unconfined_t")),
        refused(
            "another level of SELinux",
            "has the SELinux type spc_t",
            pod -> agent(pod).getSecurityContext().getSeLinuxOptions().setLevel("s0")));
  }

  @TestFactory
  Stream<DynamicTest> theAgentThatWritesSettingsDoesNotReachTheContainerRuntime() {
    return Stream.of(
        refused(
            AgentKind.SETTINGS,
            "the socket",
            "runs with its arguments",
            pod -> agent(pod).getArgs().add(NRI_SOCKETS)),
        refused(
            AgentKind.SETTINGS,
            "the folder of the socket",
            "and nothing else of its node",
            pod -> pod.getVolumes().add(host("nri", NRI_FOLDER))));
  }

  @TestFactory
  Stream<DynamicTest> theAgentThatTunesPodsHasThreeCapabilitiesAndNoMore() {
    return Stream.of(
        refused(
            AgentKind.PODS,
            "one more capability",
            "the container agent is unprivileged",
            pod -> agent(pod).getSecurityContext().getCapabilities().getAdd().add("SYS_ADMIN")),
        refused(
            AgentKind.PODS,
            "a privileged agent",
            "the container agent is unprivileged",
            pod -> {
              agent(pod).getSecurityContext().setPrivileged(true);
              agent(pod).getSecurityContext().setAllowPrivilegeEscalation(true);
            }),
        refused(
            AgentKind.PODS,
            "the processes of the node",
            "sees no processes",
            pod -> pod.setHostPID(true)),
        refused(
            AgentKind.PODS,
            "all of sysfs",
            "and nothing else of its node",
            pod -> pod.getVolumes().add(host("sys", "/sys"))),
        refused(
            AgentKind.GRANTS,
            "capabilities of an agent that only grants",
            "the container agent is unprivileged",
            pod ->
                agent(pod)
                    .getSecurityContext()
                    .getCapabilities()
                    .setAdd(List.of("BPF", "NET_ADMIN", "PERFMON"))),
        refused(
            AgentKind.GRANTS,
            "control groups for an agent that only grants",
            "and nothing else of its node",
            pod -> pod.getVolumes().add(host("cgroup", "/sys/fs/cgroup"))));
  }

  private static DynamicTest refused(String name, String message, Consumer<PodSpec> change) {
    return refused(AgentKind.GRANTS, name, message, change);
  }

  private static DynamicTest refused(
      AgentKind kind, String name, String message, Consumer<PodSpec> change) {
    return dynamicTest(
        name,
        () -> {
          DaemonSet changed = AGENT.of(kind);
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

  private static Container agent(PodSpec pod) {
    return pod.getContainers().get(0);
  }

  private static Container copy(Container container, String name) {
    return new ContainerBuilder(container).withName(name).build();
  }

  /** Without the probes, which Kubernetes itself refuses there. */
  private static Container initContainer(Container container) {
    return new ContainerBuilder(container)
        .withName("apply")
        .withReadinessProbe(null)
        .withLivenessProbe(null)
        .build();
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
