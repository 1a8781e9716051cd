package dev.wstuning.operator.pod.observation;

import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.tuner.InjectedTuner;
import dev.wstuning.operator.pod.tuner.OpenFilesLimit;
import dev.wstuning.operator.pod.tuner.ServerReport;
import dev.wstuning.operator.pod.tuner.TunerCommand;
import dev.wstuning.operator.pod.tuner.TunerCommand.OpenFilesOption;
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
  public static OpenFilesOrigin of(Expectation expectation, ObservedPod pod, ServerReport report) {
    OpenFilesLimit seen = report.nofile();
    Optional<OpenFilesLimit> given = pod.boot().openFilesGiven();
    boolean agent =
        asked(expectation, pod) && pod.node().filter(NodeAgentReport::serving).isPresent();
    if (agent && atMaximum(expectation, seen, given)) {
      return new OpenFilesOrigin(
          By.NodeAgent, "it serves there, and the hard limit is the maximum that it was asked for");
    }
    if (given.isPresent()) {
      return seen.soft() == given.get().soft()
          ? asGiven(agent, pod.node(), seen)
          : changedInside(agent, seen, given.get(), helper(pod));
    }
    return withoutWitness(expectation, agent, pod, seen);
  }

  /** Without a request no agent has a part in it. */
  private static boolean asked(Expectation expectation, ObservedPod pod) {
    return pod.facts()
        .serverContainer(expectation.container())
        .filter(pod.facts()::asksForOpenFiles)
        .isPresent();
  }

  /** The init container, which tells what pods are given, is not held to the maximum. */
  private static boolean atMaximum(
      Expectation expectation, OpenFilesLimit seen, Optional<OpenFilesLimit> given) {
    OptionalLong maximum = expectation.openFilesMaximum();
    return maximum.isPresent()
        && seen.hard() == maximum.getAsLong()
        && given.filter(g -> g.hard() <= seen.hard()).isEmpty();
  }

  private static Optional<OpenFilesOption> helper(ObservedPod pod) {
    return pod.facts().tuner().flatMap(InjectedTuner::command).flatMap(TunerCommand::openFiles);
  }

  private static OpenFilesOrigin changedInside(
      boolean agent, OpenFilesLimit seen, OpenFilesLimit given, Optional<OpenFilesOption> helper) {
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
      OpenFilesLimit seen, OpenFilesOption helper, OpenFilesLimit given) {
    long minimum = helper.limits().minimum().orElse(0);
    long raised = Math.max(given.soft(), Math.min(given.hard(), minimum));
    boolean raisedBoth =
        helper.by() == OpenFilesPlan.By.LAUNCHER
            && minimum > given.hard()
            && seen.soft() == minimum
            && seen.hard() == minimum;
    return raisedBoth
        || seen.soft() == Math.min(raised, helper.limits().maximum().orElse(Long.MAX_VALUE));
  }

  private static OpenFilesOrigin asGiven(
      boolean agent, Optional<NodeAgentReport> node, OpenFilesLimit seen) {
    return agent && aboveRuntime(node, seen)
        ? new OpenFilesOrigin(By.NodeAgent, runtimeGives(node))
        : new OpenFilesOrigin(By.Inherited, "what the pod's containers were given");
  }

  /** No init container told what the pod was given. */
  private static OpenFilesOrigin withoutWitness(
      Expectation expectation, boolean agent, ObservedPod pod, OpenFilesLimit seen) {
    boolean likelyItself = seen.soft() >= seen.hard() - 1;
    boolean asWanted = expectation.openFilesMinimum().equals(OptionalLong.of(seen.soft()));
    boolean raised = aboveRuntime(pod.node(), seen);
    if (raised && agent && (asWanted || !likelyItself)) {
      return new OpenFilesOrigin(By.NodeAgent, runtimeGives(pod.node()));
    }
    if (raised && agent) {
      return new OpenFilesOrigin(
          By.Server, runtimeGives(pod.node()) + "; at the hard limit, as processes set it");
    }
    if (raised && !asked(expectation, pod)) {
      return new OpenFilesOrigin(
          By.Server, runtimeGives(pod.node()) + ", and the pod asks no agent for more");
    }
    return seen.soft() == seen.hard() - 1
        ? new OpenFilesOrigin(By.Server, "one below the hard limit, as Go sets it")
        : new OpenFilesOrigin(
            By.Inherited, "what the container was started with, or the process set");
  }

  private static boolean aboveRuntime(Optional<NodeAgentReport> node, OpenFilesLimit seen) {
    return node.filter(n -> n.runtimeSoft().isPresent())
        .filter(n -> seen.soft() > n.runtimeSoft().getAsLong())
        .isPresent();
  }

  /** Without the node's name, so that pods of different nodes make one group. */
  private static String runtimeGives(Optional<NodeAgentReport> node) {
    return "the runtime there gives %d".formatted(node.orElseThrow().runtimeSoft().getAsLong());
  }
}
