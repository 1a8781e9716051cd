package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;

/** The ephemeral container that observes: no privilege, admissible under the level restricted. */
final class ObserverContainer {

  private ObserverContainer() {}

  static EphemeralContainer create(Errand errand, String image) {
    return new EphemeralContainerBuilder()
        .withName(errand.name().text())
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(errand.command().arguments(errand.name().startText()))
        .withTargetContainerName(errand.container())
        .withTerminationMessagePolicy("File")
        .withSecurityContext(Restricted.context())
        .build();
  }
}
