package dev.wstuning.operator;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this replica is the one that writes. */
final class Leadership {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private volatile boolean leading;

  boolean held() {
    return leading;
  }

  /**
   * @param onLost a replica that lost the lease cannot take back what it was doing, so it ends
   */
  LeaderCallbacks callbacks(Runnable onLost) {
    return new LeaderCallbacks(
        () -> {
          leading = true;
          LOG.info("msg=\"leading\"");
        },
        () -> {
          leading = false;
          LOG.info("msg=\"no longer leading\"");
          onLost.run();
        },
        identity -> LOG.info("msg=\"leader elected\" leader={}", identity));
  }
}
