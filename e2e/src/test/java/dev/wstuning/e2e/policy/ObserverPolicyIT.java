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
  Stream<DynamicTest> soAreOthersThatTheOperatorMakes() {
    return Stream.of(
        allowed("a second look", c -> c.withName("wst-observe-8f14e45f-5e4d0001-2")),
        allowed("a later one", c -> c.withName("wst-observe-8f14e45f-5e4d0001-4")),
        allowed(
            "one of the version before",
            c ->
                c.withName("wst-observe-8f14e45f")
                    .withArgs(
                        "observe",
                        "--start=8f14e45f",
                        "--ports=8080,9090",
                        "--probe=false",
                        "--keys=net.core.somaxconn,net.ipv4.tcp_rmem")),
        allowed(
            "with every argument",
            c ->
                c.withArgs(
                    "observe",
                    "--start=8f14e45f",
                    "--declared=1,22,333,4444,55555,6,7,65535",
                    "--keys=net.core.somaxconn",
                    "--probe=true",
                    "--alone",
                    "--wait=300s")),
        allowed("of the server's user", c -> user(c, 1000L, 1000L)),
        allowed("of a user of a range", c -> user(c, 1_000_710_000L, null)));
  }

  private static EphemeralContainerBuilder user(
      EphemeralContainerBuilder container, Long user, Long group) {
    return container
        .editSecurityContext()
        .withRunAsUser(user)
        .withRunAsGroup(group)
        .endSecurityContext();
  }

  /** A test that an observer with this change is allowed. */
  private static DynamicTest allowed(String name, UnaryOperator<EphemeralContainerBuilder> change) {
    EphemeralContainer changed = change.apply(new EphemeralContainerBuilder(observer())).build();
    return dynamicTest(
        name,
        () ->
            assertThat(add(stage.operator, pod, changed).getSpec().getEphemeralContainers())
                .hasSize(1));
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
        refused("a tenth look", called, c -> c.withName("wst-observe-8f14e45f-5e4d0001-10")),
        refused("another image", "runs the image of the tuner", c -> c.withImage("busybox")),
        refused(
            "another tag",
            "runs the image of the tuner",
            c -> c.withImage("localhost/wstuning/tuner:0.2.0-evil")));
  }

  @TestFactory
  Stream<DynamicTest> aProgramOfAnotherKindIsRefused() {
    String fields = "no other field that the operator does not set";
    return Stream.of(
        refused("a command", fields, c -> c.withCommand("/bin/sh")),
        refused("a variable", fields, c -> c.addNewEnv().withName("A").withValue("1").endEnv()),
        refused(
            "variables of a ConfigMap",
            fields,
            c -> c.addNewEnvFrom().withNewConfigMapRef("settings", true).endEnvFrom()),
        refused(
            "a volume",
            fields,
            c -> c.addNewVolumeMount().withName("data").withMountPath("/data").endVolumeMount()),
        refused("standard input", fields, c -> c.withStdin(true)),
        refused("a terminal", fields, c -> c.withTty(true)),
        refused("a folder", fields, c -> c.withWorkingDir("/proc")),
        refused("another report", fields, c -> c.withTerminationMessagePath("/tuner")));
  }

  @TestFactory
  Stream<DynamicTest> anArgumentOfAnotherKindIsRefused() {
    return Stream.concat(
        Stream.of(
                "--report=/proc/1/root/app/config",
                "-report=/proc/1/root/app/config",
                "--report",
                "--help",
                "--",
                "observe",
                "/proc/1/root/app/config",
                "--start=../../app",
                "--start=8f14e45f\n",
                "--ports=",
                "--ports=0",
                "--ports=1,2,3,4,5,6,7,8,9",
                "--ports=8080 --report=/app",
                "--declared=http",
                "--keys=kernel.core_pattern",
                "--keys=net.ipv4/../../kernel/core_pattern",
                "--probe",
                "--probe=yes",
                "--alone=true",
                "--wait=1h",
                "--wait=301s",
                "--wait=60s\n--report=/app")
            .map(argument -> arguments(argument.strip(), "observe", "--start=8f14e45f", argument)),
        Stream.of(
            arguments("another command", "apply", "observe"),
            arguments("a flag before the command", "--start=8f14e45f", "observe"),
            arguments("no argument")));
  }

  /** A test that an observer with these arguments is refused. */
  private static DynamicTest arguments(String name, String... arguments) {
    return refused(
        name,
        "runs observe with --start, --ports, --declared, --keys, --probe, --alone and --wait, and nothing",
        c -> c.withArgs(arguments));
  }

  @TestFactory
  Stream<DynamicTest> privilegeIsRefused() {
    String unprivileged =
        "is unprivileged, drops all capabilities and has the runtime's seccomp profile";
    String nonRoot = "runs as non-root, and states neither user 0 nor group 0";
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
            "perhaps root",
            nonRoot,
            c -> c.editSecurityContext().withRunAsNonRoot(false).endSecurityContext()),
        refused("root", nonRoot, c -> user(c, 0L, null)),
        refused("the group of root", nonRoot, c -> user(c, 1000L, 0L)),
        refused(
            "another type of SELinux",
            unprivileged,
            c ->
                c.editSecurityContext()
                    .withNewSeLinuxOptions(null, null, "spc_t", null)
                    .endSecurityContext()),
        refused(
            "no AppArmor",
            unprivileged,
            c ->
                c.editSecurityContext()
                    .withNewAppArmorProfile(null, "Unconfined")
                    .endSecurityContext()),
        refused(
            "no seccomp",
            unprivileged,
            c ->
                c.editSecurityContext()
                    .withNewSeccompProfile(null, "Unconfined")
                    .endSecurityContext()),
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
        .editSecurityContext()
        .withReadOnlyRootFilesystem(true)
        .endSecurityContext()
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
