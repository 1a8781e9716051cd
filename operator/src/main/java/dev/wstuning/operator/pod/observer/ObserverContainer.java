package dev.wstuning.operator.pod.observer;

import dev.wstuning.operator.pod.observation.UserIds;
import dev.wstuning.operator.podsecurity.Restricted;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.OptionalLong;

/** The ephemeral container that observes: no privilege, admissible under the level restricted. */
final class ObserverContainer {

  private ObserverContainer() {}

  static EphemeralContainer create(Errand errand, String image) {
    return new EphemeralContainerBuilder()
        .withName(errand.name().text())
        .withImage(image)
        .withImagePullPolicy("IfNotPresent")
        .withArgs(errand.arguments())
        .withTargetContainerName(errand.container())
        .withTerminationMessagePolicy("File")
        .withSecurityContext(securityContext(errand))
        .build();
  }

  /**
   * Runs as the server, whose open files only the same user and group may list: without a stated
   * group the container has group 0, as most servers do. Never as root: of a server of root it sees
   * what everyone does. Supplementary groups are the pod's in any case.
   */
  private static SecurityContext securityContext(Errand errand) {
    UserIds server = errand.pod().user(errand.container());
    if (server.user().isEmpty() || server.ofRoot()) {
      return Restricted.context(errand.pod().isOfRoot());
    }
    OptionalLong group = server.group();
    return Restricted.context(
        server.user().getAsLong(),
        group.isPresent() && group.getAsLong() > 0 ? group : OptionalLong.empty());
  }
}
