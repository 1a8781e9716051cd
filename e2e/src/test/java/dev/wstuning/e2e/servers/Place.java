package dev.wstuning.e2e.servers;

import dev.wstuning.e2e.support.Host;
import dev.wstuning.e2e.support.ModernNode;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where servers are measured.
 *
 * @param host the machine that is looked at
 * @param pinned changes a manifest so that its pods run there
 * @param servers which servers
 */
record Place(Host host, UnaryOperator<String> pinned, List<Server> servers) {

  static final Place NODE = new Place(Host.LOCAL, UnaryOperator.identity(), Server.ALL);

  /** Those that the main job is for. */
  static final Place MODERN_NODE =
      new Place(
          ModernNode.HOST,
          ModernNode::pinned,
          Server.ALL.stream()
              .filter(s -> List.of("server-go", "server-node", "server-python").contains(s.app()))
              .toList());
}
