package dev.wstuning.operator.mutation;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.Mechanism;
import dev.wstuning.operator.tuning.Setting;
import dev.wstuning.operator.tuning.SocketOptions;
import dev.wstuning.operator.tuning.SocketTuning;
import dev.wstuning.operator.tuning.Sysctl;
import dev.wstuning.operator.tuning.TuningPlan;
import io.fabric8.kubernetes.api.model.Container;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an injected init container is told to do: its arguments, and back.
 *
 * @param command which of the tuner's commands
 * @param plan the hash of the plan
 * @param sockets what accepted sockets shall have; empty if nothing is done to them
 * @param settings the sysctls that it writes
 */
public record Order(
    Command command, String plan, Optional<SocketOptions> sockets, List<Setting> settings) {

  /** The commands of the tuner that run in init containers. */
  public enum Command {
    /** Writes sysctls and attaches the socket programs; privileged. */
    APPLY,
    /** Fills the library into a volume. */
    PRELOAD;

    private String argument() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String PLAN = "--plan=";
  private static final String ON_ERROR = "--on-error=";
  private static final String KEEPALIVE = "--keepalive=";
  private static final String USER_TIMEOUT = "--user-timeout=";
  private static final String OVERRIDE = "--override";
  private static final String TO = "--to=" + PreloadVolume.PATH;

  private static final Pattern KEEPALIVE_VALUES =
      Pattern.compile("(\\d{1,5})/(\\d{1,5})/(\\d{1,3})");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,5}");

  /** What the init container of a pod with this plan is told; empty if the plan needs none. */
  public static Optional<Order> of(TuningPlan plan) {
    Optional<SocketOptions> sockets = plan.sockets().map(SocketTuning::options);
    if (plan.mechanism() == Mechanism.INIT_CONTAINER) {
      return Optional.of(new Order(Command.APPLY, plan.hash(), sockets, plan.settings()));
    }
    return sockets.map(s -> new Order(Command.PRELOAD, plan.hash(), sockets, List.of()));
  }

  List<String> arguments(TuningError onError) {
    List<String> arguments = new ArrayList<>();
    arguments.add(command.argument());
    arguments.add(PLAN + plan);
    arguments.add(ON_ERROR + onError.name().toLowerCase(Locale.ROOT));
    sockets.flatMap(SocketOptions::keepalive).ifPresent(k -> arguments.add(KEEPALIVE + k));
    sockets.map(SocketOptions::userTimeoutSeconds).stream()
        .flatMapToInt(OptionalInt::stream)
        .forEach(seconds -> arguments.add(USER_TIMEOUT + seconds));
    if (sockets.filter(SocketOptions::override).isPresent()) {
      arguments.add(OVERRIDE);
    }
    if (command == Command.PRELOAD) {
      arguments.add(TO);
    }
    settings.forEach(s -> arguments.add(s.toString()));
    return arguments;
  }

  /**
   * Reads back what {@code container} was told; empty unless it was told so in the operator's very
   * words, for the tuner might understand other ones otherwise.
   */
  public static Optional<Order> of(Container container) {
    List<String> arguments = Objects.requireNonNullElse(container.getArgs(), List.of());
    Optional<Order> order = new Reader(arguments).read();
    return order.filter(
        o ->
            Arrays.stream(TuningError.values())
                .anyMatch(onError -> o.arguments(onError).equals(arguments)));
  }

  /** Takes the arguments one after the other, in the order in which they are written. */
  private static final class Reader {
    private final Iterator<String> rest;
    private String next;

    Reader(List<String> arguments) {
      this.rest = arguments.iterator();
      advance();
    }

    Optional<Order> read() {
      Optional<Command> command =
          take(Command.APPLY.argument())
              .map(a -> Command.APPLY)
              .or(() -> take(Command.PRELOAD.argument()).map(a -> Command.PRELOAD));
      Optional<String> plan = take(PLAN);
      Optional<String> onError = take(ON_ERROR);
      if (command.isEmpty() || plan.isEmpty() || onError.isEmpty()) {
        return Optional.empty();
      }
      Optional<Keepalive> keepalive = take(KEEPALIVE).flatMap(Reader::keepalive);
      OptionalInt userTimeout =
          take(USER_TIMEOUT)
              .filter(s -> SECONDS.matcher(s).matches())
              .map(s -> OptionalInt.of(Integer.parseInt(s)))
              .orElse(OptionalInt.empty());
      boolean override = take(OVERRIDE).isPresent();
      boolean toVolume = take(TO).isPresent();
      Optional<List<Setting>> settings = settings();
      boolean preload = command.get() == Command.PRELOAD;
      if (settings.isEmpty() || toVolume != preload || (preload && !settings.get().isEmpty())) {
        return Optional.empty();
      }
      Optional<SocketOptions> sockets =
          keepalive.isEmpty() && userTimeout.isEmpty()
              ? Optional.empty()
              : Optional.of(new SocketOptions(keepalive, userTimeout, override));
      return Optional.of(new Order(command.get(), plan.get(), sockets, settings.get()));
    }

    /** What follows {@code prefix} in the next argument; empty, and left there, if it differs. */
    private Optional<String> take(String prefix) {
      if (next == null || !next.startsWith(prefix)) {
        return Optional.empty();
      }
      String value = next.substring(prefix.length());
      advance();
      return Optional.of(value);
    }

    private void advance() {
      next = rest.hasNext() ? rest.next() : null;
    }

    private static Optional<Keepalive> keepalive(String text) {
      Matcher values = KEEPALIVE_VALUES.matcher(text);
      return values.matches()
          ? Optional.of(
              new Keepalive(
                  Integer.parseInt(values.group(1)),
                  Integer.parseInt(values.group(2)),
                  Integer.parseInt(values.group(3))))
          : Optional.empty();
    }

    private Optional<List<Setting>> settings() {
      List<Setting> settings = new ArrayList<>();
      for (; next != null; advance()) {
        String[] parts = next.split("=", 2);
        Optional<Sysctl> sysctl = Sysctl.ofKey(parts[0]);
        if (parts.length < 2 || sysctl.isEmpty()) {
          return Optional.empty();
        }
        settings.add(new Setting(sysctl.get(), parts[1]));
      }
      return Optional.of(settings);
    }
  }
}
