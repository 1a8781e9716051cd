package dev.wstuning.e2e.field;

import static dev.wstuning.e2e.support.FieldCase.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.FieldCase;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Namespaces that enforce Pod Security as of a version which allowed fewer sysctls. */
@Tag("together")
@NeedsTheNode
class PinnedPodSecurityVersionIT {

  private static final String BASELINE = "field-pinned-baseline";
  private static final String RESTRICTED = "field-pinned-restricted";
  private static final String KEEPALIVE = "net.ipv4.tcp_keepalive_";
  private static final String BUFFERS = "net.ipv4.tcp_rmem";

  private final Installation cluster = Installation.withOperator();

  @RegisterExtension
  private final FieldCase field = new FieldCase(cluster, "pinned-pod-security-version");

  @Test
  void podsRunWithoutTheSysctlsThatThePinnedVersionForbids() {
    field.applyAllBut("Deployment");
    // Without anything to inject there may be no webhook entry; the plan shows that this was
    // decided.
    awaitPlan(BASELINE);
    awaitPlan(RESTRICTED);
    cluster.awaitInjection(RESTRICTED, CHAT, true);

    field.apply("Deployment");

    Tunings.awaitReplicas(cluster, BASELINE, CHAT, 2);
    Tunings.awaitReplicas(cluster, RESTRICTED, CHAT, 1);
    for (Pod pod : cluster.pods(BASELINE, CHAT)) {
      assertThat(sysctls(pod).keySet()).noneMatch(key -> key.startsWith(KEEPALIVE));
      assertThat(inForce(pod, KEEPALIVE + "time")).as("the kernel's default").isEqualTo("7200");
    }
    Pod restricted = cluster.pods(RESTRICTED, CHAT).get(0);
    Map<String, String> keepalive =
        Map.of(KEEPALIVE + "time", "300", KEEPALIVE + "intvl", "10", KEEPALIVE + "probes", "5");
    assertThat(sysctls(restricted)).containsAllEntriesOf(keepalive).doesNotContainKey(BUFFERS);
    assertThat(keepalive)
        .allSatisfy((key, value) -> assertThat(inForce(restricted, key)).isEqualTo(value));
    assertThat(inForce(restricted, BUFFERS)).isNotEqualTo("4096 16384 4194304");
    assertTheLabelIsNamed(BASELINE);
    assertTheLabelIsNamed(RESTRICTED);
  }

  private void awaitPlan(String namespace) {
    Tunings.awaitStatus(cluster, namespace, CHAT, "a plan", t -> t.getStatus().plan() != null);
  }

  private void assertTheLabelIsNamed(String namespace) {
    Tunings.awaitCondition(cluster, namespace, CHAT, "Ready", "False", "NeedsPrivilege");
    List<Condition> conditions = cluster.tuning(namespace, CHAT).getStatus().conditionsOrEmpty();
    assertThat(conditions)
        .as("conditions in %s", namespace)
        .anyMatch(c -> c.message().contains("pod-security.kubernetes.io/enforce-version"));
  }

  /** What the pod asks its kubelet for. */
  private static Map<String, String> sysctls(Pod pod) {
    return pod.getSpec().getSecurityContext().getSysctls().stream()
        .collect(Collectors.toMap(Sysctl::getName, Sysctl::getValue));
  }

  /** What the kernel has in the server's network namespace. */
  private static String inForce(Pod pod, String key) {
    return Host.LOCAL.sysctl(Host.LOCAL.serverPid(pod, Servers.CONTAINER, Servers.PORT), key);
  }
}
