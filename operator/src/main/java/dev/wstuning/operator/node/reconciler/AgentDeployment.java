package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.AgentPod;
import dev.wstuning.operator.node.agent.AgentReplacements;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.agent.TunedNode;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the agent on the nodes that need it, and replaces pods whose init container must run. */
final class AgentDeployment {

  private static final Logger LOG = LoggerFactory.getLogger(AgentDeployment.class);

  /** Names the DaemonSet for {@link TargetRequests}. */
  static final String TARGET = "daemonset/" + NodeAgentDaemonSet.NAME;

  /** What a deletion requests. */
  private static final String GONE = "gone";

  private final KubernetesClient client;
  private final NodeAgentDaemonSet agent;
  private final AgentReplacements replacements;
  private final TargetRequests requests;
  private Optional<Applied> applied = Optional.empty();
  private Optional<String> heldBy = Optional.empty();

  /** What was applied last, and the generation of the DaemonSet that this resulted in. */
  private record Applied(
      NodeAgentDaemonSet agent, List<String> hostnames, String uid, long generation) {

    /** An older generation is a cache that is behind; a newer one is someone else's edit. */
    boolean holds(NodeAgentDaemonSet wanted, List<String> nodes, DaemonSet present) {
      return agent.equals(wanted)
          && hostnames.equals(nodes)
          && uid.equals(present.getMetadata().getUid())
          && present.getMetadata().getGeneration() <= generation;
    }
  }

  AgentDeployment(
      KubernetesClient client,
      NodeAgentDaemonSet agent,
      AgentReplacements replacements,
      TargetRequests requests) {
    this.client = client;
    this.agent = agent;
    this.replacements = replacements;
    this.requests = requests;
  }

  /** Names an agent's pod for {@link TargetRequests}. */
  static String target(AgentPod pod) {
    return "pod/" + pod.name();
  }

  /**
   * Deploys and replaces agents. If the DaemonSet is refused, agents are replaced according to its
   * present template.
   */
  void converge(Collection<TunedNode> states, Optional<DaemonSet> present) {
    List<String> hostnames = states.stream().map(s -> s.node().hostname()).sorted().toList();
    NodeAgentDaemonSet wanted = agent.granting(states.stream().anyMatch(TunedNode::grants));
    boolean settled = hostnames.isEmpty() ? remove(present) : deploy(wanted, hostnames, present);
    Optional<String> template =
        settled ? Optional.of(wanted.template()) : present.map(AgentPod::templateOf);
    template.flatMap(t -> replacements.next(states, t, this::mayReplace)).ifPresent(this::replace);
    tellHolder(replacements.heldBy());
  }

  private void tellHolder(Optional<String> now) {
    if (now.equals(heldBy)) {
      return;
    }
    heldBy = now;
    now.ifPresentOrElse(
        node ->
            LOG.warn(
                "msg=\"node agents are no longer replaced: the agent of a node is not ready\""
                    + " node={}",
                node),
        () -> LOG.info("msg=\"node agents are replaced again\""));
  }

  private boolean remove(Optional<DaemonSet> present) {
    if (present.isEmpty()) {
      requests.settled(TARGET);
    }
    return present.isEmpty() || requests.ask(TARGET, GONE, () -> delete(present.get()));
  }

  private boolean deploy(
      NodeAgentDaemonSet wanted, List<String> hostnames, Optional<DaemonSet> present) {
    if (present.filter(p -> isApplied(wanted, hostnames, p)).isPresent()) {
      requests.settled(TARGET);
      return true;
    }
    return requests.ask(TARGET, List.of(wanted, hostnames), () -> apply(wanted, hostnames));
  }

  private boolean mayReplace(AgentPod pod) {
    return !requests.mustWait(target(pod));
  }

  private boolean isApplied(NodeAgentDaemonSet wanted, List<String> hostnames, DaemonSet present) {
    return applied.filter(a -> a.holds(wanted, hostnames, present)).isPresent();
  }

  private void apply(NodeAgentDaemonSet wanted, List<String> hostnames) {
    DaemonSet after =
        client
            .resource(wanted.on(hostnames))
            .fieldManager("wstuning")
            .forceConflicts()
            .serverSideApply();
    Applied now =
        new Applied(
            wanted, hostnames, after.getMetadata().getUid(), after.getMetadata().getGeneration());
    if (applied.filter(now::equals).isEmpty()) {
      LOG.info("msg=\"node agent deployed\" nodes={}", hostnames.size());
    }
    applied = Optional.of(now);
  }

  private void delete(DaemonSet daemonSet) {
    applied = Optional.empty();
    client.resource(daemonSet).delete();
    LOG.info("msg=\"node agent removed: no node is tuned\"");
  }

  private void replace(AgentPod pod) {
    boolean deleted = requests.ask(target(pod), GONE, () -> delete(pod));
    if (!deleted) {
      replacements.refused(pod);
    }
  }

  private void delete(AgentPod pod) {
    client.pods().inNamespace(NodeAgentDaemonSet.NAMESPACE).withName(pod.name()).delete();
    LOG.info("msg=\"node agent replaced\" node={} pod={}", pod.node(), pod.name());
  }
}
