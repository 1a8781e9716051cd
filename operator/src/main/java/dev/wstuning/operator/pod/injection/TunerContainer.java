package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.pod.tuner.TunerCommandParser;
import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.VolumeDevice;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The init container: fixed image, arguments from a closed list, nothing else. */
public final class TunerContainer {

  private static final String TERMINATION_LOG = "/dev/termination-log";

  /**
   * The program itself, where it reports, what it reads and writes, and where it puts its files.
   */
  private static final List<String> NOT_TO_BE_HIDDEN =
      List.of("/tuner", "/dev", "/proc", "/sys", TunerVolume.PATH);

  private TunerContainer() {}

  static Container create(String image, TunerCommand command, TuningError onError, Pod pod) {
    return new ContainerBuilder()
        .withName(Markers.INIT_CONTAINER)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(command.arguments(onError))
        .withResources(InitContainerResources.in(pod))
        .withVolumeMounts(mounts(command))
        .withSecurityContext(securityContext(command, pod))
        .withTerminationMessagePath(TERMINATION_LOG)
        .withTerminationMessagePolicy("File")
        .build();
  }

  private static List<VolumeMount> mounts(TunerCommand command) {
    return command.fillsVolume() ? List.of(TunerVolume.mount(false)) : List.of();
  }

  private static SecurityContext securityContext(TunerCommand command, Pod pod) {
    return switch (command.command()) {
      case APPLY -> privileged();
      case PRELOAD -> Restricted.context(isOfRoot(pod.getSpec().getSecurityContext()));
    };
  }

  private static boolean isOfRoot(PodSecurityContext context) {
    return context != null && Long.valueOf(0).equals(context.getRunAsUser());
  }

  /**
   * Overrides everything that the pod may set for its containers and that would keep this one out.
   */
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

  /** Reads what a container does, regardless of what injected it. */
  public static InjectedTuner read(Container container) {
    Optional<TunerCommand.Reading> read =
        TunerCommandParser.read(Objects.requireNonNullElse(container.getArgs(), List.of()));
    Optional<TunerCommand> command = read.map(TunerCommand.Reading::command);
    return new InjectedTuner(
        command,
        read.filter(t -> t.onError() == TuningError.Hold).isPresent(),
        command.isPresent() && believable(container, command.get()),
        container.getSecurityContext() != null
            && Boolean.TRUE.equals(container.getSecurityContext().getPrivileged()),
        Optional.ofNullable(container.getImage()));
  }

  /**
   * Whether the container runs what the operator injects, of this or another version, and what it
   * reports comes from that: only then may its report be believed. What others add at admission
   * does not matter to a static program: variables, and mounts that hide nothing of it. A pod may
   * bring such a container itself; it then does what its arguments say, too.
   */
  private static boolean believable(Container container, TunerCommand command) {
    List<VolumeMount> own = mounts(command);
    return container.getCommand().isEmpty()
        && container.getVolumeMounts().containsAll(own)
        && container.getVolumeMounts().stream()
            .filter(mount -> !own.contains(mount))
            .map(VolumeMount::getMountPath)
            .noneMatch(TunerContainer::hides)
        && container.getVolumeDevices().stream()
            .map(VolumeDevice::getDevicePath)
            .noneMatch(TunerContainer::hides)
        && TERMINATION_LOG.equals(
            Objects.requireNonNullElse(container.getTerminationMessagePath(), TERMINATION_LOG))
        && "File".equals(container.getTerminationMessagePolicy());
  }

  /** Whether something mounted at {@code path} could stand in for what the program is or reads. */
  private static boolean hides(String path) {
    String mounted = withSlash(path);
    return NOT_TO_BE_HIDDEN.stream()
        .map(TunerContainer::withSlash)
        .anyMatch(own -> own.startsWith(mounted) || mounted.startsWith(own));
  }

  /** Not by java.nio: it refuses some paths, depending on the locale. */
  private static String withSlash(String path) {
    Deque<String> folders = new ArrayDeque<>();
    for (String name : path.split("/")) {
      if (name.equals("..")) {
        folders.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        folders.addLast(name);
      }
    }
    return folders.isEmpty() ? "/" : "/" + String.join("/", folders) + "/";
  }
}
