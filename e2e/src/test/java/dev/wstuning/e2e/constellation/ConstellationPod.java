package dev.wstuning.e2e.constellation;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Servers;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the pods of constellations: layout.py in an image that has Python.
 *
 * @param image that of the Python server
 */
record ConstellationPod(String image) {

  private static final String PROGRAM =
      Installation.read(Cluster.root().resolve("e2e/src/test/resources/constellation/layout.py"));

  Pod of(Constellation constellation) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(constellation.app())
        .addToLabels("app", constellation.app())
        .endMetadata()
        .withNewSpec()
        .withTerminationGracePeriodSeconds(0L)
        .withShareProcessNamespace(
            constellation.sidecar() == Sidecar.SHARING_PROCESSES ? true : null)
        .withNewSecurityContext()
        .withRunAsUser(constellation.user().pod)
        .withRunAsGroup(constellation.user().pod)
        .endSecurityContext()
        .withContainers(containers(constellation))
        .endSpec()
        .build();
  }

  private List<Container> containers(Constellation constellation) {
    List<Container> containers = new ArrayList<>(List.of(server(constellation)));
    if (constellation.sidecar() != Sidecar.NONE) {
      containers.add(
          container("sidecar", constellation.user().sidecar, "sidecar", Sidecar.PORT).build());
    }
    return containers;
  }

  private Container server(Constellation constellation) {
    Ports ports = constellation.ports();
    String[] arguments =
        Stream.of(
                Stream.of(constellation.layout().argument()),
                ports.arguments.stream(),
                constellation.startup().arguments.stream())
            .flatMap(words -> words)
            .toArray(String[]::new);
    ContainerBuilder server =
        container(Servers.CONTAINER, constellation.user().server, arguments)
            .withPorts(ports.declared.stream().map(ConstellationPod::port).toList());
    return constellation.startup().hasReadinessProbe()
        ? server
            .withNewReadinessProbe()
            .withNewTcpSocket()
            .withPort(new IntOrString(ports.first()))
            .endTcpSocket()
            .withPeriodSeconds(1)
            .endReadinessProbe()
            .build()
        : server.build();
  }

  private ContainerBuilder container(String name, Long user, String... arguments) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withCommand("/usr/bin/python3", "-c", PROGRAM)
        .withArgs(arguments)
        .withNewSecurityContext()
        .withRunAsUser(user)
        .withRunAsGroup(user)
        .endSecurityContext();
  }

  private static ContainerPort port(int number) {
    return new ContainerPortBuilder().withContainerPort(number).build();
  }
}
