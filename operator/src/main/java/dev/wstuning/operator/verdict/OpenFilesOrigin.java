package dev.wstuning.operator.verdict;

import dev.wstuning.operator.mutation.Order;
import dev.wstuning.operator.mutation.Order.OpenFilesOrder;
import dev.wstuning.operator.report.OpenFilesLimit;
import dev.wstuning.operator.report.ServerReport;
import dev.wstuning.operator.selection.AgentFacts;
import dev.wstuning.operator.tuning.OpenFiles;
import java.util.Optional;

/**
 * What made a server's limit of open files what it is. It is inferred: from what the init container
 * was given by the runtime or the node's agent, which the server's container was given, too.
 */
public record OpenFilesOrigin(By by, String reason) {

  /** In the order in which they act. */
  public enum By {
    Inherited,
    NodeAgent,
    Launcher,
    Preload,
    Server
  }

  /** The origin of the limit that {@code report} tells of. */
  public static OpenFilesOrigin of(Desired desired, ObservedPod pod, ServerReport report) {
    OpenFilesLimit seen = report.nofile();
    Optional<OpenFilesLimit> given = pod.boot().openFilesGiven();
    Optional<OpenFilesOrder> helper =
        pod.facts().tuner().flatMap(Order::of).flatMap(Order::openFiles);
    if (lowered(desired, pod.node(), seen)) {
      return new OpenFilesOrigin(By.NodeAgent, "it serves there, and lowers to the maximum");
    }
    if (given.isPresent() && seen.soft() != given.get().soft()) {
      return changedInside(seen, given.get(), helper);
    }
    return givenFromOutside(pod.node(), seen, given);
  }

  /** The init container, which tells what pods are given, is not held to the maximum. */
  private static boolean lowered(Desired desired, Optional<AgentFacts> node, OpenFilesLimit seen) {
    boolean atMaximum =
        desired.openFilesMaximum().isPresent()
            && seen.hard() == desired.openFilesMaximum().getAsLong();
    return atMaximum && node.filter(AgentFacts::serving).isPresent();
  }

  private static OpenFilesOrigin changedInside(
      OpenFilesLimit seen, OpenFilesLimit given, Optional<OpenFilesOrder> helper) {
    if (helper.filter(h -> outcome(h.limits(), given) == seen.soft()).isPresent()) {
      return new OpenFilesOrigin(
          By.valueOf(helper.get().by().label()),
          "the pod was given %d, which it changed when the server started".formatted(given.soft()));
    }
    return seen.hard() > given.hard()
        ? new OpenFilesOrigin(
            By.NodeAgent,
            "its hard limit is above the %d that the init container had".formatted(given.hard()))
        : new OpenFilesOrigin(
            By.Server,
            "the pod was given %d; the process changed it itself".formatted(given.soft()));
  }

  /** What launcher and library make of a limit. */
  private static long outcome(OpenFiles wanted, OpenFilesLimit given) {
    long raised = Math.max(given.soft(), Math.min(given.hard(), wanted.minimum().orElse(0)));
    return Math.min(raised, wanted.maximum().orElse(Long.MAX_VALUE));
  }

  private static OpenFilesOrigin givenFromOutside(
      Optional<AgentFacts> node, OpenFilesLimit seen, Optional<OpenFilesLimit> given) {
    boolean raised =
        node.filter(n -> n.runtimeSoft().isPresent())
            .filter(n -> seen.soft() > n.runtimeSoft().getAsLong())
            .isPresent();
    if (raised && node.get().serving()) {
      String from =
          "the runtime of node %s gives %d"
              .formatted(node.get().name(), node.get().runtimeSoft().getAsLong());
      boolean likelyItself = given.isEmpty() && seen.soft() >= seen.hard() - 1;
      return likelyItself
          ? new OpenFilesOrigin(By.Server, from + "; at the hard limit, as processes set it")
          : new OpenFilesOrigin(By.NodeAgent, from);
    }
    if (given.isEmpty() && seen.soft() == seen.hard() - 1) {
      return new OpenFilesOrigin(By.Server, "one below the hard limit, as Go sets it");
    }
    return given.isPresent()
        ? new OpenFilesOrigin(By.Inherited, "what the pod's containers were given")
        : new OpenFilesOrigin(
            By.Inherited, "what the runtime gives, or the process set; nothing else was asked to");
  }
}
