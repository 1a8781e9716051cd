package dev.wstuning.operator.pod.verdict;

import dev.wstuning.operator.pod.observation.AgentFacts;
import dev.wstuning.operator.pod.observation.Desired;
import dev.wstuning.operator.pod.observation.LookedAt;
import dev.wstuning.operator.pod.observation.ObservedPod.Boot;
import dev.wstuning.operator.pod.observation.ObservedPod.Coverage;
import dev.wstuning.operator.pod.plan.OpenFilesTuning;
import dev.wstuning.operator.pod.selection.Markers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a limit of open files is not what was asked for, and what helps. */
final class OpenFilesRemedies {

  private static final String RUNTIME =
      "raise LimitNOFILE of the container runtime on the node, or lower spec.openFiles.minimum";

  private static final String NAME_TOO_LONG =
      "no node agent can be asked for a container whose name has more than %d characters"
          .formatted(Markers.LONGEST_REQUESTED_NAME);

  private OpenFilesRemedies() {}

  /** What stands in the way, as the end of a sentence. */
  static String because(Desired desired, LookedAt pod) {
    List<String> ways = new ArrayList<>();
    Optional<AgentFacts> node = pod.pod().node();
    if (cannotAsk(desired, pod)) {
      ways.add(NAME_TOO_LONG);
    } else if (node.isEmpty()) {
      ways.add("no node agent serves there");
    } else if (!node.get().serving()) {
      ways.add("its node agent does not serve" + node.get().message().map(": "::concat).orElse(""));
    }
    if (node.filter(AgentFacts::otherPlugin).isPresent()) {
      ways.add("another NRI plugin sets limits there, for which the node agent steps aside");
    }
    if (pod.pod().boot() instanceof Boot.Refused refused) {
      refused.openFiles().ifPresent(ways::add);
    }
    pod.pod().facts().noPreload().ifPresent(ways::add);
    return ways.isEmpty() ? "" : "; " + String.join("; ", ways);
  }

  static String raise(Desired desired, LookedAt pod, long minimum) {
    if (desired.observeOnly()) {
      return "set spec.mode to Tune";
    }
    if (pod.pod().coverage() != Coverage.CURRENT) {
      return Remedies.RESTART;
    }
    if (pod.pod().boot().openFilesGiven().filter(g -> g.soft() >= minimum).isPresent()) {
      return "see what lowers it in the container (ulimit, setrlimit), for the pod was given enough,"
          + " or what the pod's own annotations ask the node agent for";
    }
    if (cannotAsk(desired, pod)) {
      return "give the container a shorter name, or "
          + (pod.report().nofile().hard() >= minimum
              ? "set spec.launcher or spec.preload to Allowed"
              : RUNTIME);
    }
    Optional<AgentFacts> agent = OpenFilesChecks.servingNode(pod);
    if (agent.filter(a -> a.limit().orElse(0) >= minimum).isPresent()) {
      return agent.get().otherPlugin()
          ? "let that plugin grant it, or remove it from %s; then restart the pod"
              .formatted(node(pod))
          : Remedies.RESTART;
    }
    return pod.report().nofile().hard() >= minimum
        ? inside(desired, pod, minimum)
        : outside(pod, minimum, agent);
  }

  private static boolean cannotAsk(Desired desired, LookedAt pod) {
    return pod.pod()
        .facts()
        .serverContainer(desired.container())
        .filter(name -> name.length() > Markers.LONGEST_REQUESTED_NAME)
        .isPresent();
  }

  /** The hard limit is high enough: something has to raise the soft one. */
  private static String inside(Desired desired, LookedAt pod, long minimum) {
    OpenFilesTuning tuning = desired.plan().openFiles().orElseThrow();
    String agent = anAgent(pod, "openFiles.maximum of at least " + minimum);
    if (!tuning.helped()) {
      return "set spec.preload to Allowed (or spec.launcher, for statically linked servers), or "
          + agent
          + ", or let the server raise its soft limit itself (setrlimit)";
    }
    if (pod.pod().facts().noPreload().isPresent()) {
      return "remove what keeps it out, or " + agent;
    }
    return tuning.launcher()
        ? agent
        : "set spec.launcher to Allowed, for a statically linked server ignores the library; or "
            + agent;
  }

  /** Only what starts the container can raise a hard limit. */
  private static String outside(LookedAt pod, long minimum, Optional<AgentFacts> agent) {
    return agent
        .map(
            a ->
                ("the agent of %s grants at most %s: raise openFiles.maximum and fs.nr_open of its"
                        + " WebSocketNodeTuning (kubectl get wsn %s -o yaml tells which binds), or %s")
                    .formatted(
                        node(pod),
                        a.limit().isPresent() ? a.limit().getAsLong() : "what the runtime gives",
                        a.name(),
                        RUNTIME))
        .orElseGet(
            () -> anAgent(pod, "openFiles.maximum of at least " + minimum) + ", or " + RUNTIME);
  }

  static String lower(Desired desired, LookedAt pod) {
    if (desired.observeOnly()) {
      return "set spec.mode to Tune";
    }
    boolean agentLowers =
        OpenFilesChecks.servingNode(pod).filter(a -> !a.otherPlugin()).isPresent();
    if (pod.pod().coverage() != Coverage.CURRENT || agentLowers) {
      return Remedies.RESTART;
    }
    OpenFilesTuning tuning = desired.plan().openFiles().orElseThrow();
    String agent = anAgent(pod, "openFiles");
    String inside =
        tuning.helped() ? agent : agent + ", or set spec.launcher or spec.preload to Allowed";
    return (pod.pod().facts().noPreload().isPresent() ? "remove what keeps it out, or " : "")
        + inside
        + ", or raise spec.openFiles.maximum";
  }

  /** How the pod's node gets an agent that serves, or the one that it has may serve. */
  private static String anAgent(LookedAt pod, String withWhat) {
    boolean hindered =
        pod.pod().node().filter(a -> !a.serving() && a.message().isPresent()).isPresent();
    return hindered
        ? "have the agent of %s serve (kubectl get wsnt -o wide)".formatted(node(pod))
        : "have a WebSocketNodeTuning with %s select %s".formatted(withWhat, node(pod));
  }

  private static String node(LookedAt pod) {
    return pod.pod().facts().node().map("node "::concat).orElse("the pod's node");
  }
}
