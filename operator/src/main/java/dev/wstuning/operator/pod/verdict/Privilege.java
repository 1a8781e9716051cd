package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.Desired;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Optional;
import java.util.OptionalInt;

/** What is asked for and needs privilege that pods do not have. */
final class Privilege {

  private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
  private static final String ENFORCE_VERSION = "pod-security.kubernetes.io/enforce-version";

  private Privilege() {}

  static Optional<Finding> needed(Desired desired) {
    return desired.plan().notPossible().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.bad(
                Reason.NeedsPrivilege,
                "%s; not set: %s"
                    .formatted(
                        desired.plan().reason(), String.join("; ", desired.plan().notPossible())),
                next(desired)));
  }

  private static String next(Desired desired) {
    String newerVersion =
        versionThatAdmitsMore(desired).stream()
            .mapToObj(
                minor ->
                    "set the namespace's label %s to v1.%d or later; or "
                        .formatted(ENFORCE_VERSION, minor))
            .findFirst()
            .orElse("");
    String byPod =
        desired.surroundings().userNamespace() && desired.surroundings().admitsPrivileged()
            ? "remove hostUsers: false from the pods"
            : "let the namespace admit privileged pods (its label %s)".formatted(ENFORCE);
    String byPrivilege =
        desired.insistsOnPrivilege()
            ? "set spec.privilege to Auto or Unprivileged, or " + byPod
            : "remove these settings, or let the pods be privileged: spec.privilege, and " + byPod;
    return newerVersion
        + byPrivilege
        + (libraryWouldHelp(desired) ? "; spec.preload Allowed needs no privilege" : "");
  }

  /** The y of the version 1.y of Pod Security as of which more of the sysctls are safe. */
  private static OptionalInt versionThatAdmitsMore(Desired desired) {
    if (!desired.surroundings().pinned()) {
      return OptionalInt.empty();
    }
    return desired.wanted().asked().stream()
        .map(Setting::sysctl)
        .filter(s -> !s.safeIn(desired.surroundings().safeSysctlsOf()))
        .map(Sysctl::safeSince)
        .flatMapToInt(OptionalInt::stream)
        .max();
  }

  private static boolean libraryWouldHelp(Desired desired) {
    return desired.wanted().sockets().isPresent() && desired.plan().sockets().isEmpty();
  }
}
