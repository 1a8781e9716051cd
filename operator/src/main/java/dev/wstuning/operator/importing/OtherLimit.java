package dev.wstuning.operator.importing;

import java.util.Set;

/** Why limits other than open files have no place. */
final class OtherLimit {

  private static final Set<String> PROCESSES =
      Set.of("nproc", "LimitNPROC", "TasksMax", "DefaultTasksMax");

  private OtherLimit() {}

  static boolean known(String directive) {
    return PROCESSES.contains(directive);
  }

  static String why(String limit) {
    return PROCESSES.contains(limit)
        ? "processes and threads of a pod are bounded by the kubelet (podPidsLimit)"
        : "neither resource takes it: of limits they have open files only";
  }
}
