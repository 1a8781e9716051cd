package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.Pods;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuning;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeRuntimeHandler;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods in user namespaces, where the namespace of the API would admit privileged ones. */
@Tag("together")
class UserNamespacesIT {

  private static final String NAMESPACE = "field-user-namespaces";
  private static final String PLAN = "wstuning.dev/plan";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension private final FieldCase field = new FieldCase(cluster, "user-namespaces");

  @Test
  void aPodInAUserNamespaceIsTunedWithoutPrivilege() {
    field.applyAllBut("Deployment");
    assumeTrue(theApiServerKeepsHostUsers(), "hostUsers needs Kubernetes 1.33");
    cluster.awaitInjection(NAMESPACE, CHAT, true);

    assertTunedWithoutPrivilege(field.admitted(pod -> pod));

    // The same tuning gives others what it always gave.
    Pod other = field.admitted(pod -> pod.editSpec().withHostUsers(null).endSpec());
    assertThat(other.getMetadata().getAnnotations()).containsKey(PLAN);
    assertThat(other.getSpec().getInitContainers())
        .singleElement()
        .satisfies(
            init -> {
              assertThat(init.getArgs()).startsWith("apply");
              assertThat(init.getSecurityContext().getPrivileged()).isTrue();
            });

    if (nodesHaveUserNamespaces()) {
      assertTheServerIsEffective();
    } else {
      System.out.println(
          "UserNamespacesIT: the runtime of the nodes has no user namespaces (runc 1.2 or newer"
              + " has), so that the pod was checked by a dry run, and no server");
    }
  }

  private void assertTheServerIsEffective() {
    field.apply("Deployment");

    assertTunedWithoutPrivilege(cluster.readyPod(NAMESPACE, CHAT));
    Tunings.awaitCondition(cluster, NAMESPACE, CHAT, "Effective", "True", "Effective");
    WebSocketTuning tuning = cluster.tuning(NAMESPACE, CHAT);
    assertThat(tuning.getStatus().observations())
        .isNotEmpty()
        .flatMap(o -> o.ports())
        .isNotEmpty()
        .allSatisfy(port -> assertThat(port.setBy()).isEqualTo("Preload"));
  }

  private static void assertTunedWithoutPrivilege(Pod pod) {
    List<Container> init = pod.getSpec().getInitContainers();
    assertThat(pod.getSpec().getHostUsers()).isFalse();
    assertThat(pod.getMetadata().getAnnotations()).containsKey(PLAN);
    assertThat(init)
        .noneMatch(
            c ->
                c.getSecurityContext() != null
                    && Boolean.TRUE.equals(c.getSecurityContext().getPrivileged()));
    assertThat(init)
        .filteredOn(c -> c.getName().equals("wstuning"))
        .allSatisfy(
            c -> {
              assertThat(c.getArgs()).startsWith("preload");
              assertThat(c.getSecurityContext().getPrivileged()).isFalse();
            });
  }

  /** Asked with a pod that no tuning selects. */
  private boolean theApiServerKeepsHostUsers() {
    Pod pod = Pods.labelled("probe").editSpec().withHostUsers(false).endSpec().build();
    return Boolean.FALSE.equals(field.dryRun(NAMESPACE, pod).getSpec().getHostUsers());
  }

  /** What the kubelets say of the runtime handler that pods get which name none. */
  private boolean nodesHaveUserNamespaces() {
    List<Node> nodes = cluster.client().nodes().list().getItems();
    return !nodes.isEmpty()
        && nodes.stream()
            .allMatch(
                node ->
                    node.getStatus().getRuntimeHandlers().stream()
                        .filter(h -> h.getName() == null || h.getName().isEmpty())
                        .anyMatch(UserNamespacesIT::hasUserNamespaces));
  }

  private static boolean hasUserNamespaces(NodeRuntimeHandler handler) {
    return handler.getFeatures() != null
        && Boolean.TRUE.equals(handler.getFeatures().getUserNamespaces());
  }
}
