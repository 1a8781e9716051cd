package dev.wstuning.e2e.openfiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.Installation;
import dev.wstuning.e2e.support.ModernNode;
import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Servers;
import dev.wstuning.e2e.support.Tunings;
import dev.wstuning.operator.api.v1alpha1.WebSocketTuningStatus.OpenFilesLimit;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The open files limit where the runtime may raise hard limits, as it may nearly everywhere: by the
 * node agent, the launcher and the library, against what the guest's /proc says.
 */
@NeedsTheModernNode
class ModernNodeOpenFilesIT {

  private static final List<String> SERVERS = List.of("server-go", "server-node", "server-python");

  /** What runs in their images, which pods must state for the launcher. */
  private static final Map<String, String> COMMANDS =
      Map.of(
          "server-go", "[/server-go]",
          "server-node", "[/usr/bin/node, /app/server.js]",
          "server-python", "[/usr/bin/python3, /app/server.py]");

  private final Installation cluster = Installation.withOperator();
  private final NodeAgent agent = new NodeAgent(cluster);
  private String namespace;

  @AfterEach
  void removeWhatIsTuned() {
    cluster.delete(namespace);
    agent.remove();
    ModernNode.runtimeGives(ModernNode.SHIPPED);
  }

  /** Units of today give 1024:524288. */
  @Test
  void theAgentGrantsMoreThanTheRuntimesHardLimit() {
    agent.grantUpTo(1_048_576);
    deploy("privileged", "openFiles: {minimum: 700000}", false);

    Map<String, OpenFilesLimit> seen = effective();

    SoftAssertions.assertSoftly(
        all -> {
          all.assertThat(seen.get("server-python").mechanism()).isEqualTo("NodeAgent");
          // Go stays one below its hard limit; Node.js and Python take what they are given.
          SERVERS.forEach(s -> all.assertThat(seen.get(s).hard()).as(s).isEqualTo(700_000));
        });
  }

  /** An administrator's own limit, too low for all; what runs is not touched. */
  @Test
  void withAnotherLimitOfTheRuntimeTheLauncherAndTheLibraryRaise() {
    ModernNode.runtimeGives(new Host.Limit(2048, 32_768));
    deploy("restricted", "openFiles: {minimum: 15000}\nlauncher: Allowed", true);

    Map<String, OpenFilesLimit> launched = effective();

    SoftAssertions.assertSoftly(
        all -> {
          all.assertThat(launched.get("server-python").mechanism()).isEqualTo("Launcher");
          SERVERS.forEach(s -> all.assertThat(launched.get(s).hard()).as(s).isEqualTo(32_768));
        });
    cluster.delete(namespace);
    deploy("restricted", "openFiles: {minimum: 15000}\npreload: Allowed", false);

    Map<String, OpenFilesLimit> loaded = effective();

    assertThat(loaded.get("server-python").mechanism()).isEqualTo("Preload");
  }

  private void deploy(String security, String spec, boolean stateCommand) {
    namespace = cluster.namespace("grants", Map.of("pod-security.kubernetes.io/enforce", security));
    for (String server : SERVERS) {
      cluster.tune(
          namespace, server, "selector: {matchLabels: {app: %s}}\n%s".formatted(server, spec));
    }
    SERVERS.forEach(s -> cluster.awaitInjection(namespace, s, true));
    for (String server : SERVERS) {
      String command = stateCommand ? "\n        command: " + COMMANDS.get(server) : "";
      Servers.deployAs(
          cluster.client(),
          namespace,
          server,
          server,
          yaml ->
              ModernNode.pinned(yaml)
                  .replace("      - name: server\n", "      - name: server" + command + "\n"));
    }
  }

  /** What the status says of each server, once it is Effective, and the guest says the same. */
  private Map<String, OpenFilesLimit> effective() {
    return SERVERS.stream().collect(Collectors.toMap(s -> s, this::effective));
  }

  private OpenFilesLimit effective(String server) {
    OpenFilesLimit seen =
        Tunings.awaitEffective(cluster, namespace, server, "Effective")
            .getStatus()
            .observations()
            .get(0)
            .openFiles();
    Pod pod = cluster.readyPod(namespace, server);
    long pid = ModernNode.HOST.serverPid(pod, Servers.CONTAINER, Servers.PORT);
    assertThat(new Host.Limit(seen.soft(), seen.hard()))
        .as(server)
        .isEqualTo(ModernNode.HOST.openFiles(pid));
    System.out.printf(
        "modern node, %s: %d:%d open files, by %s%n",
        server, seen.soft(), seen.hard(), seen.mechanism());
    return seen;
  }
}
