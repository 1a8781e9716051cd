package dev.wstuning.operator.pod.observation;

import java.util.List;
import java.util.Optional;

/**
 * What went wrong when a pod booted.
 *
 * @param sysctls that the kernel refused, or of which it kept other values
 * @param sockets why accepted sockets do not get their options; empty if they do
 * @param openFiles why nothing in the pod changes the limit of open files; empty if it does
 * @param report why what was reported cannot be used; empty if it can
 */
public record BootProblems(
    List<String> sysctls,
    Optional<String> sockets,
    Optional<String> openFiles,
    Optional<String> report) {

  static final BootProblems NONE =
      new BootProblems(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

  static BootProblems unreadable(String problem) {
    return new BootProblems(List.of(), Optional.empty(), Optional.empty(), Optional.of(problem));
  }

  public boolean none() {
    return equals(NONE);
  }
}
