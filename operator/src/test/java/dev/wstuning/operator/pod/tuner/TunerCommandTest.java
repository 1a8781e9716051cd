package dev.wstuning.operator.pod.tuner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.pod.plan.OpenFiles;
import dev.wstuning.operator.pod.plan.OpenFilesPlan.By;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.tuner.TunerCommand.Command;
import dev.wstuning.operator.pod.tuner.TunerCommand.OpenFilesOption;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command of the init container can be read back, and nothing else can. */
class TunerCommandTest {

  private static final String PLAN = "0123456789ab";
  private static final Optional<Keepalive> KEEPALIVE = Optional.of(new Keepalive(300, 10, 5));
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(Sysctl.TCP_KEEPALIVE_TIME, "300"),
          new Setting(Sysctl.TCP_RMEM, "4096 131072 6291456"));

  private static final String APPLY =
      "apply --plan=0123456789ab --on-error=start --keepalive=300/10/5 --user-timeout=345"
          + " --override net.ipv4.tcp_keepalive_time=300";
  private static final String PRELOAD =
      "preload --plan=0123456789ab --on-error=start --keepalive=300/10/5 --user-timeout=345"
          + " --override --to=/wstuning";

  @Test
  void theTunerUnderstandsTheseWords() {
    Optional<SocketOptions> all =
        Optional.of(new SocketOptions(KEEPALIVE, OptionalInt.of(345), true));
    TunerCommand apply =
        new TunerCommand(Command.APPLY, PLAN, all, false, Optional.empty(), SETTINGS.subList(0, 1));
    TunerCommand preload =
        new TunerCommand(Command.PRELOAD, PLAN, all, true, Optional.empty(), List.of());

    assertThat(apply.arguments(TuningError.Start)).containsExactly(APPLY.split(" "));
    assertThat(preload.arguments(TuningError.Start)).containsExactly(PRELOAD.split(" "));
    assertThat(preload.arguments(TuningError.Hold)).contains("--on-error=hold");
    assertThat(
            new TunerCommand(Command.APPLY, PLAN, all, true, Optional.empty(), List.of())
                .arguments(TuningError.Start))
        .contains("--sockets-by=preload", "--to=/wstuning");
  }

  @Test
  void oneThatWaitsSaysForWhatAndForHowLong() {
    TunerCommand command =
        new TunerCommand(Command.APPLY, PLAN, Optional.empty(), false, Optional.empty(), List.of())
            .awaiting(OptionalLong.of(65_536));
    TunerCommand raising =
        new TunerCommand(
                Command.PRELOAD,
                PLAN,
                Optional.empty(),
                false,
                Optional.of(
                    new OpenFilesOption(
                        new OpenFiles(OptionalLong.of(64), OptionalLong.empty()), By.LAUNCHER)),
                List.of())
            .awaiting(OptionalLong.of(64));

    assertThat(command.arguments(TuningError.Start))
        .endsWith("--open-files-minimum=65536", "--await-node-agent=45s");
    assertThat(raising.arguments(TuningError.Start))
        .endsWith(
            "--open-files-minimum=64",
            "--open-files-by=launcher",
            "--await-node-agent=45s",
            "--to=/wstuning");
  }

  @ParameterizedTest
  @MethodSource("everyForm")
  void everyFormIsReadBack(TunerCommand command) {
    for (TuningError onError : TuningError.values()) {
      assertThat(TunerCommandParser.read(command.arguments(onError)))
          .contains(new TunerCommand.Reading(command, onError));
    }
  }

  static Stream<TunerCommand> everyForm() {
    return withoutWaiting().flatMap(TunerCommandTest::waitingOrNot);
  }

  /** What it waits for is the minimum that is raised in the pod, if something is. */
  private static Stream<TunerCommand> waitingOrNot(TunerCommand command) {
    OptionalLong minimum =
        command.openFiles().map(o -> o.limits().minimum()).orElse(OptionalLong.of(65_536));
    return minimum.isPresent() ? Stream.of(command, command.awaiting(minimum)) : Stream.of(command);
  }

  private static Stream<TunerCommand> withoutWaiting() {
    return sockets()
        .flatMap(
            sockets ->
                openFiles()
                    .flatMap(
                        files ->
                            Stream.of(
                                new TunerCommand(
                                    Command.APPLY, PLAN, sockets, false, files, SETTINGS),
                                new TunerCommand(
                                    Command.APPLY, PLAN, sockets, false, files, List.of()),
                                new TunerCommand(
                                    Command.APPLY,
                                    PLAN,
                                    sockets,
                                    sockets.isPresent(),
                                    files,
                                    SETTINGS),
                                new TunerCommand(
                                    Command.PRELOAD,
                                    PLAN,
                                    sockets,
                                    sockets.isPresent(),
                                    files,
                                    List.of()))));
  }

  private static Stream<Optional<OpenFilesOption>> openFiles() {
    OptionalLong none = OptionalLong.empty();
    return Stream.of(
        Optional.empty(),
        Optional.of(new OpenFilesOption(new OpenFiles(OptionalLong.of(64), none), By.PRELOAD)),
        Optional.of(new OpenFilesOption(new OpenFiles(none, OptionalLong.of(64)), By.LAUNCHER)),
        Optional.of(
            new OpenFilesOption(
                new OpenFiles(OptionalLong.of(56_024), OptionalLong.of(1_073_741_816)),
                By.LAUNCHER)));
  }

  private static Stream<Optional<SocketOptions>> sockets() {
    List<Optional<SocketOptions>> sockets = new ArrayList<>(List.of(Optional.empty()));
    for (boolean override : new boolean[] {false, true}) {
      sockets.add(Optional.of(new SocketOptions(KEEPALIVE, OptionalInt.empty(), override)));
      sockets.add(Optional.of(new SocketOptions(KEEPALIVE, OptionalInt.of(86_400), override)));
      sockets.add(Optional.of(new SocketOptions(Optional.empty(), OptionalInt.of(1), override)));
    }
    return sockets.stream();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // another command, or more than one
        "",
        "observe --plan=0123456789ab --on-error=start",
        "applying --plan=0123456789ab --on-error=start",
        "apply preload --plan=0123456789ab --on-error=start",
        // something is missing
        "apply",
        "apply --plan=0123456789ab",
        "apply --on-error=start",
        "preload --plan=0123456789ab --on-error=start --keepalive=300/10/5",
        // each has its own
        "apply --plan=0123456789ab --on-error=start --keepalive=300/10/5 --to=/wstuning",
        "preload --plan=0123456789ab --on-error=start --to=/wstuning net.core.somaxconn=1",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64 --open-files-by=preload",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64 --to=/wstuning",
        "apply --plan=0123456789ab --on-error=start --open-files-by=agent --to=/wstuning",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=064"
            + " --open-files-by=preload --to=/wstuning",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=99999999999"
            + " --open-files-by=preload --to=/wstuning",
        "apply --plan=0123456789ab --on-error=start --await-node-agent=45s",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64 --await-node-agent=61s",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64 --await-node-agent=45s1",
        "apply --plan=0123456789ab --on-error=start --open-files-maximum=64 --await-node-agent=45s",
        "apply --plan=0123456789ab --on-error=start --open-files-minimum=64"
            + " --open-files-maximum=64 --await-node-agent=45s",
        // another order, or twice
        "apply --plan=0123456789ab --on-error=start --await-node-agent=45s --open-files-minimum=64",
        "apply --on-error=start --plan=0123456789ab",
        "apply --plan=0123456789ab --on-error=start --user-timeout=20 --keepalive=300/10/5",
        "apply --plan=0123456789ab --on-error=start net.core.somaxconn=1 --user-timeout=20",
        "apply --plan=0123456789ab --on-error=start --user-timeout=20 --user-timeout=21",
        // unknown
        "apply --plan=0123456789ab --on-error=start --verbose",
        "apply --plan=0123456789ab --on-error=start --verbose net.core.somaxconn=1",
        "apply --plan=0123456789ab --on-error=start kernel.core_pattern=core",
        "apply --plan=0123456789ab --on-error=start net.core.somaxconn",
        // what the tuner understands otherwise, or not at all
        "apply --plan=0123456789ab --on-error=ignore",
        "apply --plan=0123456789ab --on-error=start --keepalive=300/10",
        "apply --plan=0123456789ab --on-error=start --keepalive=300/10/5/1",
        "apply --plan=0123456789ab --on-error=start --keepalive=0300/10/5",
        "apply --plan=0123456789ab --on-error=start --keepalive=-1/10/5",
        "apply --plan=0123456789ab --on-error=start --keepalive=999999/10/5",
        "apply --plan=0123456789ab --on-error=start --user-timeout=20s",
        "apply --plan=0123456789ab --on-error=start --user-timeout=",
        "apply --plan=0123456789ab --on-error=start --user-timeout=020",
        "apply --plan=0123456789ab --on-error=start --user-timeout=99999999999",
        "apply --plan=0123456789ab --on-error=start --override",
        "apply --plan=0123456789ab --on-error=start --user-timeout=20 --override=false",
        "preload --plan=0123456789ab --on-error=start --user-timeout=20 --to=/wstuning/elsewhere",
      })
  void nothingElseIs(String arguments) {
    assertThat(TunerCommandParser.read(Arrays.asList(arguments.split(" ")))).isEmpty();
  }

  @Test
  void noArgumentsAreNoOrder() {
    assertThat(TunerCommandParser.read(List.of())).isEmpty();
  }
}
