package dev.wstuning.operator.mutation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.Sysctl;
import dev.wstuning.operator.tuning.TuningPlan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The privileged init container: fixed image, arguments from a closed list, nothing else. */
public final class TunerContainer {

  private static final String COMMAND = "apply";
  private static final String PLAN = "--plan=";
  private static final String ON_ERROR = "--on-error=";

  /** Where the service account's token is mounted into every container. */
  private static final String TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final List<String> COUNTED = List.of("cpu", "memory", "ephemeral-storage");

  private TunerContainer() {}

  static Container create(String image, TuningPlan plan, Pod pod) {
    return new ContainerBuilder()
        .withName(Markers.INIT_CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(arguments(plan.hash(), plan.onError(), plan.settings()))
        .withResources(resources(pod))
        .withSecurityContext(securityContext())
        .withTerminationMessagePath("/dev/termination-log")
        .withTerminationMessagePolicy("File")
        .build();
  }

  private static List<String> arguments(String hash, TuningError onError, List<Setting> settings) {
    List<String> arguments = new ArrayList<>();
    arguments.add(COMMAND);
    arguments.add(PLAN + hash);
    arguments.add(ON_ERROR + onError.name().toLowerCase(Locale.ROOT));
    settings.forEach(s -> arguments.add(s.toString()));
    return arguments;
  }

  /**
   * Those of the pod's container that has the most memory. Init containers run before it and not
   * beside it, so that neither the quality of service changes nor what the pod needs of its node,
   * and a quota or limit range that admits the pod admits it still.
   */
  private static ResourceRequirements resources(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .map(Container::getResources)
        .filter(Objects::nonNull)
        .max(Comparator.comparing(TunerContainer::memory))
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

  /** Overrides all that the pod may set for its containers and that would keep this one out. */
  private static SecurityContext securityContext() {
    return new SecurityContextBuilder()
        .withPrivileged(true)
        .withAllowPrivilegeEscalation(true)
        .withReadOnlyRootFilesystem(true)
        .withRunAsUser(0L)
        .withRunAsGroup(0L)
        .withRunAsNonRoot(false)
        .withNewSeccompProfile()
        .withType("Unconfined")
        .endSeccompProfile()
        .withNewAppArmorProfile()
        .withType("Unconfined")
        .endAppArmorProfile()
        .build();
  }

  /** What an injected init container was told to do. */
  public record Order(String plan, List<Setting> settings) {}

  /** Reads back what {@code container} was told; empty if it is none of ours. */
  public static Optional<Order> orderOf(Container container) {
    List<String> arguments = container.getArgs();
    if (arguments.size() < 4
        || !arguments.get(0).equals(COMMAND)
        || !arguments.get(1).startsWith(PLAN)
        || !arguments.get(2).startsWith(ON_ERROR)) {
      return Optional.empty();
    }
    List<Setting> settings = new ArrayList<>();
    for (String argument : arguments.subList(3, arguments.size())) {
      String[] parts = argument.split("=", 2);
      Optional<Sysctl> sysctl = Sysctl.ofKey(parts[0]);
      if (parts.length < 2 || sysctl.isEmpty()) {
        return Optional.empty();
      }
      settings.add(new Setting(sysctl.get(), parts[1]));
    }
    return Optional.of(new Order(arguments.get(1).substring(PLAN.length()), settings));
  }

  /**
   * Whether the container is exactly what the operator injects, of this or another version: only
   * then may its report be believed. A pod may bring such a container itself; it then does what its
   * arguments say, too.
   */
  public static boolean believable(Container container) {
    return orderOf(container).isPresent()
        && container.getCommand().isEmpty()
        && container.getEnv().isEmpty()
        && container.getEnvFrom().isEmpty()
        && container.getWorkingDir() == null
        && container.getLifecycle() == null
        && container.getVolumeDevices().isEmpty()
        && container.getVolumeMounts().stream()
            .allMatch(mount -> TOKEN_MOUNT.equals(mount.getMountPath()))
        && securityContext().equals(container.getSecurityContext())
        && "File".equals(container.getTerminationMessagePolicy());
  }
}
