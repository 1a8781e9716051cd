package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.selection.Exclusion;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.selection.Workload;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.ObserveCommand;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a pod has from its template and from admission, and has in common with the other pods of its
 * workload.
 *
 * @param annotations those that the operator reads
 * @param workload what will replace the pod; empty for a bare pod
 * @param userNamespace whether it has a user namespace of its own
 * @param sysctls those of the pod's security context, by key
 * @param memoryLimits bytes by the name of the container; only containers with a limit are there
 * @param containers the names of the containers that are neither init nor ephemeral
 * @param alone whether no other container runs next to the only one of these
 * @param ports the TCP ports that containers declare, by their names; only the lowest are known
 * @param podUser who containers run as that state nothing
 * @param users who containers run as, by their names; only those that state it
 * @param tuner what our init container does; empty if the pod has none
 */
record TemplateFacts(
    Map<String, String> annotations,
    Optional<Workload> workload,
    Optional<Exclusion> exclusion,
    boolean userNamespace,
    Map<String, String> sysctls,
    Map<String, Long> memoryLimits,
    List<String> containers,
    boolean alone,
    Map<String, List<Integer>> ports,
    UserIds podUser,
    Map<String, UserIds> users,
    Optional<InjectedTuner> tuner) {

  private static final Set<String> READ =
      Set.of(
          Markers.PLAN,
          Markers.IMAGE,
          Markers.TUNING,
          Markers.SUSPENDED,
          Markers.NO_PRELOAD,
          Markers.OPEN_FILES_MAXIMUM,
          Markers.DEFAULT_CONTAINER,
          Markers.MIRROR);

  /**
   * @param tuners reads what our init container does
   */
  static TemplateFacts of(Pod pod, Function<Container, InjectedTuner> tuners) {
    return new TemplateFacts(
        annotations(pod.getMetadata().getAnnotations()),
        Workload.of(pod),
        Exclusion.of(pod),
        Boolean.FALSE.equals(pod.getSpec().getHostUsers()),
        sysctls(pod.getSpec().getSecurityContext()),
        memoryLimits(pod.getSpec().getContainers()),
        names(pod.getSpec().getContainers()),
        isAlone(pod.getSpec()),
        ports(pod.getSpec().getContainers()),
        UserIds.of(pod.getSpec().getSecurityContext()),
        users(pod.getSpec().getContainers()),
        Lists.first(pod.getSpec().getInitContainers(), c -> Markers.isTuner(pod, c)).map(tuners));
  }

  /**
   * The same as if admission had given the pod what the agent of its node gave it. The agent adds
   * no container, so that name may be taken.
   *
   * @param marks what admission would have annotated
   */
  TemplateFacts given(Map<String, String> marks, Optional<InjectedTuner> byNode) {
    Map<String, String> all = new HashMap<>(annotations);
    all.putAll(marks);
    return new TemplateFacts(
        Map.copyOf(all),
        workload,
        exclusion.filter(e -> e != Exclusion.NAME_TAKEN),
        userNamespace,
        sysctls,
        memoryLimits,
        containers,
        alone,
        ports,
        podUser,
        users,
        byNode);
  }

  private static Map<String, String> annotations(Map<String, String> all) {
    if (all == null) {
      return Map.of();
    }
    Map<String, String> read = new HashMap<>();
    all.forEach(
        (key, value) -> {
          if (READ.contains(key) || key.startsWith(Markers.ULIMITS_OF)) {
            read.put(key, value);
          }
        });
    return Map.copyOf(read);
  }

  private static Map<String, String> sysctls(PodSecurityContext context) {
    return context == null || context.getSysctls().isEmpty()
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
    return Map.copyOf(limits);
  }

  private static Optional<Quantity> memoryLimit(Container container) {
    return Optional.ofNullable(container.getResources())
        .map(ResourceRequirements::getLimits)
        .map(limits -> limits.get("memory"));
  }

  /** An init container that is restarted always runs next to the server. */
  private static boolean isAlone(PodSpec pod) {
    return pod.getContainers().size() == 1
        && pod.getInitContainers().stream().noneMatch(c -> "Always".equals(c.getRestartPolicy()));
  }

  private static Map<String, List<Integer>> ports(List<Container> containers) {
    Map<String, List<Integer>> ports = new HashMap<>();
    for (Container container : containers) {
      if (!container.getPorts().isEmpty()) {
        ports.put(container.getName(), tcp(container.getPorts()));
      }
    }
    return Map.copyOf(ports);
  }

  private static List<Integer> tcp(List<ContainerPort> ports) {
    return ports.stream()
        .filter(port -> port.getProtocol() == null || port.getProtocol().equals("TCP"))
        .map(ContainerPort::getContainerPort)
        .sorted()
        .distinct()
        .limit(ObserveCommand.MOST_PORTS)
        .toList();
  }

  private static Map<String, UserIds> users(List<Container> containers) {
    Map<String, UserIds> users = new HashMap<>();
    for (Container container : containers) {
      UserIds stated = UserIds.of(container.getSecurityContext());
      if (!stated.equals(UserIds.UNKNOWN)) {
        users.put(container.getName(), stated);
      }
    }
    return Map.copyOf(users);
  }

  private static List<String> names(List<Container> containers) {
    List<String> names = new ArrayList<>(containers.size());
    for (Container container : containers) {
      names.add(container.getName());
    }
    return List.copyOf(names);
  }
}
