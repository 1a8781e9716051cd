package dev.wstuning.operator.pod.tuner;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan.By;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the arguments of a command one after the other, in the order in which they are written. */
public final class TunerCommandParser {
  private static final Pattern KEEPALIVE_VALUES =
      Pattern.compile("(\\d{1,5})/(\\d{1,5})/(\\d{1,3})");
  private static final Pattern SECONDS = Pattern.compile("\\d{1,5}");
  private static final Pattern LIMIT = Pattern.compile("\\d{1,10}");

  private final Iterator<String> rest;
  private String next;

  /**
   * Reads a command back from its arguments; empty unless they are in the operator's very words,
   * because the tuner might understand others in another way.
   */
  public static Optional<TunerCommand.Reading> read(List<String> arguments) {
    return new TunerCommandParser(arguments)
        .read()
        .flatMap(
            command ->
                Arrays.stream(TuningError.values())
                    .filter(onError -> arguments.contains(TunerCommand.argument(onError)))
                    .filter(onError -> command.arguments(onError).equals(arguments))
                    .findFirst()
                    .map(onError -> new TunerCommand.Reading(command, onError)));
  }

  private TunerCommandParser(List<String> arguments) {
    this.rest = arguments.iterator();
    advance();
  }

  private Optional<TunerCommand> read() {
    Optional<TunerCommand.Command> command =
        take(TunerCommand.Command.APPLY.argument())
            .map(a -> TunerCommand.Command.APPLY)
            .or(
                () ->
                    take(TunerCommand.Command.PRELOAD.argument())
                        .map(a -> TunerCommand.Command.PRELOAD));
    Optional<String> plan = take(TunerCommand.PLAN);
    Optional<String> onError = take(TunerCommand.ON_ERROR);
    if (command.isEmpty() || plan.isEmpty() || onError.isEmpty()) {
      return Optional.empty();
    }
    Optional<Keepalive> keepalive =
        take(TunerCommand.KEEPALIVE).flatMap(TunerCommandParser::keepalive);
    OptionalInt userTimeout =
        take(TunerCommand.USER_TIMEOUT)
            .filter(s -> SECONDS.matcher(s).matches())
            .map(s -> OptionalInt.of(Integer.parseInt(s)))
            .orElse(OptionalInt.empty());
    boolean override = take(TunerCommand.OVERRIDE).isPresent();
    boolean byLibrary = take(TunerCommand.SOCKETS_BY_LIBRARY).isPresent();
    OptionalLong minimum = limit(TunerCommand.OPEN_FILES_MINIMUM);
    Optional<TunerCommand.OpenFilesOption> openFiles = openFiles(minimum);
    boolean awaits = take(TunerCommand.AWAIT).isPresent();
    take(TunerCommand.TO);
    Optional<List<Setting>> settings = settings();
    boolean preload = command.get() == TunerCommand.Command.PRELOAD;
    if (settings.isEmpty() || (preload && !settings.get().isEmpty())) {
      return Optional.empty();
    }
    Optional<SocketOptions> sockets =
        keepalive.isEmpty() && userTimeout.isEmpty()
            ? Optional.empty()
            : Optional.of(new SocketOptions(keepalive, userTimeout, override));
    return Optional.of(
        new TunerCommand(
            command.get(),
            plan.get(),
            sockets,
            byLibrary || (preload && sockets.isPresent()),
            openFiles,
            settings.get(),
            awaits ? minimum : OptionalLong.empty()));
  }

  private Optional<TunerCommand.OpenFilesOption> openFiles(OptionalLong minimum) {
    OptionalLong maximum = limit(TunerCommand.OPEN_FILES_MAXIMUM);
    Optional<String> word = take(TunerCommand.OPEN_FILES_BY);
    return Arrays.stream(By.values())
        .filter(by -> word.filter(by.name().toLowerCase(Locale.ROOT)::equals).isPresent())
        .findFirst()
        .map(by -> new TunerCommand.OpenFilesOption(new OpenFiles(minimum, maximum), by));
  }

  private OptionalLong limit(String prefix) {
    return take(prefix)
        .filter(n -> LIMIT.matcher(n).matches())
        .map(n -> OptionalLong.of(Long.parseLong(n)))
        .orElse(OptionalLong.empty());
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
