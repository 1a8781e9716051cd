package dev.wstuning.operator.pod.injection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.deadpeer.Keepalive;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.pod.plan.SocketOptions;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.pod.tuner.TunerCommand.Command;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Only what was injected is believed: any change that could change its report is seen. */
class TunerContainerTest {

  private static final String TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount";

  @ParameterizedTest
  @EnumSource
  void anInjectedContainerIsBelieved(Command command) {
    assertThat(believable(container(command))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aContainerWithAServiceAccountTokenIsBelieved(Command command) {
    assertThat(believable(changed(command, c -> mounted(c, "token", TOKEN)))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void aContainerOfAnotherVersionIsBelieved(Command command) {
    assertThat(believable(changed(command, c -> c.withImage("tuner:2")))).isTrue();
  }

  record Change(String what, UnaryOperator<ContainerBuilder> change) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** By webhooks for identities and proxies, by mirrors, by policies. */
  static Stream<Change> additions() {
    return Stream.of(
        new Change(
            "a variable", c -> c.addNewEnv().withName("AWS_ROLE_ARN").withValue("b").endEnv()),
        new Change("variables", c -> c.addNewEnvFrom().withPrefix("A").endEnvFrom()),
        new Change(
            "a token", c -> mounted(c, "t", "/var/run/secrets/eks.amazonaws.com/serviceaccount")),
        new Change("a certificate", c -> mounted(c, "v", "/etc/ssl/certs")),
        new Change("a folder whose name begins alike", c -> mounted(c, "v", "/devices")),
        new Change("another image", c -> c.withImage("mirror.example.com/x@sha256:00")),
        new Change("another pull policy", c -> c.withImagePullPolicy("Always")),
        new Change("another directory", c -> c.withWorkingDir("/tmp")),
        new Change("resources", c -> c.withNewResources().addToLimits("cpu", null).endResources()),
        new Change(
            "a profile",
            c ->
                c.editSecurityContext()
                    .withNewSeLinuxOptions()
                    .withType("spc_t")
                    .endSeLinuxOptions()
                    .endSecurityContext()));
  }

  @ParameterizedTest
  @MethodSource("additions")
  void whatOthersAddDoesNotMatterToAStaticProgram(Change addition) {
    for (Command command : Command.values()) {
      assertThat(believable(changed(command, addition.change()))).isTrue();
    }
  }

  static Stream<Change> forgeries() {
    return Stream.of(
        new Change("a command", c -> c.withCommand("/bin/sh")),
        new Change("a mount over the report", c -> mounted(c, "v", "/dev/termination-log")),
        new Change("a mount over its folder", c -> mounted(c, "v", "/dev")),
        new Change("a mount over everything", c -> mounted(c, "v", "/")),
        new Change("a mount over the program", c -> mounted(c, "v", "/tuner")),
        new Change("a mount over what it reads", c -> mounted(c, "v", "/proc/sys")),
        new Change("a mount by a detour", c -> mounted(c, "v", "/x/../dev/")),
        new Change("a mount into its volume", c -> mounted(c, "v", "/wstuning/x")),
        new Change(
            "a device over the report",
            c ->
                c.addNewVolumeDevice()
                    .withName("v")
                    .withDevicePath("/dev/termination-log")
                    .endVolumeDevice()),
        new Change("its last words", c -> c.withTerminationMessagePolicy("FallbackToLogsOnError")),
        new Change("another report", c -> c.withTerminationMessagePath("/tmp/report")),
        new Change("another argument", c -> c.addToArgs("--help")));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void aChangedContainerIsNotBelieved(Change forgery) {
    for (Command command : Command.values()) {
      assertThat(believable(changed(command, forgery.change()))).isFalse();
    }
  }

  @Test
  void theLibraryMustGoWhereTheServerLooksForIt() {
    assertThat(believable(preload(c -> c.withVolumeMounts(List.of())))).isFalse();
    assertThat(
            believable(preload(c -> c.editFirstVolumeMount().withName("other").endVolumeMount())))
        .isFalse();
    assertThat(believable(preload(c -> c.editFirstVolumeMount().withSubPath("x").endVolumeMount())))
        .isFalse();
  }

  private static Container preload(UnaryOperator<ContainerBuilder> change) {
    return changed(Command.PRELOAD, change);
  }

  private static Container changed(Command command, UnaryOperator<ContainerBuilder> change) {
    return change.apply(new ContainerBuilder(container(command))).build();
  }

  private static ContainerBuilder mounted(ContainerBuilder container, String volume, String path) {
    return container.addNewVolumeMount().withName(volume).withMountPath(path).endVolumeMount();
  }

  private static Container container(Command command) {
    SocketOptions sockets =
        new SocketOptions(
            Optional.of(new Keepalive(300, 10, 5)), OptionalInt.of(345), /* override= */ true);
    return TunerContainer.create(
        TestPod.TUNER_IMAGE,
        new TunerCommand(
            command,
            "v1:0123456789ab",
            Optional.of(sockets),
            command == Command.PRELOAD,
            Optional.empty(),
            List.of()),
        TuningError.Start,
        TestPod.named("chat-1").build());
  }

  @Test
  void aContainerWithoutArgumentsHasNoCommand() {
    Container without = container(Command.APPLY);
    without.setArgs(null);

    assertThat(TunerContainer.read(without).command()).isEmpty();
    assertThat(believable(without)).isFalse();
  }

  private static boolean believable(Container container) {
    return TunerContainer.read(container).believable();
  }
}
