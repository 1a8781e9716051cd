package dev.wstuning.operator.pod.injection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The resources of the init container. */
final class InitContainerResources {

  private static final List<String> COUNTED = List.of("cpu", "memory", "ephemeral-storage");

  private InitContainerResources() {}

  /**
   * The resources of the pod's container that has the most memory. Init containers run before it,
   * not at the same time. So the quality of service and what the pod needs of its node stay the
   * same, and a quota or limit range that admits the pod still admits it.
   */
  static ResourceRequirements in(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getResources)
        .filter(Objects::nonNull)
        .max(Comparator.comparing(InitContainerResources::memory))
        .map(
            r ->
                new ResourceRequirementsBuilder()
                    .withLimits(counted(r.getLimits()))
                    .withRequests(counted(r.getRequests()))
                    .build())
        .filter(r -> !r.getLimits().isEmpty() || !r.getRequests().isEmpty())
        .orElse(null);
  }

  private static BigDecimal memory(ResourceRequirements resources) {
    return Stream.of(resources.getLimits(), resources.getRequests())
        .filter(Objects::nonNull)
        .map(amounts -> amounts.get("memory"))
        .filter(Objects::nonNull)
        .map(Quantity::getNumericalAmount)
        .findFirst()
        .orElse(BigDecimal.ZERO);
  }

  private static Map<String, Quantity> counted(Map<String, Quantity> amounts) {
    return amounts == null
        ? Map.of()
        : amounts.entrySet().stream()
            .filter(e -> COUNTED.contains(e.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
