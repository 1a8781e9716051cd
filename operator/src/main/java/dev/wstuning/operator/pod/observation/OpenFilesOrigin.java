package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.plan.OpenFilesTuning;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.Order;
import dev.wstuning.operator.pod.tuner.Order.OpenFilesOrder;
import dev.wstuning.operator.pod.tuner.ServerReport;
import java.util.Optional;
import java.util.OptionalLong;

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
    boolean agent = asked(desired, pod) && pod.node().filter(AgentFacts::serving).isPresent();
    if (agent && atMaximum(desired, seen, given)) {
      return new OpenFilesOrigin(
          By.NodeAgent, "it serves there, and the hard limit is the maximum that it was asked for");
    }
    if (given.isPresent()) {
      return seen.soft() == given.get().soft()
          ? asGiven(agent, pod.node(), seen)
          : changedInside(agent, seen, given.get(), helper(pod));
    }
    return withoutWitness(desired, agent, pod, seen);
  }

  /** Without a request no agent has a part in it. */
  private static boolean asked(Desired desired, ObservedPod pod) {
    return pod.facts()
        .serverContainer(desired.container())
        .filter(pod.facts()::asksForOpenFiles)
        .isPresent();
  }

  /** The init container, which tells what pods are given, is not held to the maximum. */
  private static boolean atMaximum(
      Desired desired, OpenFilesLimit seen, Optional<OpenFilesLimit> given) {
    OptionalLong maximum = desired.openFilesMaximum();
    return maximum.isPresent()
        && seen.hard() == maximum.getAsLong()
        && given.filter(g -> g.hard() <= seen.hard()).isEmpty();
  }

  private static Optional<OpenFilesOrder> helper(ObservedPod pod) {
    return pod.facts().tuner().flatMap(Order::of).flatMap(Order::openFiles);
  }

  private static OpenFilesOrigin changedInside(
      boolean agent, OpenFilesLimit seen, OpenFilesLimit given, Optional<OpenFilesOrder> helper) {
    if (helper.filter(h -> isOutcome(seen, h, given)).isPresent()) {
      return new OpenFilesOrigin(
          By.valueOf(helper.get().by().label()),
          "the pod was given %d, which it changed when the server started".formatted(given.soft()));
    }
    return agent && seen.hard() > given.hard()
        ? new OpenFilesOrigin(
            By.NodeAgent,
            "its hard limit is above the %d that the init container had".formatted(given.hard()))
        : new OpenFilesOrigin(
            By.Server,
            "the pod was given %d; the process changed it itself".formatted(given.soft()));
  }

  /** What launcher and library make of a limit; the launcher may have the right to raise both. */
  private static boolean isOutcome(
      OpenFilesLimit seen, OpenFilesOrder helper, OpenFilesLimit given) {
    long minimum = helper.limits().minimum().orElse(0);
    long raised = Math.max(given.soft(), Math.min(given.hard(), minimum));
    boolean raisedBoth =
        helper.by() == OpenFilesTuning.By.LAUNCHER
            && minimum > given.hard()
            && seen.soft() == minimum
            && seen.hard() == minimum;
    return raisedBoth
        || seen.soft() == Math.min(raised, helper.limits().maximum().orElse(Long.MAX_VALUE));
  }

  private static OpenFilesOrigin asGiven(
      boolean agent, Optional<AgentFacts> node, OpenFilesLimit seen) {
    return agent && aboveRuntime(node, seen)
        ? new OpenFilesOrigin(By.NodeAgent, runtimeGives(node))
        : new OpenFilesOrigin(By.Inherited, "what the pod's containers were given");
  }

  /** No init container told what the pod was given. */
  private static OpenFilesOrigin withoutWitness(
      Desired desired, boolean agent, ObservedPod pod, OpenFilesLimit seen) {
    boolean likelyItself = seen.soft() >= seen.hard() - 1;
    boolean asWanted = desired.openFilesMinimum().equals(OptionalLong.of(seen.soft()));
    boolean raised = aboveRuntime(pod.node(), seen);
    if (raised && agent && (asWanted || !likelyItself)) {
      return new OpenFilesOrigin(By.NodeAgent, runtimeGives(pod.node()));
    }
    if (raised && agent) {
      return new OpenFilesOrigin(
          By.Server, runtimeGives(pod.node()) + "; at the hard limit, as processes set it");
    }
    if (raised && !asked(desired, pod)) {
      return new OpenFilesOrigin(
          By.Server, runtimeGives(pod.node()) + ", and the pod asks no agent for more");
    }
    return seen.soft() == seen.hard() - 1
        ? new OpenFilesOrigin(By.Server, "one below the hard limit, as Go sets it")
        : new OpenFilesOrigin(
            By.Inherited, "what the container was started with, or the process set");
  }

  private static boolean aboveRuntime(Optional<AgentFacts> node, OpenFilesLimit seen) {
    return node.filter(n -> n.runtimeSoft().isPresent())
        .filter(n -> seen.soft() > n.runtimeSoft().getAsLong())
        .isPresent();
  }

  /** Without the node's name, so that pods of different nodes make one group. */
  private static String runtimeGives(Optional<AgentFacts> node) {
    return "the runtime there gives %d".formatted(node.orElseThrow().runtimeSoft().getAsLong());
  }
}
