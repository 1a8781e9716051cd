package dev.wstuning.operator.pod.rollout;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Hears of what was done to pods and workloads. It must neither fail nor take time. */
public interface RolloutListener {

  /** What became of an action. */
  enum Outcome {
    DONE,
    /** The API server does not want it; a disruption budget counts, too. */
    REFUSED,
    /** The API server did not answer, or not properly. */
    FAILED;

    static Outcome of(KubernetesClientException e) {
      int code = e.getCode();
      return code >= HttpURLConnection.HTTP_BAD_REQUEST
              && code < HttpURLConnection.HTTP_INTERNAL_ERROR
          ? REFUSED
          : FAILED;
    }
  }

  void evicted(Outcome outcome);

  void restarted(Outcome outcome);
}
