package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.ModernNode;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Where servers are measured.
 *
 * @param host the machine that is looked at
 * @param servers which servers
 * @param pods changes the manifest of a server: so that its pods run there, for example
 * @param spec what else their tunings want
 * @param launcher whether the launcher may start servers
 */
record Place(
    Host host,
    List<Server> servers,
    BiFunction<Server, String, String> pods,
    String spec,
    boolean launcher) {

  static final Place NODE = new Place(Host.LOCAL, Server.ALL, (server, yaml) -> yaml, "", false);

  /** With the servers that the main job is for. */
  static final Place MODERN_NODE =
      new Place(
          ModernNode.HOST,
          Server.ALL.stream()
              .filter(s -> List.of("server-go", "server-node", "server-python").contains(s.app()))
              .toList(),
          (server, yaml) -> ModernNode.pinned(yaml),
          "",
          false);

  Place asking(String spec) {
    return new Place(host, servers, pods, spec, launcher);
  }

  /** Every tuning of the matrix wants the node agent and the library; one key is written once. */
  String completed(String tuning) {
    return (launcher
            ? tuning.replace("[NodeAgent, Preload]", "[NodeAgent, Launcher, Preload]")
            : tuning)
        + spec;
  }

  Place allowingTheLauncher() {
    return new Place(host, servers, pods, spec, true);
  }

  /** Pods that state the command of their image: the launcher needs to know it. */
  Place statingCommands() {
    return new Place(
        host,
        servers,
        (server, yaml) -> server.stateCommand(pods.apply(server, yaml)),
        spec,
        launcher);
  }
}
