package dev.wstuning.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.Cluster;
import dev.wstuning.e2e.support.Command;
import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The samples of Phoenix and Kemal as they are shipped, where all of them can be done. */
@NeedsTheModernNode
class ModernNodeSamplesIT {

  private static final String PHOENIX = "phoenix-2-million";
  private static final String KEMAL = "kemal-60-thousand";
  private static final String LABEL = "websockets";

  /** The keys of the sample that raise what the node has. */
  private static final Map<String, String> RAISED =
      Map.of(
          "fs.nr_open", "20000500",
          "net.ipv4.tcp_mem", "10000000 10000000 10000000",
          "net.netfilter.nf_conntrack_max", "2500000");

  /** Those that would lower it, and so do nothing: AtLeast is the policy. */
  private static final Map<String, Long> AT_LEAST = Map.of("fs.file-max", 12_000_500L);

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("samples");

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(namespace);
    NodeTunings.deleteAll(cluster);
    Command.kubectl("label", "node", ModernNode.NAME, LABEL + "-");
  }

  @Test
  void twoMillionOfPhoenixAndSixtyThousandOfKemal() {
    Map<String, String> before = settings();
    Command.kubectl("label", "node", ModernNode.NAME, LABEL + "=two-million");
    apply(PHOENIX);
    apply(KEMAL);
    NodeTunings.awaitApplied(cluster, PHOENIX);
    ModernNode.awaitGrants(cluster);

    Map<String, String> tuned = settings();
    assertThat(tuned).containsAllEntriesOf(RAISED);
    AT_LEAST.forEach(
        (key, least) ->
            assertThat(Long.parseLong(tuned.get(key))).as(key).isGreaterThanOrEqualTo(least));

    long phoenix = start("server-python", "phoenix", PHOENIX);
    Host.Limit limit = ModernNode.HOST.openFiles(phoenix);
    System.out.printf(
        "modern node: the server that asked for 20000000 open files has %d:%d%n",
        limit.soft(), limit.hard());
    assertThat(limit).isEqualTo(new Host.Limit(20_000_000, 20_000_000));
    for (String key : new String[] {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}) {
      assertThat(ModernNode.HOST.sysctl(phoenix, key)).as(key).isEqualTo("1024 4096 16384");
    }
    long kemal = start("server-crystal", "kemal", KEMAL);
    assertThat(ModernNode.HOST.openFiles(kemal))
        .isEqualTo(new Host.Limit(67_024, ModernNode.SHIPPED.hard()));

    cluster.delete(namespace);
    NodeTunings.deleteAll(cluster);
    assertThat(settings()).as("after the sample was deleted").isEqualTo(before);
  }

  private void apply(String sample) {
    Command.kubectl(
        "-n",
        namespace,
        "apply",
        "-f",
        Cluster.root().resolve("manifests/samples/%s.yaml".formatted(sample)).toString());
  }

  /** The process of a server, once its tuning is Effective. */
  private long start(String server, String app, String tuning) {
    cluster.awaitInjection(namespace, tuning, true);
    Servers.deployAs(cluster.client(), namespace, server, app, ModernNode::pinned);
    Pod pod = cluster.readyPod(namespace, app);
    Tunings.awaitEffective(cluster, namespace, tuning, "Effective");
    return ModernNode.HOST.serverPid(pod, Servers.CONTAINER, Servers.PORT);
  }

  /** All keys of the sample, as the guest has them. */
  private static Map<String, String> settings() {
    return Stream.concat(RAISED.keySet().stream(), AT_LEAST.keySet().stream())
        .collect(Collectors.toMap(key -> key, ModernNode.HOST::sysctl));
  }
}
