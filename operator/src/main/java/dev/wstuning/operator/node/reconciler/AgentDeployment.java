package dev.wstuning.operator.node.reconciler;

import dev.wstuning.operator.node.agent.AgentKind;
import dev.wstuning.operator.node.agent.NodeAgentDaemonSet;
import dev.wstuning.operator.node.agent.TunedNode;
import dev.wstuning.operator.publish.TargetRequests;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the DaemonSets of the node agent that nodes need, and no others. */
final class AgentDeployment {

  private static final Logger LOG = LoggerFactory.getLogger(AgentDeployment.class);

  /** What a deletion requests. */
  private static final String GONE = "gone";

  private final KubernetesClient client;
  private final TargetRequests requests;
  private final Map<AgentKind, DaemonSet> daemonSets = new EnumMap<>(AgentKind.class);
  private final Map<AgentKind, Applied> applied = new EnumMap<>(AgentKind.class);

  /** The DaemonSet that was applied last, and its generation. */
  private record Applied(String uid, long generation) {

    /** An older generation is a cache that is behind; a newer one is someone else's edit. */
    boolean holds(DaemonSet present) {
      return uid.equals(present.getMetadata().getUid())
          && present.getMetadata().getGeneration() <= generation;
    }
  }

  AgentDeployment(KubernetesClient client, NodeAgentDaemonSet agent, TargetRequests requests) {
    this.client = client;
    this.requests = requests;
    for (AgentKind kind : AgentKind.values()) {
      daemonSets.put(kind, agent.of(kind));
    }
  }

  /** Names the DaemonSets for {@link TargetRequests}. */
  static List<String> targets() {
    return Stream.of(AgentKind.values()).map(AgentDeployment::target).toList();
  }

  private static String target(AgentKind kind) {
    return "daemonset/" + kind.daemonSet();
  }

  /**
   * @param nodes all nodes of the cluster
   */
  void converge(Collection<TunedNode> nodes, List<DaemonSet> present) {
    Set<AgentKind> needed = needed(nodes);
    for (AgentKind kind : AgentKind.values()) {
      converge(
          kind,
          needed.contains(kind),
          present.stream()
              .filter(d -> d.getMetadata().getName().equals(kind.daemonSet()))
              .findFirst());
    }
  }

  /** What nodes need, or still have: a label may be refused, and then the node keeps its agent. */
  private static Set<AgentKind> needed(Collection<TunedNode> nodes) {
    Set<AgentKind> needed = EnumSet.noneOf(AgentKind.class);
    nodes.forEach(
        n -> {
          n.object().map(AgentKind::of).ifPresent(needed::add);
          AgentKind.in(n.node().labels()).ifPresent(needed::add);
        });
    return needed;
  }

  private void converge(AgentKind kind, boolean needed, Optional<DaemonSet> present) {
    String target = target(kind);
    DaemonSet wanted = daemonSets.get(kind);
    if (present.isPresent() && !(needed && selectsAlike(present.get(), wanted))) {
      requests.ask(target, GONE, () -> delete(kind, present.get(), needed));
    } else if (!needed || present.filter(p -> isApplied(kind, p)).isPresent()) {
      requests.settled(target);
    } else {
      requests.ask(target, wanted, () -> apply(kind, wanted));
    }
  }

  /** The selector of a DaemonSet cannot be changed. Version 0.2.0 has another one. */
  private static boolean selectsAlike(DaemonSet present, DaemonSet wanted) {
    return wanted
        .getSpec()
        .getSelector()
        .getMatchLabels()
        .equals(present.getSpec().getSelector().getMatchLabels());
  }

  private boolean isApplied(AgentKind kind, DaemonSet present) {
    return Optional.ofNullable(applied.get(kind)).filter(a -> a.holds(present)).isPresent();
  }

  private void apply(AgentKind kind, DaemonSet wanted) {
    DaemonSet after =
        client.resource(wanted).fieldManager("wstuning").forceConflicts().serverSideApply();
    Applied now = new Applied(after.getMetadata().getUid(), after.getMetadata().getGeneration());
    if (!now.equals(applied.put(kind, now))) {
      LOG.info("msg=\"node agent deployed\" daemonSet={}", kind.daemonSet());
    }
  }

  private void delete(AgentKind kind, DaemonSet daemonSet, boolean replaced) {
    applied.remove(kind);
    client.resource(daemonSet).delete();
    LOG.info(
        "msg=\"node agent removed\" daemonSet={} because=\"{}\"",
        kind.daemonSet(),
        replaced ? "an earlier version has another selector" : "no node needs it");
  }
}
