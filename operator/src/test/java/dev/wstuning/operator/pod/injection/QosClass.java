package dev.wstuning.operator.pod.injection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A pod's quality of service, by the rule of the kubelet (component-helpers, qos.ComputePodQOS).
 */
enum QosClass {
  GUARANTEED,
  BURSTABLE,
  BEST_EFFORT;

  private static final List<String> COUNTED = List.of("cpu", "memory");

  static QosClass of(Pod pod) {
    List<Container> containers =
        Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
            .toList();
    if (containers.stream().allMatch(QosClass::asksNothing)) {
      return BEST_EFFORT;
    }
    return containers.stream().allMatch(QosClass::limitsAreRequests) ? GUARANTEED : BURSTABLE;
  }

  private static boolean asksNothing(Container container) {
    Map<String, Quantity> limits = limits(container);
    Map<String, Quantity> requests = requests(container);
    return COUNTED.stream().allMatch(r -> zero(limits.get(r)) && zero(requests.get(r)));
  }

  private static boolean zero(Quantity quantity) {
    return quantity == null || quantity.getNumericalAmount().signum() == 0;
  }

  private static boolean limitsAreRequests(Container container) {
    return COUNTED.stream()
        .allMatch(
            r -> {
              Quantity limit = limits(container).get(r);
              Quantity request = requests(container).getOrDefault(r, limit);
              return !zero(limit)
                  && limit.getNumericalAmount().compareTo(request.getNumericalAmount()) == 0;
            });
  }

  private static Map<String, Quantity> limits(Container container) {
    ResourceRequirements resources = container.getResources();
    return resources == null || resources.getLimits() == null ? Map.of() : resources.getLimits();
  }

  private static Map<String, Quantity> requests(Container container) {
    ResourceRequirements resources = container.getResources();
    return resources == null || resources.getRequests() == null
        ? Map.of()
        : resources.getRequests();
  }
}
