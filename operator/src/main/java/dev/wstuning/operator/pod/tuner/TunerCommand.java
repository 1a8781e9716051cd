package dev.wstuning.operator.pod.tuner;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.plan.OpenFilesPlan.By;
import dev.wstuning.operator.pod.plan.SocketMechanism;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.plan.TuningPlan;
import dev.wstuning.operator.pod.selection.Markers;
import dev.wstuning.operator.sysctl.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The command of an injected init container: to its arguments, and back.
 *
 * @param command which of the tuner's commands
 * @param plan the hash of the plan
 * @param sockets what accepted sockets should have; empty if nothing is done to them
 * @param library whether the preload library sets them, and not the socket programs
 * @param openFiles what it prepares for the server's limit of open files; empty if nothing
 * @param settings the sysctls that it writes
 * @param awaited the open files for which it waits where the node's agent may come too late; empty
 *     if it does not wait. That is nothing that a plan decides.
 */
public record TunerCommand(
    Command command,
    String plan,
    Optional<SocketOptions> sockets,
    boolean library,
    Optional<OpenFilesOption> openFiles,
    List<Setting> settings,
    OptionalLong awaited) {

  /** The exit code of a container that waits: it ends, and the kubelet makes another one. */
  public static final int AWAITS_AGENT = 75;

  /** A command that does not wait. */
  public TunerCommand(
      Command command,
      String plan,
      Optional<SocketOptions> sockets,
      boolean library,
      Optional<OpenFilesOption> openFiles,
      List<Setting> settings) {
    this(command, plan, sockets, library, openFiles, settings, OptionalLong.empty());
  }

  /**
   * @param by what changes the limit when the server starts: that goes into the volume
   */
  public record OpenFilesOption(OpenFiles limits, By by) {}

  /** The commands of the tuner that run in init containers. */
  public enum Command {
    /** Writes sysctls and attaches the socket programs; privileged. */
    APPLY("apply"),
    /** Fills library and launcher into a volume. */
    PRELOAD("preload");

    private final String argument;

    Command(String argument) {
      this.argument = argument;
    }

    String argument() {
      return argument;
    }
  }

  static final String PLAN = Markers.PLAN_ARGUMENT;
  static final String ON_ERROR = "--on-error=";
  static final String KEEPALIVE = "--keepalive=";
  static final String USER_TIMEOUT = "--user-timeout=";
  static final String OVERRIDE = "--override";
  static final String SOCKETS_BY_LIBRARY = "--sockets-by=preload";
  static final String OPEN_FILES_MINIMUM = "--open-files-minimum=";
  static final String OPEN_FILES_MAXIMUM = "--open-files-maximum=";
  static final String OPEN_FILES_BY = "--open-files-by=";
  static final String AWAIT = "--await-node-agent=45s";
  static final String TO = "--to=" + Markers.VOLUME_PATH;

  /**
   * Whether a pod with this plan may have an init container with this command, or none. Whether it
   * waits for the node's agent depends on the nodes that there were when the pod was created.
   *
   * @param leftOut whether the server goes without library or launcher
   */
  public static boolean fits(TuningPlan plan, Optional<TunerCommand> command, boolean leftOut) {
    Optional<By> by = command.flatMap(TunerCommand::openFiles).map(OpenFilesOption::by);
    boolean allowed =
        leftOut || by.isPresent() || plan.openFiles().filter(OpenFilesPlan::helped).isEmpty();
    boolean library = !leftOut || command.filter(TunerCommand::library).isPresent();
    Optional<TunerCommand> withoutWaiting = command.map(c -> c.awaiting(OptionalLong.empty()));
    return allowed && of(plan, by, library).equals(withoutWaiting);
  }

  /**
   * The command of the init container; empty if it needs none.
   *
   * @param by what changes the server's limit of open files in the pod; empty if nothing does
   * @param library whether the server gets the library
   */
  public static Optional<TunerCommand> of(TuningPlan plan, Optional<By> by, boolean library) {
    boolean apply = plan.applies();
    boolean byLibrary = library && plan.byLibrary();
    Optional<SocketOptions> sockets =
        plan.sockets().filter(s -> byLibrary || plan.byPrograms()).map(SocketMechanism::options);
    Optional<OpenFilesOption> openFiles =
        plan.openFiles().flatMap(o -> by.map(present -> new OpenFilesOption(o.limits(), present)));
    return apply || sockets.isPresent() || openFiles.isPresent()
        ? Optional.of(
            new TunerCommand(
                apply ? Command.APPLY : Command.PRELOAD,
                plan.hash(),
                sockets,
                byLibrary,
                openFiles,
                apply ? plan.settings() : List.of()))
        : Optional.empty();
  }

  /**
   * What the agent of a pod's node does, in the same words; empty if it sets neither sysctls nor
   * options of sockets.
   */
  public static Optional<TunerCommand> ofNode(TuningPlan plan) {
    return of(plan, Optional.empty(), false);
  }

  /** The same for another plan of the same values. */
  public TunerCommand withPlan(String hash) {
    return new TunerCommand(command, hash, sockets, library, openFiles, settings, awaited);
  }

  /** The same if it waits until the node's agent grants this. */
  public TunerCommand awaiting(OptionalLong openFilesMinimum) {
    return new TunerCommand(command, plan, sockets, library, openFiles, settings, openFilesMinimum);
  }

  /** Whether something goes into the volume that the server mounts. */
  public boolean fillsVolume() {
    return library || openFiles.isPresent();
  }

  public List<String> arguments(TuningError onError) {
    List<String> arguments = new ArrayList<>();
    arguments.add(command.argument());
    arguments.add(PLAN + plan);
    arguments.add(argument(onError));
    sockets.flatMap(SocketOptions::keepalive).ifPresent(k -> arguments.add(KEEPALIVE + k));
    sockets.map(SocketOptions::userTimeoutSeconds).stream()
        .flatMapToInt(OptionalInt::stream)
        .forEach(seconds -> arguments.add(USER_TIMEOUT + seconds));
    if (sockets.filter(SocketOptions::override).isPresent()) {
      arguments.add(OVERRIDE);
    }
    if (library && command == Command.APPLY) {
      arguments.add(SOCKETS_BY_LIBRARY);
    }
    openFiles.ifPresent(
        o -> {
          o.limits().minimum().ifPresent(n -> arguments.add(OPEN_FILES_MINIMUM + n));
          o.limits().maximum().ifPresent(n -> arguments.add(OPEN_FILES_MAXIMUM + n));
          arguments.add(OPEN_FILES_BY + o.by().name().toLowerCase(Locale.ROOT));
        });
    if (awaited.isPresent()) {
      if (openFiles.isEmpty()) {
        arguments.add(OPEN_FILES_MINIMUM + awaited.getAsLong());
      }
      arguments.add(AWAIT);
    }
    if (fillsVolume()) {
      arguments.add(TO);
    }
    settings.forEach(s -> arguments.add(s.toString()));
    return arguments;
  }

  /**
   * A command as it stands in a container.
   *
   * @param onError what it does on failure
   */
  public record Reading(TunerCommand command, TuningError onError) {}

  static String argument(TuningError onError) {
    return switch (onError) {
      case Start -> ON_ERROR + "start";
      case Hold -> ON_ERROR + "hold";
    };
  }
}
