package dev.wstuning.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at the start of a replica until the API server answers. */
final class ApiServer {

  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  private ApiServer() {}

  /** The y of version 1.y of the API server; some vendors write it as "y+". */
  static int awaitMinorVersion(KubernetesClient client) throws InterruptedException {
    boolean reported = false;
    while (true) {
      try {
        return Integer.parseInt(client.getKubernetesVersion().getMinor().replaceAll("\\D.*", ""));
      } catch (KubernetesClientException e) {
        if (!reported) {
          LOG.warn("msg=\"waiting for the API server\" problem=\"{}\"", e.getMessage());
          reported = true;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }
}
