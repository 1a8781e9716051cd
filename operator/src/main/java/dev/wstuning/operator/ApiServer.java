package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API server at the start of a replica, which waits for it as long as it takes. */
final class ApiServer {

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private ApiServer() {}

  /** The y of its version 1.y; some vendors write it as "y+". */
  static int awaitMinorVersion(KubernetesClient client) throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        return Integer.parseInt(client.getKubernetesVersion().getMinor().replaceAll("\\D.*", ""));
      } catch (KubernetesClientException e) {
        if (!told) {
          LOG.warn("msg=\"waiting for the API server\" problem=\"{}\"", e.getMessage());
          told = true;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }
}
