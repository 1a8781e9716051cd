package dev.wstuning.e2e.agent;

import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Site;

@NeedsTheModernNode
class ModernNodeCountedConnectionsIT extends CountedConnectionsStory {
  ModernNodeCountedConnectionsIT() {
    super(Site.MODERN_NODE);
  }
}
