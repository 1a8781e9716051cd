package dev.wstuning.operator.observer;

import dev.wstuning.operator.tuning.Sysctl;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The ephemeral container that observes: no privilege, admissible under the level restricted. */
final class ObserverContainer {

  private static final long USER = 65532;

  /** What every observer reads, in the order in which it reports. */
  private static final String KEYS =
      Arrays.stream(Sysctl.values()).map(Sysctl::key).collect(Collectors.joining(","));

  private ObserverContainer() {}

  /** All that makes one question to a server different from another, for its start token. */
  static String question(List<Integer> ports, String request) {
    return String.join("\n", request, ports.toString(), KEYS);
  }

  static EphemeralContainer create(
      String name, String image, String start, List<Integer> ports, String serverContainer) {
    return new EphemeralContainerBuilder()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(arguments(start, ports))
        .withTargetContainerName(serverContainer)
        .withTerminationMessagePolicy("File")
        .withNewSecurityContext()
        .withPrivileged(false)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withRunAsNonRoot(true)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .build();
  }

  /** Every key is read, whatever was asked for, so that a report outlives a change of the spec. */
  private static List<String> arguments(String start, List<Integer> ports) {
    List<String> arguments = new ArrayList<>(List.of("observe", "--start=" + start));
    if (!ports.isEmpty()) {
      arguments.add(
          "--ports=" + ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    arguments.add("--keys=" + KEYS);
    return arguments;
  }
}
