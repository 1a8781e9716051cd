package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.ServerContainer;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Everything that the operator needs to know about a pod, without anything of its object.
 *
 * @param workload what will replace the pod; empty for a bare pod
 * @param userNamespace whether it has a user namespace of its own
 * @param annotations those that the operator reads
 * @param sysctls those of the pod's security context, by key
 * @param phase the pod's phase, such as Running
 * @param failure why the kubelet gave up on the pod, such as SysctlForbidden; empty if it did not
 * @param node the node that the pod runs on; empty until it is scheduled
 * @param memoryLimits bytes by the name of the container; only containers with a limit are there
 * @param containers the names of the containers that are neither init nor ephemeral
 * @param tuner what our init container does; empty if the pod has none
 * @param tunerStatus what became of it
 * @param statuses the statuses of {@code containers}
 * @param observers the names of our ephemeral containers, of which a pod never gets rid
 */
public record PodFacts(
    String namespace,
    String name,
    String uid,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant created,
    boolean deleting,
    Optional<Workload> workload,
    Optional<Exclusion> exclusion,
    boolean userNamespace,
    Map<String, String> sysctls,
    String phase,
    String failure,
    Optional<String> node,
    Map<String, Long> memoryLimits,
    List<String> containers,
    Optional<InjectedTuner> tuner,
    Optional<ContainerFacts> tunerStatus,
    List<ContainerFacts> statuses,
    List<String> observers,
    List<ContainerFacts> observerStatuses) {

  private static final Set<String> ANNOTATIONS =
      Set.of(
          Markers.PLAN,
          Markers.IMAGE,
          Markers.TUNING,
          Markers.NO_PRELOAD,
          Markers.OPEN_FILES_MAXIMUM,
          Markers.DEFAULT_CONTAINER,
          Markers.MIRROR);

  /**
   * @param tuners reads what our init container does
   */
  static PodFacts of(Pod pod, Function<Container, InjectedTuner> tuners) {
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    var metadata = pod.getMetadata();
    return new PodFacts(
        metadata.getNamespace().intern(),
        metadata.getName(),
        metadata.getUid(),
        shared(metadata.getLabels(), key -> true),
        shared(metadata.getAnnotations(), PodFacts::isRead),
        Instant.parse(metadata.getCreationTimestamp()),
        metadata.getDeletionTimestamp() != null,
        Workload.of(pod),
        Exclusion.of(pod),
        Boolean.FALSE.equals(pod.getSpec().getHostUsers()),
        sysctls(pod.getSpec().getSecurityContext()),
        status.getPhase() == null ? "Pending" : status.getPhase(),
        status.getReason() == null ? "" : status.getReason(),
        Optional.ofNullable(pod.getSpec().getNodeName()).map(String::intern),
        memoryLimits(pod.getSpec().getContainers()),
        all(pod.getSpec().getContainers(), c -> true, Container::getName),
        first(pod.getSpec().getInitContainers(), c -> Markers.isTuner(pod, c)).map(tuners),
        first(status.getInitContainerStatuses(), s -> s.getName().equals(Markers.INIT_CONTAINER))
            .map(ContainerFacts::of),
        all(status.getContainerStatuses(), s -> true, ContainerFacts::of),
        all(
            pod.getSpec().getEphemeralContainers(),
            Markers::isObserver,
            EphemeralContainer::getName),
        all(
            status.getEphemeralContainerStatuses(),
            s -> s.getName().startsWith(Markers.OBSERVER_PREFIX),
            ContainerFacts::of));
  }

  private static boolean isRead(String annotation) {
    return ANNOTATIONS.contains(annotation) || annotation.startsWith(Markers.ULIMITS_OF);
  }

  /** Pods of one workload have the same texts, and there may be a hundred thousand. */
  private static Map<String, String> shared(Map<String, String> texts, Predicate<String> which) {
    Map<String, String> shared = new HashMap<>();
    Objects.requireNonNullElse(texts, Map.<String, String>of())
        .forEach(
            (key, value) -> {
              if (which.test(key)) {
                shared.put(key.intern(), value.intern());
              }
            });
    return Map.copyOf(shared);
  }

  /** Loops, because a stream costs more than what it does to a list of one, ten thousand times. */
  private static <T> Optional<T> first(List<T> list, Predicate<T> which) {
    for (T one : list) {
      if (which.test(one)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  private static <T, R> List<R> all(List<T> list, Predicate<T> which, Function<T, R> part) {
    List<R> parts = new ArrayList<>(list.size());
    for (T one : list) {
      if (which.test(one)) {
        parts.add(part.apply(one));
      }
    }
    return List.copyOf(parts);
  }

  private static Map<String, String> sysctls(PodSecurityContext context) {
    return context == null
        ? Map.of()
        : context.getSysctls().stream()
            .collect(Collectors.toMap(Sysctl::getName, Sysctl::getValue, (first, twice) -> first));
  }

  private static Map<String, Long> memoryLimits(List<Container> containers) {
    Map<String, Long> limits = new HashMap<>();
    for (Container container : containers) {
      memoryLimit(container)
          .ifPresent(l -> limits.put(container.getName(), l.getNumericalAmount().longValue()));
    }
    return limits;
  }

  private static Optional<Quantity> memoryLimit(Container container) {
    return Optional.ofNullable(container.getResources())
        .map(ResourceRequirements::getLimits)
        .map(limits -> limits.get("memory"));
  }

  /** The plan that the pod was admitted with. */
  public Optional<String> plan() {
    return Optional.ofNullable(annotations.get(Markers.PLAN));
  }

  /** The image of the init container as it was injected; empty for older pods. */
  public Optional<String> injectedImage() {
    return Optional.ofNullable(annotations.get(Markers.IMAGE));
  }

  /** Which revision of its workload's template the pod was made from; empty if unknown. */
  public String revision() {
    return labels.getOrDefault(
        Workload.TEMPLATE_HASH, labels.getOrDefault(Workload.REVISION_HASH, ""));
  }

  /** Why the server did not get the library or launcher that its tuning allows. */
  public Optional<String> noPreload() {
    return Optional.ofNullable(annotations.get(Markers.NO_PRELOAD));
  }

  /** Whether the pod asks the node's agent for the limit of open files of a container. */
  boolean asksForOpenFiles(String container) {
    return annotations.containsKey(Markers.ULIMITS_OF + container)
        || annotations.getOrDefault(Markers.OPEN_FILES_MAXIMUM, "").startsWith(container + "=");
  }

  /** Whether our init container is the privileged one, which writes the sysctls itself. */
  public boolean privilegedTuner() {
    return tuner.map(InjectedTuner::privileged).orElse(false);
  }

  /** Whether the pod must not start when its init container fails. */
  public boolean holdsOnFailure() {
    return tuner.map(InjectedTuner::holdsOnFailure).orElse(false);
  }

  /** The name of the container that runs the server. */
  public Optional<String> serverContainer(Optional<String> asked) {
    return ServerContainer.of(asked, annotations, containers);
  }

  public Optional<ContainerFacts> status(String container) {
    return first(statuses, s -> s.name().equals(container));
  }

  /** Whether the pod is on its way out, or out. */
  public boolean ended() {
    return deleting || phase.equals("Succeeded") || phase.equals("Failed");
  }
}
