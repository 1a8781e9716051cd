package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The DaemonSets of the node agent, one of each kind. A new version runs next to the present agent
 * of a node until it is ready, so that one that does not work costs no node its agent.
 *
 * @param nriSockets where the container runtime may listen on a node; an agent that grants uses the
 *     first socket that accepts its connection. With these sockets it could change every container
 */
public record NodeAgentDaemonSet(String image, List<String> nriSockets) {

  public static final String NAMESPACE = "wstuning-nodes";

  /** Labels of all DaemonSets and their pods. */
  public static final Map<String, String> LABELS =
      Map.of(
          "app.kubernetes.io/name", "wstuning",
          "app.kubernetes.io/component", "node-agent",
          "app.kubernetes.io/managed-by", "wstuning");

  private static final String SERVICE_ACCOUNT = "wstuning-node-agent";

  /** How many nodes have two agents at a time while a new version spreads. */
  private static final String SURGE = "5%";

  /** How long a new agent must be ready until the one before it ends. */
  private static final int PROOF_SECONDS = 10;

  private static final String PROGRAM = "/node-agent";

  public NodeAgentDaemonSet {
    nriSockets = List.copyOf(nriSockets);
  }

  public DaemonSet of(AgentKind kind) {
    Map<String, String> labels = new TreeMap<>(LABELS);
    labels.put(AgentKind.NODE_LABEL, kind.value());
    return new DaemonSetBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(kind.daemonSet())
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withNewSelector()
        .withMatchLabels(labels)
        .endSelector()
        .withMinReadySeconds(PROOF_SECONDS)
        .withNewUpdateStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withMaxUnavailable(new IntOrString(0))
        .withMaxSurge(new IntOrString(SURGE))
        .endRollingUpdate()
        .endUpdateStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withSpec(pod(kind))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pod(AgentKind kind) {
    PodSpec pod = settingsOnly(kind);
    if (kind.does(AgentKind.GRANTS)) {
      pod = connected(pod);
    }
    return kind.does(AgentKind.PODS) ? PodTuningRights.addedTo(pod) : pod;
  }

  private PodSpec connected(PodSpec pod) {
    NriFolders folders = NriFolders.of(nriSockets);
    return pod.edit()
        .addAllToVolumes(folders.volumes())
        .editFirstContainer()
        .addToArgs("--nri-socket=" + String.join(",", nriSockets))
        .addAllToVolumeMounts(folders.mounts())
        .endContainer()
        .build();
  }

  private PodSpec settingsOnly(AgentKind kind) {
    return new PodSpecBuilder()
        .withServiceAccountName(SERVICE_ACCOUNT)
        .withHostNetwork(true)
        .withPriorityClassName("system-node-critical")
        .withTerminationGracePeriodSeconds(5L)
        .addToNodeSelector(AgentKind.NODE_LABEL, kind.value())
        .addNewToleration()
        .withOperator("Exists")
        .endToleration()
        .withContainers(agent(kind))
        .withVolumes(HostPaths.volumes(kind))
        .addNewVolume()
        .withName("state")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .build();
  }

  private Container agent(AgentKind kind) {
    return new ContainerBuilder()
        .withName("agent")
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(new ArrayList<>(List.of("serve", "--node=$(NODE_NAME)")))
        .addNewEnv()
        .withName("NODE_NAME")
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath("spec.nodeName")
        .endFieldRef()
        .endValueFrom()
        .endEnv()
        .withResources(resources())
        // The status of the tuning shows the last output of the container.
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withSecurityContext(security())
        .withNewReadinessProbe()
        .withNewExec()
        .withCommand(PROGRAM, "ready")
        .endExec()
        .withPeriodSeconds(5)
        .endReadinessProbe()
        .withNewLivenessProbe()
        .withNewExec()
        .withCommand(PROGRAM, "alive")
        .endExec()
        .withPeriodSeconds(30)
        .withFailureThreshold(4)
        .endLivenessProbe()
        .withVolumeMounts(HostPaths.mounts(kind))
        .addNewVolumeMount()
        .withName("state")
        .withMountPath("/run/agent")
        .endVolumeMount()
        .build();
  }

  /**
   * Files of /proc/sys and the socket belong to root. With SELinux, the type of containers may
   * write to neither; spc_t may, and is what privileged containers have there.
   */
  private static SecurityContext security() {
    return Restricted.ofRoot().edit().withNewSeLinuxOptions(null, null, "spc_t", null).build();
  }

  private static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("10m"))
        .addToRequests("memory", new Quantity("32Mi"))
        .addToLimits("memory", new Quantity("128Mi"))
        .build();
  }
}
