package dev.wstuning.e2e.agent;

import dev.wstuning.e2e.support.NeedsTheModernNode;
import dev.wstuning.e2e.support.Site;

@NeedsTheModernNode
class ModernNodeBothWaysIT extends BothWaysStory {
  ModernNodeBothWaysIT() {
    super(Site.MODERN_NODE);
  }
}
