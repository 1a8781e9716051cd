package dev.wstuning.operator.podsecurity;

import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.OptionalLong;

/**
 * Security contexts without any privilege. Those of a user other than root are admissible under the
 * Pod Security level restricted.
 */
public final class Restricted {

  /** The user of our images. */
  private static final long USER = 65532;

  private Restricted() {}

  /**
   * For a container that may run as anyone but root. It states no user, so that policies may choose
   * one of a range: it gets its pod's, else its image's.
   */
  public static SecurityContext context() {
    return unprivileged().withRunAsNonRoot(true).build();
  }

  /**
   * The same in a pod that may state a user for its containers.
   *
   * @param ofRoot whether that user is root: the kubelet would refuse the container
   */
  public static SecurityContext context(boolean ofRoot) {
    return ofRoot ? context(USER, OptionalLong.empty()) : context();
  }

  /** For a container that must run as this user, who is not root. */
  public static SecurityContext context(long user, OptionalLong group) {
    return unprivileged()
        .withRunAsUser(user)
        .withRunAsGroup(group.isPresent() ? group.getAsLong() : null)
        .withRunAsNonRoot(true)
        .build();
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
