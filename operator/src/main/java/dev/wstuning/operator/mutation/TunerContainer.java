package dev.wstuning.operator.mutation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.selection.Markers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Optional;

/** The init container: fixed image, arguments from a closed list, nothing else. */
public final class TunerContainer {

  /** Where the service account's token is mounted into every container. */
  private static final String TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final long USER = 65532;

  private TunerContainer() {}

  static Container create(String image, Order order, TuningError onError, Pod pod) {
    return new ContainerBuilder()
        .withName(Markers.INIT_CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(order.arguments(onError))
        .withResources(InitResources.in(pod))
        .withVolumeMounts(mounts(order))
        .withSecurityContext(securityContext(order))
        .withTerminationMessagePath("/dev/termination-log")
        .withTerminationMessagePolicy("File")
        .build();
  }

  private static List<VolumeMount> mounts(Order order) {
    return order.fillsVolume() ? List.of(TunerVolume.mount(false)) : List.of();
  }

  private static SecurityContext securityContext(Order order) {
    return switch (order.command()) {
      case APPLY -> privileged();
      case PRELOAD -> restricted();
    };
  }

  /** Overrides all that the pod may set for its containers and that would keep this one out. */
  private static SecurityContext privileged() {
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

  /** Admissible under the Pod Security level restricted. */
  private static SecurityContext restricted() {
    return new SecurityContextBuilder()
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withRunAsNonRoot(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  /**
   * Whether the container is exactly what the operator injects, of this or another version: only
   * then may its report be believed. A pod may bring such a container itself; it then does what its
   * arguments say, too.
   */
  public static boolean believable(Container container) {
    Optional<Order> order = Order.of(container);
    return order.isPresent()
        && container.getCommand().isEmpty()
        && container.getEnv().isEmpty()
        && container.getEnvFrom().isEmpty()
        && container.getWorkingDir() == null
        && container.getLifecycle() == null
        && container.getVolumeDevices().isEmpty()
        && container.getVolumeMounts().stream()
            .filter(mount -> !TOKEN_MOUNT.equals(mount.getMountPath()))
            .toList()
            .equals(mounts(order.get()))
        && securityContext(order.get()).equals(container.getSecurityContext())
        && "File".equals(container.getTerminationMessagePolicy());
  }
}
