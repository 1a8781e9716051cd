package dev.wstuning.operator.pod.injection;

import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.OpenFilesPlan.By;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.ServerContainer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the server's container gets, in addition to the pod's init container.
 *
 * @param server the container that runs the server; empty if that is unclear
 * @param library whether it gets the library
 * @param openFilesBy what changes its limit of open files in the pod; empty if nothing does
 * @param leftOut why it does not get what the plan allows; empty if it does
 */
record ServerAdditions(
    Optional<Container> server,
    boolean library,
    Optional<By> openFilesBy,
    Optional<String> leftOut) {

  static ServerAdditions of(Pod pod, TuningPlan plan) {
    Optional<Container> server = server(pod, plan.container());
    boolean launcherAllowed = plan.openFiles().filter(OpenFilesPlan::launcher).isPresent();
    boolean libraryAllowed = plan.openFiles().filter(OpenFilesPlan::preload).isPresent();
    Optional<String> noLauncher = obstacle(server, ServerAdditions::obstacleToLauncher);
    Optional<String> noLibrary = obstacle(server, ServerAdditions::obstacleToLibrary);

    boolean launcher = launcherAllowed && noLauncher.isEmpty();
    boolean raises = libraryAllowed && !launcher && noLibrary.isEmpty();
    boolean tunesSockets = plan.byLibrary() && noLibrary.isEmpty();
    boolean lacksLibrary =
        noLibrary.isPresent() && (plan.byLibrary() || (libraryAllowed && !launcher));
    boolean lacksLauncher = launcherAllowed && !launcher && !raises;
    return new ServerAdditions(
        server,
        raises || tunesSockets,
        launcher ? Optional.of(By.LAUNCHER) : Optional.of(By.PRELOAD).filter(by -> raises),
        reasons(
            lacksLibrary ? noLibrary : Optional.empty(),
            lacksLauncher ? noLauncher : Optional.empty()));
  }

  /** Whether the launcher starts the server. */
  boolean launched() {
    return openFilesBy.filter(by -> by == By.LAUNCHER).isPresent();
  }

  private static Optional<Container> server(Pod pod, Optional<String> asked) {
    List<Container> containers = pod.getSpec().getContainers();
    return ServerContainer.of(
            asked,
            Objects.requireNonNullElse(pod.getMetadata().getAnnotations(), Map.of()),
            containers.stream().map(Container::getName).toList())
        .flatMap(n -> containers.stream().filter(c -> c.getName().equals(n)).findFirst());
  }

  private interface Look {
    Optional<String> at(Container server);
  }

  private static Optional<String> obstacle(Optional<Container> server, Look look) {
    return server.isPresent()
        ? look.at(server.get())
        : Optional.of("it is unclear which container runs the server");
  }

  /** The entry point of an image is not known at admission. */
  private static Optional<String> obstacleToLauncher(Container server) {
    return server.getCommand().isEmpty()
        ? Optional.of("container %s has no command to launch".formatted(server.getName()))
        : TunerVolume.obstacle(server);
  }

  private static Optional<String> obstacleToLibrary(Container server) {
    return server.getEnv().stream().anyMatch(e -> e.getName().equals(TunerVolume.VARIABLE))
        ? Optional.of("container %s sets LD_PRELOAD itself".formatted(server.getName()))
        : TunerVolume.obstacle(server);
  }

  private static Optional<String> reasons(Optional<String> first, Optional<String> second) {
    return Optional.of(
            Stream.of(first, second)
                .flatMap(Optional::stream)
                .distinct()
                .collect(Collectors.joining("; ")))
        .filter(text -> !text.isEmpty());
  }
}
