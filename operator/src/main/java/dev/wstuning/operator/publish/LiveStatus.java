package dev.wstuning.operator.publish;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.net.HttpURLConnection;

/** The status of a resource that may be deleted while it is reconciled. */
final class LiveStatus {

  private LiveStatus() {}

  /**
   * Writes the status of {@code fresh}, and keeps it in the cache.
   *
   * @return whether the resource is still there
   * @throws KubernetesClientException if it is, and was not written
   */
  public static <R extends HasMetadata> boolean write(R before, R fresh, Context<R> context) {
    try {
      PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(before, fresh, context);
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }
}
