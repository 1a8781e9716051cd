package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.selection.Markers;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes a pod small for the cache: only what {@link PodFacts} reads stays, about a tenth of a real
 * pod.
 */
public final class PodTrimmer {

  private static final Set<String> ANNOTATIONS =
      Set.of(
          Markers.PLAN,
          Markers.IMAGE,
          Markers.TUNING,
          Markers.NO_PRELOAD,
          Markers.OPEN_FILES_MAXIMUM,
          Markers.DEFAULT_CONTAINER,
          Markers.MIRROR);

  private PodTrimmer() {}

  public static Pod trim(Pod pod) {
    return new PodBuilder()
        .withMetadata(trim(pod.getMetadata()))
        .withSpec(trim(pod.getSpec()))
        .withStatus(pod.getStatus() == null ? new PodStatus() : trim(pod.getStatus()))
        .build();
  }

  private static ObjectMeta trim(ObjectMeta metadata) {
    Map<String, String> annotations =
        metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    return new ObjectMetaBuilder()
        .withName(metadata.getName())
        .withNamespace(metadata.getNamespace())
        .withUid(metadata.getUid())
        .withResourceVersion(metadata.getResourceVersion())
        .withCreationTimestamp(metadata.getCreationTimestamp())
        .withDeletionTimestamp(metadata.getDeletionTimestamp())
        .withLabels(metadata.getLabels())
        .withAnnotations(
            annotations.entrySet().stream()
                .filter(e -> isRead(e.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
        .withOwnerReferences(metadata.getOwnerReferences())
        .build();
  }

  private static boolean isRead(String annotation) {
    return ANNOTATIONS.contains(annotation) || annotation.startsWith(Markers.ULIMITS_OF);
  }

  private static PodSpec trim(PodSpec spec) {
    return new PodSpecBuilder()
        .withNodeName(spec.getNodeName())
        .withHostNetwork(spec.getHostNetwork())
        .withHostPID(spec.getHostPID())
        .withShareProcessNamespace(spec.getShareProcessNamespace())
        .withHostUsers(spec.getHostUsers())
        .withSecurityContext(sysctls(spec.getSecurityContext()))
        .withOs(spec.getOs())
        .withNodeSelector(spec.getNodeSelector())
        .withSchedulerName(spec.getSchedulerName())
        .withAffinity(nodeAffinity(spec))
        .withContainers(spec.getContainers().stream().map(PodTrimmer::trim).toList())
        .withInitContainers(
            spec.getInitContainers().stream()
                .filter(c -> c.getName().equals(Markers.INIT_CONTAINER))
                .toList())
        .withVolumes(
            spec.getVolumes().stream().filter(v -> v.getName().equals(Markers.VOLUME)).toList())
        .withEphemeralContainers(
            spec.getEphemeralContainers().stream()
                .filter(Markers::isObserver)
                .map(c -> new EphemeralContainerBuilder().withName(c.getName()).build())
                .toList())
        .build();
  }

  private static PodSecurityContext sysctls(PodSecurityContext context) {
    return context == null || context.getSysctls().isEmpty()
        ? null
        : new PodSecurityContextBuilder().withSysctls(context.getSysctls()).build();
  }

  private static Affinity nodeAffinity(PodSpec spec) {
    return spec.getAffinity() == null || spec.getAffinity().getNodeAffinity() == null
        ? null
        : new AffinityBuilder().withNodeAffinity(spec.getAffinity().getNodeAffinity()).build();
  }

  private static Container trim(Container container) {
    ContainerBuilder trimmed = new ContainerBuilder().withName(container.getName());
    PodFacts.memoryLimit(container)
        .ifPresent(limit -> trimmed.withNewResources().addToLimits("memory", limit).endResources());
    return trimmed.build();
  }

  private static PodStatus trim(PodStatus status) {
    return new PodStatusBuilder()
        .withPhase(status.getPhase())
        .withReason(status.getReason())
        .withContainerStatuses(status.getContainerStatuses())
        .withInitContainerStatuses(
            status.getInitContainerStatuses().stream()
                .filter(s -> s.getName().equals(Markers.INIT_CONTAINER))
                .toList())
        .withEphemeralContainerStatuses(
            status.getEphemeralContainerStatuses().stream()
                .filter(s -> s.getName().startsWith(Markers.OBSERVER_PREFIX))
                .toList())
        .build();
  }
}
