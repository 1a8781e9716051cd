package dev.wstuning.e2e.agent;

import dev.wstuning.e2e.support.NeedsTheNode;
import dev.wstuning.e2e.support.Site;

@NeedsTheNode
class WithoutNriIT extends WithoutNriStory {
  WithoutNriIT() {
    super(Site.NODE);
  }
}
