package dev.wstuning.e2e.support;

import java.util.function.UnaryOperator;

/**
 * One of the two nodes, for stories that both have.
 *
 * @param node its name
 * @param host its own tools
 * @param pinned changes the manifest of a server so that its pods run there
 */
public record Site(String node, Host host, UnaryOperator<String> pinned) {

  public static final Site NODE =
      new Site("wstuning-node", Host.LOCAL, ModernNode::pinnedElsewhere);

  public static final Site MODERN_NODE =
      new Site(ModernNode.NAME, ModernNode.HOST, ModernNode::pinned);
}
