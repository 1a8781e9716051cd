package dev.wstuning.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSystemInfo;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the modern node is, and where the socket programs are on it. */
@NeedsTheModernNode
class ModernNodeIT {

  /** A line of bpftool: number, attach type, flags, name. */
  private static final Pattern PROGRAM = Pattern.compile("^\\d+\\s+(\\w+)");

  private static final List<String> SERVERS = List.of("server-go", "server-node", "server-python");

  private final Installation cluster = Installation.withOperator();
  private final String namespace = cluster.namespace("modern");

  @AfterEach
  void deleteNamespace() {
    cluster.delete(namespace);
  }

  @Test
  void programsAreOnTheGroupThatSystemdMadeForThePod() {
    cluster.tune(
        namespace,
        "chat",
        """
        selector: {matchExpressions: [{key: app, operator: In, values: [%s]}]}
        deadPeers: {withinSeconds: 60}
        """
            .formatted(String.join(", ", SERVERS)));
    cluster.awaitInjection(namespace, "chat", true);
    SERVERS.forEach(s -> Servers.deployAs(cluster.client(), namespace, s, s, ModernNode::pinned));

    SERVERS.forEach(this::mustHavePrograms);

    Tunings.awaitStatus(
        cluster,
        namespace,
        "chat",
        "all Effective",
        t ->
            t.getStatus().pods() != null
                && Integer.valueOf(SERVERS.size()).equals(t.getStatus().pods().effective()));
    describe();
  }

  private void mustHavePrograms(String server) {
    // Version 2 alone has one line, of hierarchy 0; the driver of systemd makes slices and scopes.
    String group = ModernNode.HOST.ofProcess(pid(server), "cgroup").strip();
    assertThat(group).startsWith("0::/kubepods.slice/").endsWith(".scope");
    String slice = group.substring("0::".length(), group.lastIndexOf('/'));
    String uid = cluster.readyPod(namespace, server).getMetadata().getUid();
    assertThat(slice).endsWith(uid.replace('-', '_') + ".slice");
    assertThat(programs(slice))
        .as(server)
        .containsExactlyInAnyOrder("cgroup_sock_ops", "cgroup_setsockopt");
  }

  private long pid(String server) {
    return ModernNode.HOST.serverPid(
        cluster.readyPod(namespace, server), Servers.CONTAINER, Servers.PORT);
  }

  /** The attach types of the programs on a control group itself. */
  private static List<String> programs(String group) {
    return ModernNode.HOST
        .run("bpftool", "cgroup", "show", "/sys/fs/cgroup" + group)
        .lines()
        .map(PROGRAM::matcher)
        .filter(Matcher::find)
        .map(m -> m.group(1))
        .toList();
  }

  private void describe() {
    // Node.js and Go raise it themselves.
    Host.Limit containers = ModernNode.HOST.openFiles(pid("server-python"));
    Node node = cluster.client().nodes().withName(ModernNode.NAME).require();
    NodeSystemInfo info = node.getStatus().getNodeInfo();
    String groups = ModernNode.HOST.run("stat", "-f", "-c", "%T", "/sys/fs/cgroup").strip();
    String limits =
        ModernNode.HOST
            .run("systemctl", "show", "containerd", "-p", "LimitNOFILESoft,LimitNOFILE")
            .strip()
            .replace('\n', ' ');
    assertThat(groups).isEqualTo("cgroup2fs");
    assertThat(containers).isEqualTo(ModernNode.SHIPPED);
    System.out.printf(
        "modern node: Linux %s, %s, %s; cgroups: %s, driver systemd; unit of the runtime: %s;"
            + " containers get %d:%d open files%n",
        info.getKernelVersion(),
        info.getOsImage(),
        info.getContainerRuntimeVersion(),
        groups,
        limits,
        containers.soft(),
        containers.hard());
  }
}
