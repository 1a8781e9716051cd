package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.selection.Markers;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The volume through which the init container passes the library and the launcher to the server.
 * The server mounts it read-only, with LD_PRELOAD or another command. The dynamic loader ignores
 * the library for programs that gain privileges.
 */
final class TunerVolume {

  static final String PATH = Markers.VOLUME_PATH;
  static final String VARIABLE = "LD_PRELOAD";
  private static final String NAME = Markers.VOLUME;
  private static final String LIBRARY = PATH + "/libwstuning.so";
  private static final String LAUNCH = "launch";
  private static final String END_OF_OPTIONS = "--";
  private static final Quantity LIMIT = new Quantity("1Mi");

  /** Room for two copies, because the old one stays until the new one is complete. */
  private static final Quantity LIMIT_WITH_LAUNCHER = new Quantity("16Mi");

  private TunerVolume() {}

  /** Why a container cannot mount it; empty if it can. */
  static Optional<String> obstacle(Container server) {
    // The same below that path: the runtime cannot create a mount point in a read-only volume.
    return server.getVolumeMounts().stream()
        .map(VolumeMount::getMountPath)
        .filter(path -> (path + "/").startsWith(PATH + "/"))
        .findFirst()
        .map(path -> "container %s mounts a volume at %s".formatted(server.getName(), path));
  }

  /**
   * Gives it to the server.
   *
   * @param server the name of its container
   * @param library whether the library is loaded into it
   * @param launcherLimits what the launcher sets; empty if nothing launches it
   */
  static Pod into(Pod pod, String server, boolean library, Optional<OpenFiles> launcherLimits) {
    boolean launcher = launcherLimits.isPresent();
    return edit(
        new PodBuilder(pod)
            .editSpec()
            .addToVolumes(
                new VolumeBuilder()
                    .withName(NAME)
                    .withNewEmptyDir()
                    .withSizeLimit(launcher ? LIMIT_WITH_LAUNCHER : LIMIT)
                    .endEmptyDir()
                    .build())
            .endSpec()
            .build(),
        container -> {
          if (!container.getName().equals(server)) {
            return container;
          }
          ContainerBuilder given = new ContainerBuilder(container).addToVolumeMounts(mount(true));
          if (library) {
            given.addNewEnv().withName(VARIABLE).withValue(LIBRARY).endEnv();
          }
          if (launcher) {
            given.withCommand(launched(container.getCommand(), launcherLimits.get()));
          }
          return given.build();
        });
  }

  private static List<String> launched(List<String> command, OpenFiles limits) {
    List<String> launched = new ArrayList<>(List.of(Markers.LAUNCHER, LAUNCH));
    limits.minimum().ifPresent(n -> launched.add("--minimum=" + n));
    limits.maximum().ifPresent(n -> launched.add("--maximum=" + n));
    launched.add(END_OF_OPTIONS);
    launched.addAll(command);
    return launched;
  }

  /** The command that the launcher was put before; the command itself if there is no launcher. */
  private static List<String> unlaunched(List<String> command) {
    boolean ours =
        command.size() > 2
            && command.get(0).equals(Markers.LAUNCHER)
            && command.get(1).equals(LAUNCH);
    return ours ? command.subList(command.indexOf(END_OF_OPTIONS) + 1, command.size()) : command;
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
                .withCommand(unlaunched(container.getCommand()))
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
