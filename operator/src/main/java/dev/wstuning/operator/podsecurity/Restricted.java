package dev.wstuning.operator.podsecurity;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;

/**
 * Security contexts without any privilege. Those of a user other than root are admissible under the
 * Pod Security level restricted.
 */
public final class Restricted {

  /** The user of containers that need no other. */
  public static final long USER = 65532;

  private Restricted() {}

  /** For a container that runs as {@link #USER}. */
  public static SecurityContext context() {
    return unprivileged().withRunAsUser(USER).withRunAsGroup(USER).withRunAsNonRoot(true).build();
  }

  /** For a container that must own files of root, and may do nothing else that root may. */
  public static SecurityContext ofRoot() {
    return unprivileged().withRunAsUser(0L).build();
  }

  private static SecurityContextBuilder unprivileged() {
    return new SecurityContextBuilder()
        .withPrivileged(false)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile();
  }
}
