package dev.wstuning.operator.pod.observation;

import io.fabric8.kubernetes.api.model.ContainerUser;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.util.OptionalLong;

/**
 * Who a container's processes run as.
 *
 * @param user the numeric id; empty if it is unknown
 * @param group that of the primary group; empty if it is unknown
 */
public record UserIds(OptionalLong user, OptionalLong group) {

  static final UserIds UNKNOWN = new UserIds(OptionalLong.empty(), OptionalLong.empty());

  /** As a container's spec states it. */
  static UserIds of(SecurityContext context) {
    return context == null ? UNKNOWN : of(context.getRunAsUser(), context.getRunAsGroup());
  }

  /** As a pod's spec states it for containers that state nothing. */
  static UserIds of(PodSecurityContext context) {
    return context == null ? UNKNOWN : of(context.getRunAsUser(), context.getRunAsGroup());
  }

  /** As the kubelet reports it since Kubernetes 1.33: also what only the image states. */
  static UserIds of(ContainerUser user) {
    return user == null || user.getLinux() == null
        ? UNKNOWN
        : of(user.getLinux().getUid(), user.getLinux().getGid());
  }

  private static UserIds of(Long user, Long group) {
    return user == null && group == null ? UNKNOWN : new UserIds(optional(user), optional(group));
  }

  private static OptionalLong optional(Long id) {
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** Each as it is here, else as it is there. */
  UserIds or(UserIds other) {
    return new UserIds(
        user.isPresent() ? user : other.user, group.isPresent() ? group : other.group);
  }

  public boolean ofRoot() {
    return user.isPresent() && user.getAsLong() == 0;
  }
}
