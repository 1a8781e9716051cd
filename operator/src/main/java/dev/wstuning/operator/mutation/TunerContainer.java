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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The privileged init container: fixed image, arguments from a closed list, nothing else. */
public final class TunerContainer {

  private static final String COMMAND = "apply";
  private static final String PLAN = "--plan=";
  private static final String ON_ERROR = "--on-error=";

  /** Enough to start quickly; a tuned pod's own requests are almost always larger. */
  private static final Map<String, Quantity> RESOURCES =
      Map.of("cpu", new Quantity("100m"), "memory", new Quantity("32Mi"));

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
   * Keeps the pod's quality of service: without limits a Guaranteed pod would become Burstable,
   * with them a BestEffort one would.
   */
  private static ResourceRequirements resources(Pod pod) {
    boolean podLevel = pod.getSpec().getResources() != null;
    return podLevel || QosClass.of(pod) == QosClass.BEST_EFFORT
        ? null
        : new ResourceRequirementsBuilder().withLimits(RESOURCES).withRequests(RESOURCES).build();
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

  /**
   * Reads back what {@code container} was told, if it is exactly what the operator injects: only
   * then may its report be believed. A pod may bring such a container itself; it then does what its
   * arguments say, too.
   */
  public static Optional<Order> orderOf(Container container) {
    List<String> arguments = container.getArgs();
    if (arguments.size() < 4
        || !arguments.get(0).equals(COMMAND)
        || !arguments.get(1).startsWith(PLAN)
        || !arguments.get(2).startsWith(ON_ERROR)
        || !container.getCommand().isEmpty()
        || !container.getEnv().isEmpty()
        || !container.getEnvFrom().isEmpty()
        || !securityContext().equals(container.getSecurityContext())
        || !"File".equals(container.getTerminationMessagePolicy())) {
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
}
