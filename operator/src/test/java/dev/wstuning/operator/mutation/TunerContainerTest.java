package dev.wstuning.operator.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.operator.api.v1alpha1.WebSocketTuningSpec.TuningError;
import dev.wstuning.operator.fixtures.TestPod;
import dev.wstuning.operator.mutation.Order.Command;
import dev.wstuning.operator.tuning.Keepalive;
import dev.wstuning.operator.tuning.SocketOptions;
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
  void whatWasInjectedIsBelieved(Command command) {
    assertThat(TunerContainer.believable(container(command))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void soItIsWithTheTokenThatEveryContainerGets(Command command) {
    assertThat(TunerContainer.believable(changed(command, c -> mounted(c, "token", TOKEN))))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void soIsThatOfAnotherVersion(Command command) {
    assertThat(TunerContainer.believable(changed(command, c -> c.withImage("tuner:2")))).isTrue();
  }

  record Forgery(String what, UnaryOperator<ContainerBuilder> change) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Forgery> forgeries() {
    return Stream.of(
        new Forgery("a command", c -> c.withCommand("/bin/sh")),
        new Forgery("a variable", c -> c.addNewEnv().withName("A").withValue("b").endEnv()),
        new Forgery("variables", c -> c.addNewEnvFrom().withPrefix("A").endEnvFrom()),
        new Forgery("another mount", c -> mounted(c, "v", "/lib")),
        new Forgery("a mount over the report", c -> mounted(c, "v", "/dev/termination-log")),
        new Forgery(
            "a device",
            c -> c.addNewVolumeDevice().withName("v").withDevicePath("/d").endVolumeDevice()),
        new Forgery("another directory", c -> c.withWorkingDir("/tmp")),
        new Forgery("a hook", c -> c.withNewLifecycle().withStopSignal("SIGKILL").endLifecycle()),
        new Forgery("its last words", c -> c.withTerminationMessagePolicy("FallbackToLogsOnError")),
        new Forgery("no security context", c -> c.withSecurityContext(null)),
        new Forgery(
            "another user", c -> c.editSecurityContext().withRunAsUser(1000L).endSecurityContext()),
        new Forgery(
            "capabilities",
            c ->
                c.editSecurityContext()
                    .withNewCapabilities()
                    .addToAdd("NET_ADMIN")
                    .endCapabilities()
                    .endSecurityContext()),
        new Forgery(
            "a root file system that can be written",
            c -> c.editSecurityContext().withReadOnlyRootFilesystem(false).endSecurityContext()),
        new Forgery("another argument", c -> c.addToArgs("--help")));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void whatWasChangedIsNot(Forgery forgery) {
    for (Command command : Command.values()) {
      assertThat(TunerContainer.believable(changed(command, forgery.change()))).isFalse();
    }
  }

  @Test
  void theLibraryMustGoWhereTheServerLooksForIt() {
    assertThat(TunerContainer.believable(preload(c -> c.withVolumeMounts(List.of())))).isFalse();
    assertThat(
            TunerContainer.believable(
                preload(c -> c.editFirstVolumeMount().withName("other").endVolumeMount())))
        .isFalse();
    assertThat(
            TunerContainer.believable(
                preload(c -> c.editFirstVolumeMount().withSubPath("x").endVolumeMount())))
        .isFalse();
  }

  @Test
  void aPrivilegeThatDoesNotFitTheCommandIsNotBelieved() {
    Container privileged = container(Command.APPLY);
    Container restricted = container(Command.PRELOAD);

    assertThat(
            TunerContainer.believable(
                preload(c -> c.withSecurityContext(privileged.getSecurityContext()))))
        .isFalse();
    assertThat(
            TunerContainer.believable(
                changed(
                    Command.APPLY, c -> c.withSecurityContext(restricted.getSecurityContext()))))
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
        new Order(command, "0123456789ab", Optional.of(sockets), Optional.empty(), List.of()),
        TuningError.Start,
        TestPod.named("chat-1").build());
  }
}
