package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Finding;
import dev.wstuning.operator.guardrail.Refusal;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.sysctl.Setting;
import dev.wstuning.operator.sysctl.Sysctl;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Wanted settings that need privilege that pods do not have. */
final class Privilege {

  private static final String ENFORCE = "pod-security.kubernetes.io/enforce";
  private static final String ENFORCE_VERSION = "pod-security.kubernetes.io/enforce-version";

  private Privilege() {}

  static Optional<Finding> needed(Expectation expectation) {
    return expectation.plan().notPossible().isEmpty() || expectation.plan().byNode()
        ? Optional.empty()
        : Optional.of(
            Finding.bad(
                expectation.insistsOnPrivilege() && capped(expectation)
                    ? TuningReason.PrivilegeNotAllowed
                    : TuningReason.NeedsPrivilege,
                "%s; not set: %s"
                    .formatted(
                        expectation.plan().reason(),
                        expectation.plan().notPossible().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining("; "))),
                next(expectation)));
  }

  private static String next(Expectation expectation) {
    String newerVersion =
        versionThatAdmitsMore(expectation).stream()
            .mapToObj(
                minor ->
                    "set the namespace's label %s to v1.%d or later; or "
                        .formatted(ENFORCE_VERSION, minor))
            .findFirst()
            .orElse("");
    String byPod = admission(expectation);
    String byPrivilege =
        expectation.insistsOnPrivilege()
            ? "set spec.methods.privilege to Auto or Unprivileged, or " + byPod
            : "remove these settings, or set spec.methods.privilege to Auto%s, and "
                    .formatted(capped(expectation) ? "" : " or Privileged")
                + byPod;
    return newerVersion
        + byPrivilege
        + (libraryWouldHelp(expectation)
            ? "; or add Preload to spec.methods.sockets, which needs no privilege"
            : "");
  }

  /** Whether the cluster's administrator allows no privilege. */
  static boolean capped(Expectation expectation) {
    return expectation.planContext().allowance().privilege().isPresent();
  }

  /** How pods come to be admitted with privilege. */
  static String admission(Expectation expectation) {
    Optional<Refusal> cap = expectation.planContext().allowance().privilege();
    if (cap.isPresent()) {
      return cap.get().next();
    }
    return expectation.planContext().userNamespace() && expectation.planContext().admitsPrivileged()
        ? "remove hostUsers: false from the pods"
        : "let the namespace admit privileged pods (its label %s)".formatted(ENFORCE);
  }

  /** The y of the version 1.y of Pod Security that admits more of the sysctls. */
  private static OptionalInt versionThatAdmitsMore(Expectation expectation) {
    if (!expectation.planContext().pinned()) {
      return OptionalInt.empty();
    }
    return expectation.targets().asked().stream()
        .map(Setting::sysctl)
        .filter(s -> !s.safeIn(expectation.planContext().safeSysctlsOf()))
        .map(Sysctl::safeSince)
        .flatMapToInt(OptionalInt::stream)
        .max();
  }

  private static boolean libraryWouldHelp(Expectation expectation) {
    return expectation.targets().sockets().isPresent() && expectation.plan().sockets().isEmpty();
  }
}
