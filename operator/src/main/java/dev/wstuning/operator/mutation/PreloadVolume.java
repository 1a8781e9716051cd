package dev.wstuning.operator.mutation;

import dev.wstuning.operator.selection.Markers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The way of the library from the init container to the server: a volume, which the server mounts
 * read-only, and LD_PRELOAD. The dynamic loader ignores it for programs that gain privileges.
 */
final class PreloadVolume {

  static final String PATH = "/wstuning";
  private static final String NAME = Markers.PRELOAD_VOLUME;
  private static final String VARIABLE = "LD_PRELOAD";
  private static final String LIBRARY = PATH + "/libwstuning.so";
  private static final Quantity LIMIT = new Quantity("1Mi");

  private PreloadVolume() {}

  /** Why a container cannot be given the library; empty if it can. */
  static Optional<String> obstacle(Container server) {
    if (server.getEnv().stream().anyMatch(e -> e.getName().equals(VARIABLE))) {
      return Optional.of("container %s sets LD_PRELOAD itself".formatted(server.getName()));
    }
    // Nor below that path: the runtime can make no mount point in a volume that is read-only.
    return server.getVolumeMounts().stream()
        .map(VolumeMount::getMountPath)
        .filter(path -> (path + "/").startsWith(PATH + "/"))
        .findFirst()
        .map(path -> "container %s mounts a volume at %s".formatted(server.getName(), path));
  }

  static Pod into(Pod pod, String server) {
    return edit(
        new PodBuilder(pod)
            .editSpec()
            .addToVolumes(
                new VolumeBuilder()
                    .withName(NAME)
                    .withNewEmptyDir()
                    .withSizeLimit(LIMIT)
                    .endEmptyDir()
                    .build())
            .endSpec()
            .build(),
        container ->
            container.getName().equals(server)
                ? new ContainerBuilder(container)
                    .addToVolumeMounts(mount(true))
                    .addNewEnv()
                    .withName(VARIABLE)
                    .withValue(LIBRARY)
                    .endEnv()
                    .build()
                : container);
  }

  static VolumeMount mount(boolean readOnly) {
    return new VolumeMountBuilder()
        .withName(NAME)
        .withMountPath(PATH)
        .withReadOnly(readOnly ? true : null)
        .build();
  }

  /** Undoes {@link #into} for a pod that was made from a copy of one that had it. */
  static Pod outOf(Pod pod) {
    List<Volume> others =
        pod.getSpec().getVolumes().stream().filter(v -> !v.getName().equals(NAME)).toList();
    if (others.size() == pod.getSpec().getVolumes().size()) {
      return pod;
    }
    return edit(
        new PodBuilder(pod).editSpec().withVolumes(others).endSpec().build(),
        container ->
            new ContainerBuilder(container)
                .withVolumeMounts(
                    container.getVolumeMounts().stream()
                        .filter(m -> !m.getName().equals(NAME))
                        .toList())
                .withEnv(container.getEnv().stream().filter(e -> !isOurs(e)).toList())
                .build());
  }

  private static boolean isOurs(EnvVar variable) {
    return variable.getName().equals(VARIABLE) && LIBRARY.equals(variable.getValue());
  }

  private static Pod edit(Pod pod, UnaryOperator<Container> change) {
    return new PodBuilder(pod)
        .editSpec()
        .withContainers(pod.getSpec().getContainers().stream().map(change).toList())
        .endSpec()
        .build();
  }
}
