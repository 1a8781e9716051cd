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
 * What set a server's open files limit. It is inferred from the limit that the runtime or the
 * node's agent gave to the init container, because the server's container got the same.
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

  /** The origin of the limit in {@code report}. */
  public static OpenFilesOrigin of(Expectation expectation, ObservedPod pod, ServerReport report) {
    OpenFilesLimit seen = report.nofile();
    Optional<OpenFilesLimit> given = pod.boot().openFilesGiven();
    boolean agent =
        asked(expectation, pod) && pod.node().filter(NodeAgentReport::serving).isPresent();
    if (agent && atMaximum(expectation, seen, given)) {
      return new OpenFilesOrigin(
          By.NodeAgent, "it serves the node, and the hard limit is the requested maximum");
    }
    if (given.isPresent()) {
      return seen.soft() == given.get().soft()
          ? asGiven(agent, pod.node(), seen)
          : changedInside(agent, seen, given.get(), helper(pod));
    }
    return withoutWitness(expectation, agent, pod, seen);
  }

  /** Without a request no agent sets it. */
  private static boolean asked(Expectation expectation, ObservedPod pod) {
    return pod.facts()
        .serverContainer(expectation.container())
        .filter(pod.facts()::asksForOpenFiles)
        .isPresent();
  }

  /** The init container, which shows what pods are given, is not held to the maximum. */
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
          "the pod was given " + given.soft() + ", which it changed when the server started");
    }
    return agent && seen.hard() > given.hard()
        ? new OpenFilesOrigin(
            By.NodeAgent,
            "its hard limit is above the " + given.hard() + " that the init container had")
        : new OpenFilesOrigin(
            By.Server, "the pod was given " + given.soft() + "; the process changed it itself");
  }

  /**
   * Whether the launcher or the library sets this limit; the launcher may have the right to raise
   * both.
   */
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

  /** No init container reported what the pod was given. */
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
          By.Server,
          runtimeGives(pod.node())
              + "; the soft limit equals the hard one, as if the process had raised it");
    }
    if (raised && !asked(expectation, pod)) {
      return new OpenFilesOrigin(
          By.Server, runtimeGives(pod.node()) + ", and the pod asks no agent for more");
    }
    return seen.soft() == seen.hard() - 1
        ? new OpenFilesOrigin(By.Server, "one below the hard limit, as Go sets it")
        : new OpenFilesOrigin(By.Inherited, "the container started with it, or the process set it");
  }

  private static boolean aboveRuntime(Optional<NodeAgentReport> node, OpenFilesLimit seen) {
    return node.filter(n -> n.runtimeSoft().isPresent())
        .filter(n -> seen.soft() > n.runtimeSoft().getAsLong())
        .isPresent();
  }

  /** Without the node's name, so that pods of different nodes make one group. */
  private static String runtimeGives(Optional<NodeAgentReport> node) {
    return "the runtime on the node gives %d"
        .formatted(node.orElseThrow().runtimeSoft().getAsLong());
  }
}
