package dev.wstuning.operator.pod.observer;

import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;

/** The ephemeral container that observes: no privilege, admissible under the level restricted. */
final class ObserverContainer {

  private static final long USER = 65532;

  private ObserverContainer() {}

  static EphemeralContainer create(Errand errand, String image) {
    return new EphemeralContainerBuilder()
        .withName(errand.observer())
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(errand.command().arguments(errand.start()))
        .withTargetContainerName(errand.container())
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
}
