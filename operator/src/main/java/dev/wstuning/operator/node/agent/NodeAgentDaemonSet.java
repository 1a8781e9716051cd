package dev.wstuning.operator.node.agent;

import dev.wstuning.operator.node.plan.NodeFacts;
import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The DaemonSet of the node agent: a privileged init container that writes the node's settings, and
 * the agent itself, which is not privileged. The operator replaces the pods, one at a time, never
 * the DaemonSet: between two agents of a node, no one grants open files.
 *
 * @param nriSockets where the container runtime may listen on a node; the agent uses the first
 *     socket that accepts its connection
 * @param grants whether the agent of any node should grant open files. Only then it gets these
 *     sockets, with which it could change every container
 */
public record NodeAgentDaemonSet(String image, List<String> nriSockets, boolean grants) {

  public static final String NAMESPACE = "wstuning-nodes";
  public static final String NAME = "wstuning-node-agent";

  /** Labels of the DaemonSet and its pods. */
  public static final Map<String, String> LABELS =
      Map.of(
          "app.kubernetes.io/name", "wstuning",
          "app.kubernetes.io/component", "node-agent",
          "app.kubernetes.io/managed-by", "wstuning");

  /** Annotation of pods: the version of the pod template, regardless of the nodes it may run on. */
  static final String TEMPLATE = "wstuning.dev/template";

  static final String APPLY = "apply";
  static final String AGENT = "agent";

  private static final String STATE = "state";
  private static final String STATE_PATH = "/run/wstuning";
  private static final String NODE_ARGUMENT = "--node=$(NODE_NAME)";
  private static final String STATE_ARGUMENT = "--state=" + STATE_PATH;

  public NodeAgentDaemonSet {
    nriSockets = List.copyOf(nriSockets);
  }

  public NodeAgentDaemonSet granting(boolean open) {
    return new NodeAgentDaemonSet(image, nriSockets, open);
  }

  /**
   * @param hostnames the nodes that it runs on
   */
  public DaemonSet on(Collection<String> hostnames) {
    return new DaemonSetBuilder()
        .withNewMetadata()
        .withNamespace(NAMESPACE)
        .withName(NAME)
        .withLabels(LABELS)
        .endMetadata()
        .withNewSpec()
        .withNewSelector()
        .withMatchLabels(LABELS)
        .endSelector()
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(LABELS)
        .addToAnnotations(TEMPLATE, template())
        .endMetadata()
        .withSpec(pod().edit().withAffinity(only(hostnames)).build())
        .endTemplate()
        .endSpec()
        .build();
  }

  /** Names the pod template. Equal templates have equal names. */
  public String template() {
    return Integer.toHexString(pod().hashCode());
  }

  private PodSpec pod() {
    PodSpec pod = settingsOnly();
    if (!grants) {
      return pod;
    }
    NriFolders folders = NriFolders.of(nriSockets);
    return pod.edit()
        .addAllToVolumes(folders.volumes())
        .editFirstContainer()
        .addAllToVolumeMounts(folders.mounts())
        .endContainer()
        .build();
  }

  private PodSpec settingsOnly() {
    return new PodSpecBuilder()
        .withServiceAccountName(NAME)
        .withHostNetwork(true)
        .withPriorityClassName("system-node-critical")
        .withTerminationGracePeriodSeconds(5L)
        .addNewToleration()
        .withOperator("Exists")
        .endToleration()
        .withInitContainers(apply())
        .withContainers(agent())
        .addNewVolume()
        .withName(STATE)
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .build();
  }

  private Container apply() {
    return container(APPLY, List.of(APPLY, NODE_ARGUMENT, STATE_ARGUMENT))
        .edit()
        .withNewSecurityContext()
        .withPrivileged(true)
        .withRunAsUser(0L)
        .withReadOnlyRootFilesystem(true)
        .endSecurityContext()
        .build();
  }

  private Container agent() {
    return container(
            AGENT,
            List.of(
                "serve",
                NODE_ARGUMENT,
                "--nri-socket=" + String.join(",", nriSockets),
                STATE_ARGUMENT))
        .edit()
        // The socket belongs to root.
        .withSecurityContext(Restricted.ofRoot())
        .withNewReadinessProbe()
        .withNewExec()
        .withCommand("/node-agent", "ready")
        .endExec()
        .withPeriodSeconds(5)
        .endReadinessProbe()
        .build();
  }

  private Container container(String name, List<String> arguments) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(arguments)
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
        .addNewVolumeMount()
        .withName(STATE)
        .withMountPath(STATE_PATH)
        .endVolumeMount()
        .build();
  }

  private static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("10m"))
        .addToRequests("memory", new Quantity("32Mi"))
        .addToLimits("memory", new Quantity("128Mi"))
        .build();
  }

  private static Affinity only(Collection<String> hostnames) {
    return new AffinityBuilder()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(NodeFacts.HOSTNAME)
        .withOperator("In")
        .withValues(hostnames.stream().sorted().distinct().toList())
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .build();
  }
}
