package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.condition.Remedy;
import dev.wstuning.operator.pod.observation.Expectation;
import dev.wstuning.operator.pod.observation.Inspection;
import dev.wstuning.operator.pod.observation.MissedGrant;
import dev.wstuning.operator.pod.observation.NodeAgentReport;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.OpenFilesPlan;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Explains why an open files limit is not the wanted one, and what raises it. */
final class OpenFilesRemedies {

  static final Remedy OBSERVED = new Remedy.Advice("set spec.mode to Tune");

  private static final String RUNTIME =
      "raise LimitNOFILE of the container runtime on the node, or lower spec.openFiles.minimum";

  private static final String NAME_TOO_LONG =
      "a node agent cannot serve a container whose name has more than %d characters"
          .formatted(Markers.LONGEST_REQUESTED_NAME);

  private OpenFilesRemedies() {}

  /** What stands in the way, as the end of a sentence. */
  static String because(Expectation expectation, Inspection pod) {
    List<String> ways = new ArrayList<>();
    Optional<NodeAgentReport> node = pod.pod().node();
    if (cannotAsk(expectation, pod)) {
      ways.add(NAME_TOO_LONG);
    } else if (node.isEmpty()) {
      ways.add("no node agent serves the node");
    } else if (!node.get().serving()) {
      ways.add(node.get().whyNot());
    } else {
      missed(MissedGrant.of(expectation, pod.pod())).ifPresent(ways::add);
    }
    if (node.filter(NodeAgentReport::otherPlugin).isPresent()) {
      ways.add("another NRI plugin sets limits on the node, so the node agent does not");
    }
    pod.pod().boot().problems().openFiles().ifPresent(ways::add);
    pod.pod().facts().noPreload().ifPresent(ways::add);
    return ways.isEmpty() ? "" : "; " + String.join("; ", ways);
  }

  private static Optional<String> missed(MissedGrant grant) {
    return switch (grant) {
      case BEFORE_AGENT -> Optional.of("the pod was created before its node agent served");
      case DESPITE_AGENT ->
          Optional.of(
              "the pod was created while its node agent served, but was not granted enough, so it is"
                  + " not restarted by itself");
      case NONE, UNDATED -> Optional.empty();
    };
  }

  static Remedy raise(Expectation expectation, Inspection pod, long minimum) {
    if (expectation.observeOnly()) {
      return OBSERVED;
    }
    if (pod.pod().coverage() == Coverage.CURRENT
        && MissedGrant.of(expectation, pod.pod()) == MissedGrant.DESPITE_AGENT) {
      return new Remedy.Advice(
          "restart the pod by hand; if the next one lacks them, too, see why its node agent does not grant"
              + " them (kubectl get wsns %s -o yaml, and the log of the agent)"
                  .formatted(pod.pod().facts().node().orElse("NODE")));
    }
    if (pod.pod().coverage() != Coverage.CURRENT || restartRaises(expectation, pod, minimum)) {
      return new Remedy.RestartPod();
    }
    return new Remedy.Advice(raiseCurrent(expectation, pod, minimum));
  }

  /** The node's agent would grant the limit to a new pod, but did not grant it to this one. */
  private static boolean restartRaises(Expectation expectation, Inspection pod, long minimum) {
    return !wasGiven(pod, minimum)
        && !cannotAsk(expectation, pod)
        && grants(pod, minimum).filter(a -> !a.otherPlugin()).isPresent();
  }

  private static boolean wasGiven(Inspection pod, long minimum) {
    return pod.pod().boot().openFilesGiven().filter(g -> g.soft() >= minimum).isPresent();
  }

  private static Optional<NodeAgentReport> grants(Inspection pod, long minimum) {
    return pod.servingAgent().filter(a -> a.limit().orElse(0) >= minimum);
  }

  private static String raiseCurrent(Expectation expectation, Inspection pod, long minimum) {
    if (wasGiven(pod, minimum)) {
      return "check what lowers the limit in the container (ulimit, setrlimit), because the pod was given"
          + " enough, and check what the pod's own annotations request from the node agent";
    }
    if (cannotAsk(expectation, pod)) {
      return "give the container a shorter name, or "
          + (pod.report().nofile().hard() >= minimum
              ? "add Launcher or Preload to spec.methods.openFiles"
              : RUNTIME);
    }
    if (grants(pod, minimum).isPresent()) {
      return "let the other NRI plugin grant the limit, or remove that plugin from %s; then restart the pod"
          .formatted(node(pod));
    }
    return pod.report().nofile().hard() >= minimum
        ? inside(expectation, pod, minimum)
        : outside(pod, minimum);
  }

  static boolean cannotAsk(Expectation expectation, Inspection pod) {
    return pod.pod()
        .facts()
        .serverContainer(expectation.container())
        .filter(name -> name.length() > Markers.LONGEST_REQUESTED_NAME)
        .isPresent();
  }

  /** The hard limit is high enough: something has to raise the soft one. */
  private static String inside(Expectation expectation, Inspection pod, long minimum) {
    Optional<OpenFilesPlan> tuning = expectation.plan().openFiles();
    String agent = anAgent(pod, "openFiles.maximum of at least " + minimum);
    if (tuning.filter(OpenFilesPlan::helped).isEmpty()) {
      return "add Preload to spec.methods.openFiles (or Launcher, for statically linked servers), or "
          + agent
          + ", or raise the soft limit in the server (setrlimit)";
    }
    if (pod.pod().facts().noPreload().isPresent()) {
      return "remove what keeps it out, or " + agent;
    }
    return tuning.get().launcher()
        ? agent
        : "add Launcher to spec.methods.openFiles, because a statically linked server ignores the"
            + " library; or "
            + agent;
  }

  /** Only what starts the container can raise a hard limit. */
  private static String outside(Inspection pod, long minimum) {
    return pod.servingAgent()
        .map(
            a ->
                ("raise openFiles.maximum and fs.nr_open in the WebSocketNodeTuning of %s, whose agent"
                        + " grants at most %s (kubectl get wsns %s -o yaml shows why), or %s")
                    .formatted(
                        node(pod),
                        a.limit().isPresent() ? a.limit().getAsLong() : "what the runtime gives",
                        a.name(),
                        RUNTIME))
        .orElseGet(
            () -> anAgent(pod, "openFiles.maximum of at least " + minimum) + ", or " + RUNTIME);
  }

  /** What gives the pod's node an agent that serves. */
  static String anAgent(Inspection pod, String withWhat) {
    boolean hindered =
        pod.pod().node().filter(a -> !a.serving() && a.message().isPresent()).isPresent();
    return hindered
        ? "fix the agent on %s (kubectl get wsnt -o wide)".formatted(node(pod))
        : "let a WebSocketNodeTuning with %s select %s".formatted(withWhat, node(pod));
  }

  static String node(Inspection pod) {
    return pod.pod().facts().node().map("node "::concat).orElse("the pod's node");
  }
}
