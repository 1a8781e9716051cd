package dev.wstuning.operator.observer;

import dev.wstuning.operator.pace.Pace;
import dev.wstuning.operator.selection.Markers;
import dev.wstuning.operator.selection.PodFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds observers to pods, so many in a second for the whole cluster and not more. */
public final class ObserverLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(ObserverLauncher.class);

  private final KubernetesClient client;
  private final String image;
  private final Pace pace;

  public ObserverLauncher(KubernetesClient client, String image, Pace pace) {
    this.client = client;
    this.image = image;
    this.pace = pace;
  }

  /**
   * Adds an observer; adding the same once more changes nothing.
   *
   * @return false if this second's share is spent, or if the pod changed or went meanwhile
   * @throws KubernetesClientException if the API server refuses it
   */
  boolean launch(PodFacts pod, String serverContainer, Question question, String start) {
    if (!pace.take()) {
      return false;
    }
    String name = Markers.OBSERVER_PREFIX + start;
    Pod patch =
        new PodBuilder()
            .withNewMetadata()
            // So that a new pod of the same name (of a StatefulSet) is not meant.
            .withUid(pod.uid())
            .endMetadata()
            .withNewSpec()
            .withEphemeralContainers(
                ObserverContainer.create(name, image, start, question, serverContainer))
            .endSpec()
            .build();
    try {
      client
          .pods()
          .inNamespace(pod.namespace())
          .withName(pod.name())
          .ephemeralContainers()
          .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), Serialization.asJson(patch));
      LOG.info("msg=\"observer sent\" namespace={} pod={}", pod.namespace(), pod.name());
      return true;
    } catch (KubernetesClientException e) {
      boolean podWent =
          e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
              || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
      if (!podWent) {
        throw e;
      }
      LOG.info(
          "msg=\"observer not sent\" namespace={} pod={} problem=\"{}\"",
          pod.namespace(),
          pod.name(),
          e.getMessage());
      return false;
    }
  }
}
