package dev.wstuning.e2e.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The operator may add observers to running pods, and no other container. */
class ObserverPolicyIT {

  private static final String POLICY = "wstuning-observers";

  private static Stage stage;
  private static Pod pod;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    pod = stage.pod(stage.namespace);
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Test
  void anObserverIsAllowed() {
    assertThat(add(stage.operator, pod, observer()).getSpec().getEphemeralContainers()).hasSize(1);
  }

  @TestFactory
  Stream<DynamicTest> soAreOneForASecondLookAndOneOfTheVersionBefore() {
    return Stream.of("wst-observe-8f14e45f-5e4d0001-2", "wst-observe-8f14e45f")
        .map(
            name ->
                dynamicTest(
                    name,
                    () -> {
                      EphemeralContainer named = observer();
                      named.setName(name);
                      assertThat(add(stage.operator, pod, named).getSpec().getEphemeralContainers())
                          .hasSize(1);
                    }));
  }

  @Test
  void anObserverIsAllowedBesideAContainerOfSomebodyElse() {
    Pod debugged = stage.pod(stage.namespace);
    EphemeralContainer debugger =
        new EphemeralContainerBuilder().withName("debugger").withImage("busybox").build();
    stage
        .admin
        .pods()
        .resource(debugged)
        .ephemeralContainers()
        .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), body(debugger));

    assertThat(add(stage.operator, debugged, observer()).getSpec().getEphemeralContainers())
        .hasSize(2);
  }

  @Test
  void othersMayAddWhatTheyLike() {
    EphemeralContainer shell =
        new EphemeralContainerBuilder().withName("shell").withImage("busybox").build();
    assertThat(add(stage.admin, pod, shell).getSpec().getEphemeralContainers()).hasSize(1);
  }

  @Test
  void podsOfTheSystemAndOfTheOperatorAreOutOfBounds() {
    for (String namespace : List.of("kube-system", Stage.OWN_NAMESPACE, "wstuning-nodes")) {
      Pod other = stage.pod(namespace);
      Stage.assertRefused(
          POLICY,
          "observes no pods of kube-system, wstuning-system and wstuning-nodes",
          () -> add(stage.operator, other, observer()));
    }
  }

  @TestFactory
  Stream<DynamicTest> aNameOrAnImageOfAnotherKindIsRefused() {
    String called = "called wst-observe- and groups of eight hexadecimal digits";
    return Stream.of(
        refused("another name", called, c -> c.withName("debugger")),
        refused("a longer name", called, c -> c.withName("wst-observe-0123456789")),
        refused("a third look", called, c -> c.withName("wst-observe-8f14e45f-5e4d0001-3")),
        refused("another image", "runs the image of the tuner", c -> c.withImage("busybox")),
        refused(
            "another tag",
            "runs the image of the tuner",
            c -> c.withImage("localhost/wstuning/tuner:0.2.0-evil")));
  }

  @TestFactory
  Stream<DynamicTest> aProgramOfAnotherKindIsRefused() {
    String program = "runs the image's own entry point with observe as its first argument";
    String inputs = "has no environment, no volumes and no terminal";
    return Stream.of(
        refused("a command", program, c -> c.withCommand("/bin/sh")),
        refused("another argument", program, c -> c.withArgs("apply", "observe")),
        refused("no argument", program, c -> c.withArgs(List.of())),
        refused("a variable", inputs, c -> c.addNewEnv().withName("A").withValue("1").endEnv()),
        refused(
            "variables of a ConfigMap",
            inputs,
            c -> c.addNewEnvFrom().withNewConfigMapRef("settings", true).endEnvFrom()),
        refused(
            "a volume",
            inputs,
            c -> c.addNewVolumeMount().withName("data").withMountPath("/data").endVolumeMount()),
        refused("standard input", inputs, c -> c.withStdin(true)),
        refused("a terminal", inputs, c -> c.withTty(true)));
  }

  @TestFactory
  Stream<DynamicTest> privilegeIsRefused() {
    String unprivileged = "is unprivileged, runs as non-root and drops all capabilities";
    return Stream.of(
        refused("no security context", unprivileged, c -> c.withSecurityContext(null)),
        refused(
            "privileged",
            unprivileged,
            c ->
                c.editSecurityContext()
                    .withPrivileged(true)
                    .withAllowPrivilegeEscalation(true)
                    .endSecurityContext()),
        refused(
            "escalation",
            unprivileged,
            c -> c.editSecurityContext().withAllowPrivilegeEscalation(null).endSecurityContext()),
        refused(
            "root",
            unprivileged,
            c -> c.editSecurityContext().withRunAsNonRoot(false).endSecurityContext()),
        refused(
            "capabilities kept",
            unprivileged,
            c -> c.editSecurityContext().withCapabilities(null).endSecurityContext()),
        refused(
            "a capability added",
            unprivileged,
            c ->
                c.editSecurityContext()
                    .editCapabilities()
                    .withAdd("NET_ADMIN")
                    .endCapabilities()
                    .endSecurityContext()));
  }

  /** A test that an observer with this change is refused with this message. */
  private static DynamicTest refused(
      String name, String message, UnaryOperator<EphemeralContainerBuilder> change) {
    EphemeralContainer changed = change.apply(new EphemeralContainerBuilder(observer())).build();
    return dynamicTest(
        name, () -> Stage.assertRefused(POLICY, message, () -> add(stage.operator, pod, changed)));
  }

  /** An observer as the operator makes it. */
  private static EphemeralContainer observer() {
    return new EphemeralContainerBuilder()
        .withName("wst-observe-8f14e45f-5e4d0001")
        .withImage("localhost/wstuning/tuner:0.2.0")
        .withArgs("observe", "--start=8f14e45f")
        .withTargetContainerName("server")
        .withSecurityContext(Stage.podSpec().getContainers().get(0).getSecurityContext())
        .build();
  }

  private static Pod add(KubernetesClient client, Pod to, EphemeralContainer container) {
    PatchContext dryRun =
        new PatchContext.Builder()
            .withPatchType(PatchType.STRATEGIC_MERGE)
            .withDryRun(List.of("All"))
            .build();
    return client.pods().resource(to).ephemeralContainers().patch(dryRun, body(container));
  }

  private static String body(EphemeralContainer container) {
    return Serialization.asJson(
        new PodBuilder().withNewSpec().withEphemeralContainers(container).endSpec().build());
  }
}
